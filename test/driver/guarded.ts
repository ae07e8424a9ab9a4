// Memory that ends at pages which nobody may touch: each reservation of argument memory, and bytes that a test passes.
import { ArgumentStack, Chunk } from '../../src/native/argument-memory.ts';

const PAGE = 4096;
/** Behind what is shorter than a multiple of 8 lies so much that C could write unseen: it must stay as it is. */
const CANARY = 0xa5;
const GUARD = 4 * PAGE;

type Protect = (address: number, size: number) => void;

interface Room {
  readonly chunk: Chunk;
  readonly pages: number;
  /** Where the guard begins in it. */
  readonly end: number;
  size: number;
}

/** Chunks are never given back to the engine: it would find their last pages locked. */
class Rooms {
  readonly #free = new Map<number, Room[]>();
  readonly #protect: Protect;

  constructor(protect: Protect) {
    this.#protect = protect;
  }

  take(size: number): Room {
    let pages = 1;
    while (pages * PAGE < size) pages *= 2;
    const room = this.#free.get(pages)?.pop() ?? this.#make(pages);
    room.size = size;
    return room;
  }

  give(room: Room): void {
    const free = this.#free.get(room.pages);
    if (free === undefined) this.#free.set(room.pages, [room]);
    else free.push(room);
  }

  #make(pages: number): Room {
    const chunk = new Chunk(pages * PAGE + PAGE + GUARD);
    const guard = Math.ceil((chunk.address + pages * PAGE) / PAGE) * PAGE;
    this.#protect(guard, GUARD);
    return { chunk, pages, end: guard - chunk.address, size: 0 };
  }
}

/** What C wrote behind its memory. */
export const overruns: string[] = [];

/**
 * Every reservation of argument memory of this process becomes a chunk of its own that ends at a guard, in place of the
 * next bytes of one buffer. Nothing of the library under test knows of it.
 */
export function guardArgumentMemory(protect: Protect): void {
  const rooms = new Rooms(protect);
  const taken = new WeakMap<ArgumentStack, { base: Chunk; rooms: Room[] }>();
  const of = (stack: ArgumentStack) => {
    const mine = taken.get(stack) ?? { base: stack.chunk, rooms: [] };
    taken.set(stack, mine);
    return mine;
  };
  const methods = {
    reserve(this: ArgumentStack, size: number): number {
      const room = rooms.take(size);
      const at = room.end - Math.ceil(size / 8) * 8;
      room.chunk.u8.fill(0, at, at + size).fill(CANARY, at + size, room.end);
      of(this).rooms.push(room);
      this.chunk = room.chunk;
      return at;
    },
    locate(this: ArgumentStack, address: number | bigint): { chunk: Chunk; at: number } | undefined {
      for (const { chunk, end } of of(this).rooms) {
        const at = Number(address) - chunk.address;
        if (at >= 0 && at < end) return { chunk, at };
      }
      return undefined;
    },
    release(this: ArgumentStack, chunk: Chunk): void {
      const mine = of(this);
      // Each reservation has a chunk of its own, so a chunk says where the stack stood.
      const kept = mine.rooms.findLastIndex(room => room.chunk === chunk) + 1;
      for (const room of mine.rooms.splice(kept)) {
        for (let i = room.end - (-room.size & 7); i < room.end; i++)
          if (room.chunk.u8[i] !== CANARY)
            overruns.push(`${room.size} bytes of argument memory: written behind`);
        rooms.give(room);
      }
      this.chunk = mine.rooms.at(-1)?.chunk ?? mine.base;
    },
  };
  Object.assign(ArgumentStack.prototype, methods);
  Object.defineProperty(ArgumentStack.prototype, 'top', { value: 0 });
}

/** Bytes that end where a guard begins; `release` takes all of them back. */
export class GuardedBytes {
  readonly #rooms: Rooms;
  readonly #taken: Room[] = [];

  constructor(protect: Protect) {
    this.#rooms = new Rooms(protect);
  }

  bytes(length: number): Uint8Array {
    const room = this.#rooms.take(length);
    this.#taken.push(room);
    return new Uint8Array(room.chunk.buffer, room.end - length, length);
  }

  release(): void {
    for (const room of this.#taken.splice(0)) this.#rooms.give(room);
  }
}
