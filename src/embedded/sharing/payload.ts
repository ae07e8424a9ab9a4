// Payloads: memory of a handle, with a header behind its bytes that says what it is. So any handle to it is recognized: a
// duplicate, one in another process, or a number that is used again.

import { randomBytes } from 'node:crypto';
import { VkResult } from '../../../ffi/rows/enums.ts';
import { addressOf } from '../../native/koffi.ts';
import { unsigned } from '../../native/uint64.ts';
import { readUint64, writeUint64 } from '../../native/uint64-at.ts';
import { Refusal } from '../refusal.ts';

/** Memory in this process, of any kind. */
export interface Mapping {
  readonly address: number;
  readonly size: number;
  /** Unmaps it; other mappings of the same memory stay valid. */
  release(): void;
}

const ALIGNMENT = 64;

/** Memory that is not shared; it lives as long as the object that is returned. */
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
  new Refusal(VkResult.ERROR_OUT_OF_HOST_MEMORY, `${size} bytes cannot be allocated`);

/** Marks memory of this driver. */
const MAGIC = 0x6b6f_6666_695f_766bn;
const HEADER_SIZE = 64;
const PAGE = 4096;

/** The header's 64-bit words. */
const WORD = { magic: 0, kind: 1, handleType: 2, size: 3, memoryType: 4, adapter: 5, key: 6, id: 7 } as const;

export const PAYLOAD_KIND = { memory: 1, semaphore: 2, fence: 3 } as const;
export type PayloadKind = (typeof PAYLOAD_KIND)[keyof typeof PAYLOAD_KIND];

export interface PayloadFacts {
  readonly kind: PayloadKind;
  /** The handle type that it was created for. */
  readonly handleType: number;
  /** Size in bytes, without the header. */
  readonly size: number;
  /** The exporter's memory type; -1 if it was created outside Vulkan. */
  readonly memoryType: number;
  /** Index of the physical device that it was created on. */
  readonly adapter: number;
}

/** How many bytes to map for a payload of `size` bytes: with its header, in whole pages. */
export const mappingSize = (size: number): number => Math.ceil((size + HEADER_SIZE) / PAGE) * PAGE;

export class Payload implements PayloadFacts {
  readonly mapping: Mapping;
  readonly kind: PayloadKind;
  readonly handleType: number;
  readonly size: number;
  readonly memoryType: number;
  readonly adapter: number;
  /** A random number, by which a payload differs from those of all threads and processes. */
  readonly id: bigint;

  private constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.kind = Number(this.#read('kind')) as PayloadKind;
    this.handleType = Number(this.#read('handleType'));
    this.size = Number(this.#read('size'));
    this.memoryType = Number(BigInt.asIntN(64, this.#read('memoryType')));
    this.adapter = Number(this.#read('adapter'));
    this.id = this.#read('id');
  }

  /** Writes the header. */
  static create(mapping: Mapping, facts: PayloadFacts): Payload {
    const words = { magic: MAGIC, id: randomBytes(8).readBigUInt64LE(), ...facts };
    for (const [name, value] of Object.entries(words))
      writeUint64(wordAddress(mapping, name as keyof typeof WORD), unsigned(value));
    return new Payload(mapping);
  }

  /** Reads the header; undefined if the memory is not of this driver. */
  static open(mapping: Mapping): Payload | undefined {
    if (mapping.size < HEADER_SIZE || readUint64(wordAddress(mapping, 'magic')) !== MAGIC) return undefined;
    return new Payload(mapping);
  }

  /** The key with which the keyed mutex can be acquired next. */
  get key(): bigint {
    return this.#read('key');
  }

  set key(value: bigint) {
    writeUint64(wordAddress(this.mapping, 'key'), value);
  }

  #read(name: keyof typeof WORD): bigint {
    return readUint64(wordAddress(this.mapping, name));
  }
}

const wordAddress = ({ address, size }: Mapping, name: keyof typeof WORD): number =>
  address + size - HEADER_SIZE + 8 * WORD[name];

/** The handle that the creator of a payload keeps. */
export interface OwnHandle {
  readonly handle: bigint;
  /** Its handle type. */
  readonly handleType: number;
  /** A new handle, which the caller closes. */
  duplicate(): bigint;
  close(): void;
}
