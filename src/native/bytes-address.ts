// The address of a script's bytes for one call during which no script runs: their own address, or that of a copy if they
// are few.

import { typedArrayName } from '../errors/bytes.ts';
import { type Chunk, reservePermanent } from './argument-memory.ts';
import { addressOf, knownAddressOf } from './koffi.ts';

/** V8 stores arrays up to this size on its heap, and must move one off the heap to give its address, which is slow. */
const SMALL = 64;
/** For every 64th small array its own address is used nevertheless, so that one that is passed often is not copied forever. */
const ASK_EVERY = 64;

/**
 * Creates the function for one argument, which has its own memory for copies.
 * @returns a function that gives the address of a view's first byte, 0 for an empty one; `size` is its size in bytes
 */
export function bytesAddress(): (bytes: ArrayBufferView, size: number) => number {
  const { chunk, at } = reservePermanent(SMALL);
  let copies = 0;
  return (bytes, size) => {
    if (size === 0) return 0;
    const known = knownAddressOf(bytes);
    if (known !== undefined) return known;
    if (size > SMALL || ++copies % ASK_EVERY === 0 || !copy(bytes, chunk, at)) return addressOf(bytes);
    return chunk.address + at;
  };
}

/** Copies between arrays of the same type, which keeps every bit; false for other types of view, which are not copied. */
function copy(bytes: ArrayBufferView, chunk: Chunk, at: number): boolean {
  switch (typedArrayName(bytes)) {
    case 'Float32Array':
      chunk.f32.set(bytes as Float32Array, at / 4);
      return true;
    case 'Uint32Array':
      chunk.u32.set(bytes as Uint32Array, at / 4);
      return true;
    case 'Int32Array':
      chunk.i32.set(bytes as Int32Array, at / 4);
      return true;
    case 'Uint8Array':
      chunk.u8.set(bytes as Uint8Array, at);
      return true;
    case 'Float64Array':
      chunk.f64.set(bytes as Float64Array, at / 8);
      return true;
    default:
      return false;
  }
}
