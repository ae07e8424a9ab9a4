// Argument memory: buffers that are used as a stack, with their address taken once and views over them.
import { ArgumentError } from './argument-error.ts';
import { addressOf } from './koffi.ts';

const CHUNK_SIZE = 64 * 1024;
/** Every reservation starts at a multiple of this: no Vulkan type needs more. */
const ALIGNMENT = 8;
const SMALL = 256;
/** More than any call needs: an absurd count of a driver or a script is refused, before the machine runs out of memory. */
const MAX_BYTES = 2 ** 30;

/** A buffer that C can read, and views of each element type over it. */
export class Chunk {
  readonly buffer: ArrayBuffer;
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly #bytes: Buffer;
  /** The address of byte 0; user space ends well below 2^53, so a number is exact. */
  readonly address: number;

  constructor(size: number) {
    this.buffer = new ArrayBuffer(size);
    this.i8 = new Int8Array(this.buffer);
    this.u8 = new Uint8Array(this.buffer);
    this.i16 = new Int16Array(this.buffer);
    this.u16 = new Uint16Array(this.buffer);
    this.i32 = new Int32Array(this.buffer);
    this.u32 = new Uint32Array(this.buffer);
    this.i64 = new BigInt64Array(this.buffer);
    this.u64 = new BigUint64Array(this.buffer);
    this.f32 = new Float32Array(this.buffer);
    this.f64 = new Float64Array(this.buffer);
    this.#bytes = Buffer.from(this.buffer);
    this.address = addressOf(this.u8);
  }

  /** Copies bytes. */
  bytes(start: number, length: number): Uint8Array {
    const copy = new Uint8Array(length);
    // A loop is faster than `set` or `slice` for a few bytes, such as a UUID.
    if (length > SMALL) copy.set(this.u8.subarray(start, start + length));
    else for (let i = 0; i < length; i++) copy[i] = this.u8[start + i];
    return copy;
  }

  /** The UTF-8 text in a range of bytes. */
  text(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }
}

/**
 * A stack of argument memory. `reserve` returns zeroed bytes of the current chunk, or of a new chunk if they do not fit,
 * so reserved memory never moves. `release` frees everything since a mark, so calls may nest inside callbacks.
 */
class ArgumentStack {
  /** The chunk that the last `reserve` used. */
  chunk: Chunk;
  #top = 0;
  readonly #below: { chunk: Chunk; top: number }[] = [];

  constructor(size: number = CHUNK_SIZE) {
    this.chunk = new Chunk(size);
  }

  /**
   * Reserves zeroed bytes; returns their offset in `chunk`.
   * @throws ArgumentError if it is more than any call needs
   */
  reserve(size: number): number {
    const at = this.#top;
    const end = at + size;
    if (!(end <= this.chunk.u8.length)) return this.#grow(size);
    this.#top = end + (-end & (ALIGNMENT - 1));
    // A loop is faster than `fill` for the size of most structs.
    if (size > SMALL) this.chunk.u8.fill(0, at, end);
    else {
      const { f64 } = this.chunk;
      for (let i = at >> 3; i << 3 < end; i++) f64[i] = 0;
    }
    return at;
  }

  #grow(size: number): number {
    if (!(size <= MAX_BYTES))
      throw new ArgumentError('range', `expected at most ${MAX_BYTES} bytes of arguments, got ${size}`);
    const chunk = new Chunk(Math.max(CHUNK_SIZE, Math.ceil(size / ALIGNMENT) * ALIGNMENT));
    this.#below.push({ chunk: this.chunk, top: this.#top });
    this.chunk = chunk;
    this.#top = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return 0;
  }

  /** The chunk and offset of an address in this stack; undefined for any other address. */
  locate(address: number | bigint): { chunk: Chunk; at: number } | undefined {
    const place = Number(address);
    for (let { chunk } = this, i = this.#below.length; ; chunk = this.#below[--i].chunk) {
      const at = place - chunk.address;
      if (at >= 0 && at < chunk.u8.length) return { chunk, at };
      if (i === 0) return undefined;
    }
  }

  /** The top of the stack in its chunk, for `release`. */
  get top(): number {
    return this.#top;
  }

  /** Frees everything that was reserved since this was the top. */
  release(chunk: Chunk, top: number): void {
    while (this.chunk !== chunk) this.chunk = this.#below.pop()!.chunk;
    this.#top = top;
  }
}

let stack: ArgumentStack | undefined;

/** The stack of this thread, created on first use. */
export const argumentStack = (): ArgumentStack => {
  stack ??= new ArgumentStack();
  return stack;
};

let permanentStack: ArgumentStack | undefined;

/** Reserves memory that is never freed. */
export function reservePermanent(size: number): { chunk: Chunk; at: number } {
  permanentStack ??= new ArgumentStack();
  const at = permanentStack.reserve(size);
  return { chunk: permanentStack.chunk, at };
}

export { ArgumentStack };
