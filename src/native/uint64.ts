// The halves of a 64-bit bigint as numbers, without a new bigint for either, and the number that stands for it
// where one can.
/** Takes a bigint, modulo 2^64. */
export const word: BigUint64Array = new BigUint64Array(1);
/** Its low and its high half. */
export const halves: Uint32Array = new Uint32Array(word.buffer);

/** How koffi takes a 64-bit argument fastest: as a number where it is exact, as addresses and most handles are. */
export function nativeArgument(value: bigint): number | bigint {
  word[0] = value;
  const high = halves[1];
  return high < 0x20_0000 ? high * 0x1_0000_0000 + halves[0] : value;
}
