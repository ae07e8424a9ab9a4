// Reads and writes 64-bit integers at addresses.
import { addressOf, copy } from './koffi.ts';
import { word } from './uint64.ts';

/** The 64-bit integer at an address. */
export function readUint64(address: number | bigint): bigint {
  copy(addressOf(word), address, word.byteLength);
  return word[0];
}

/** Writes a 64-bit integer, taken modulo 2^64. */
export function writeUint64(address: number | bigint, value: bigint): void {
  word[0] = value;
  copy(address, addressOf(word), word.byteLength);
}
