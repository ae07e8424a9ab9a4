// 64-bit numbers between JS and koffi.

export const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** Write a bigint here, which is taken modulo 2^64, and read its halves from `halves`, without creating another bigint. */
export const word: BigUint64Array = new BigUint64Array(1);
/** The low and the high half of `word`. */
export const halves: Uint32Array = new Uint32Array(word.buffer);

/** A 64-bit number that koffi gives, as a bigint: koffi gives a number or a bigint, and 2^64 - 1 perhaps as -1. */
export const unsigned = (value: number | bigint): bigint => BigInt.asUintN(64, BigInt(value));

/** The number in 8 little-endian bytes. */
export function uint64OfBytes(bytes: Uint8Array): bigint {
  // Copied by the engine: a script can give the bytes an iterator or a buffer of its own.
  new Uint8Array(word.buffer).set(bytes);
  return word[0];
}

/** A 64-bit argument in the form that koffi passes fastest: a number if that is exact, as for addresses and most handles. */
export function nativeArgument(value: bigint): number | bigint {
  word[0] = value;
  const high = halves[1];
  return high < 0x20_0000 ? high * 0x1_0000_0000 + halves[0] : value;
}
