// What a handle refers to: bytes, and behind them in the same memory what they are. So a handle is known by what it
// refers to, also a duplicate, one of another process, or a number that was used before.
import { VkResult } from '../../../ffi/rows/enums.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import { Refusal } from '../refusal.ts';

/** Memory of this process, from wherever it comes. */
export interface Mapping {
  readonly address: number;
  readonly size: number;
  /** Unmaps it; other mappings of the same memory stay. */
  release(): void;
}

const ALIGNMENT = 64;

/** Memory that belongs to nobody but its device: it lives as long as the object that is returned. */
export function heapMapping(size: number): Mapping {
  const bytes = tryBytes(size + ALIGNMENT);
  const start = addressOf(bytes);
  return Object.assign({ bytes }, { address: Math.ceil(start / ALIGNMENT) * ALIGNMENT, size, release() {} });
}

function tryBytes(size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch {
    throw outOfHostMemory(size);
  }
}

export const outOfHostMemory = (size: number): Refusal =>
  new Refusal(VkResult.ERROR_OUT_OF_HOST_MEMORY, `there are no ${size} bytes to be had`);

const word = new BigUint64Array(1);

/** The 64-bit integer at an address. */
export function readWord(address: number): bigint {
  copy(addressOf(word), address, 8);
  return word[0];
}

export function writeWord(address: number, value: bigint): void {
  word[0] = value;
  copy(address, addressOf(word), 8);
}

/** Tells this driver's memory from anybody else's. */
const MAGIC = 0x6b6f_6666_695f_766bn;
const HEADER_SIZE = 64;
const PAGE = 4096;

let next = 1n;

/** What lies behind the bytes, in 64-bit words. */
const WORD = { magic: 0, sort: 1, handleType: 2, size: 3, memoryType: 4, adapter: 5, key: 6, id: 7 } as const;

export const SORT = { memory: 1, semaphore: 2, fence: 3 } as const;
export type Sort = (typeof SORT)[keyof typeof SORT];

export interface PayloadFacts {
  readonly sort: Sort;
  /** The bit of the handle type that it was made for. */
  readonly handleType: number;
  /** Bytes that its maker asked for. */
  readonly size: number;
  /** The exporter's memory type; -1 where it was made outside Vulkan. */
  readonly memoryType: number;
  /** Which physical device it was made on. */
  readonly adapter: number;
}

/** Size of the memory that holds a payload of so many bytes. */
export const mappingSize = (size: number): number => Math.ceil((size + HEADER_SIZE) / PAGE) * PAGE;

export class Payload implements PayloadFacts {
  readonly mapping: Mapping;
  readonly sort: Sort;
  readonly handleType: number;
  readonly size: number;
  readonly memoryType: number;
  readonly adapter: number;
  /** Tells it from every other, whichever process made it. */
  readonly id: bigint;

  private constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.sort = Number(this.#read('sort')) as Sort;
    this.handleType = Number(this.#read('handleType'));
    this.size = Number(this.#read('size'));
    this.memoryType = Number(BigInt.asIntN(64, this.#read('memoryType')));
    this.adapter = Number(this.#read('adapter'));
    this.id = this.#read('id');
  }

  /** Writes the facts behind the bytes. */
  static create(mapping: Mapping, facts: PayloadFacts): Payload {
    const words = { magic: MAGIC, id: (BigInt(process.pid) << 32n) + next++, ...facts };
    for (const [name, value] of Object.entries(words))
      writeWord(wordAddress(mapping, name as keyof typeof WORD), BigInt.asUintN(64, BigInt(value)));
    return new Payload(mapping);
  }

  /** Reads them; undefined where the memory is not of this driver's making. */
  static open(mapping: Mapping): Payload | undefined {
    if (mapping.size < HEADER_SIZE || readWord(wordAddress(mapping, 'magic')) !== MAGIC) return undefined;
    return new Payload(mapping);
  }

  /** The keyed mutex: who holds this key next may acquire it. */
  get key(): bigint {
    return this.#read('key');
  }

  set key(value: bigint) {
    writeWord(wordAddress(this.mapping, 'key'), value);
  }

  #read(name: keyof typeof WORD): bigint {
    return readWord(wordAddress(this.mapping, name));
  }
}

const wordAddress = ({ address, size }: Mapping, name: keyof typeof WORD): number =>
  address + size - HEADER_SIZE + 8 * WORD[name];

/** The handle of who made the memory. */
export interface OwnHandle {
  readonly handle: bigint;
  /** The bit of its handle type. */
  readonly handleType: number;
  /** A handle for somebody else, who is to close it. */
  duplicate(): bigint;
  close(): void;
}
