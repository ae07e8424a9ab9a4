// Makes each reservation of argument memory, and bytes that a test passes, end at pages that nobody may touch.
import { ArgumentStack, Chunk } from '../../src/native/argument-memory.ts';

const PAGE = 4096;
/** Fills the bytes between an end and the next multiple of 8, where the guard begins: C must not change them. */
const CANARY = 0xa5;
const GUARD = 4 * PAGE;

type Protect = (address: number, size: number) => void;

interface GuardedChunk {
  readonly chunk: Chunk;
  readonly pages: number;
  /** The offset at which the guard begins. */
  readonly end: number;
  size: number;
}

/** Chunks are reused and never freed, since their last pages stay protected. */
class GuardedChunks {
  readonly #free = new Map<number, GuardedChunk[]>();
  readonly #protect: Protect;

  constructor(protect: Protect) {
    this.#protect = protect;
  }

  take(size: number): GuardedChunk {
    let pages = 1;
    while (pages * PAGE < size) pages *= 2;
    const guarded = this.#free.get(pages)?.pop() ?? this.#make(pages);
    guarded.size = size;
    return guarded;
  }

  give(guarded: GuardedChunk): void {
    const free = this.#free.get(guarded.pages);
    if (free === undefined) this.#free.set(guarded.pages, [guarded]);
    else free.push(guarded);
  }

  #make(pages: number): GuardedChunk {
    const chunk = new Chunk(pages * PAGE + PAGE + GUARD);
    const guard = Math.ceil((chunk.address + pages * PAGE) / PAGE) * PAGE;
    this.#protect(guard, GUARD);
    return { chunk, pages, end: guard - chunk.address, size: 0 };
  }
}

/** The places where C wrote between the end of memory and the guard. */
export const overruns: string[] = [];

/**
 * Makes every reservation of argument memory in this process a chunk of its own that ends at a guard, instead of the next
 * bytes of one buffer. The library under test is not changed for that.
 */
export function guardArgumentMemory(protect: Protect): void {
  const chunks = new GuardedChunks(protect);
  const taken = new WeakMap<ArgumentStack, { base: Chunk; chunks: GuardedChunk[] }>();
  const of = (stack: ArgumentStack) => {
    const mine = taken.get(stack) ?? { base: stack.chunk, chunks: [] };
    taken.set(stack, mine);
    return mine;
  };
  const methods = {
    reserve(this: ArgumentStack, size: number): number {
      const guarded = chunks.take(size);
      const at = guarded.end - Math.ceil(size / 8) * 8;
      guarded.chunk.u8.fill(0, at, at + size).fill(CANARY, at + size, guarded.end);
      of(this).chunks.push(guarded);
      this.chunk = guarded.chunk;
      return at;
    },
    locate(this: ArgumentStack, address: number | bigint): { chunk: Chunk; at: number } | undefined {
      for (const { chunk, end } of of(this).chunks) {
        const at = Number(address) - chunk.address;
        if (at >= 0 && at < end) return { chunk, at };
      }
      return undefined;
    },
    release(this: ArgumentStack, chunk: Chunk): void {
      const mine = of(this);
      // Each reservation has a chunk of its own, so the chunk tells how much was reserved after it.
      const kept = mine.chunks.findLastIndex(guarded => guarded.chunk === chunk) + 1;
      for (const guarded of mine.chunks.splice(kept)) {
        for (let i = guarded.end - (-guarded.size & 7); i < guarded.end; i++)
          if (guarded.chunk.u8[i] !== CANARY)
            overruns.push(`${guarded.size} bytes of argument memory: written behind`);
        chunks.give(guarded);
      }
      this.chunk = mine.chunks.at(-1)?.chunk ?? mine.base;
    },
  };
  Object.assign(ArgumentStack.prototype, methods);
  Object.defineProperty(ArgumentStack.prototype, 'top', { value: 0 });
}

/** Bytes that end where a guard begins; `release` takes all of them back. */
export class GuardedBytes {
  readonly #chunks: GuardedChunks;
  readonly #taken: GuardedChunk[] = [];

  constructor(protect: Protect) {
    this.#chunks = new GuardedChunks(protect);
  }

  bytes(length: number): Uint8Array {
    const guarded = this.#chunks.take(length);
    this.#taken.push(guarded);
    return new Uint8Array(guarded.chunk.buffer, guarded.end - length, length);
  }

  release(): void {
    for (const guarded of this.#taken.splice(0)) this.#chunks.give(guarded);
  }
}
