// The address of a script's bytes for one call with nothing of the script's in between: where they lie, or a copy of a
// few that are new.
import { type Chunk, reservePermanent } from './argument-memory.ts';
import { typedArrayName } from './bytes.ts';
import { addressOf, knownAddressOf } from './koffi.ts';

/** Up to it the engine has an array's bytes among its objects: to be asked for their address it moves them out. */
const SMALL = 64;
/** One of so many is asked for its address all the same: what is used again and again is not copied for ever. */
const ASK_EVERY = 64;

/**
 * Makes the function for one argument, which has a place of its own for copies.
 * @returns the address of a view's first byte, 0 where it has none; `size` is how many it has
 */
export function bytesAddress(): (bytes: ArrayBufferView, size: number) => number {
  const { chunk, at } = reservePermanent(SMALL);
  let asked = 0;
  return (bytes, size) => {
    if (size === 0) return 0;
    const known = knownAddressOf(bytes);
    if (known !== undefined) return known;
    if (size > SMALL || ++asked % ASK_EVERY === 0 || !copy(bytes, chunk, at)) return addressOf(bytes);
    return chunk.address + at;
  };
}

/** False for what no chunk has a view of: a DataView. An array that is set from its own kind gets the very bits. */
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
