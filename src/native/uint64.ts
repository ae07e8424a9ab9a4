// The halves of a 64-bit bigint as numbers, without a new bigint for either, and the number that stands for it
// where one can.
const word = new BigUint64Array(1);
const halves = new Uint32Array(word.buffer);

/** Takes a bigint apart, modulo 2^64; the halves stay until the next one. */
export function splitWord(value: bigint): void {
  word[0] = value;
}

export const low32 = (): number => halves[0];
export const high32 = (): number => halves[1];

/** How koffi takes a 64-bit argument fastest: as a number where it is exact, as addresses and most handles are. */
export function nativeArgument(value: bigint): number | bigint {
  word[0] = value;
  const high = halves[1];
  return high < 0x20_0000 ? high * 0x1_0000_0000 + halves[0] : value;
}
