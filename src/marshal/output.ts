// Memory for a parameter through which Vulkan gives something back, and its value after the call.

import { ArgumentError, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { elementLayout, layoutOf } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import {
  type Link,
  linkOutputs,
  nextOffset,
  type OutputChain,
  readOutputs,
  requestedChain,
} from './chain.ts';
import { decodeStruct, elementDecoder } from './decode.ts';
import { limit, type NestedArray, nestedArraysOf } from './nested-arrays.ts';
import { readAddress } from './scalar.ts';
import { checkObject } from './struct-value.ts';

/** Memory that Vulkan writes for one output parameter. */
export interface Slot {
  readonly chunk: Chunk;
  readonly at: number;
  readonly chains: readonly OutputChain[];
}

export interface Output {
  readonly index: number;
  readonly name: string;
  /** Bytes of an element. */
  readonly size: number;
  /** Reserves room for `count` elements, each with the chain that `pNext` asks for. */
  reserve(call: Call, count: number, pNext?: readonly Link[]): Slot;
  /**
   * Gives room to arrays inside what Vulkan filled; where there were any, it must be called again, and what is given
   * back must then be run: a driver that counts higher the second time is not believed.
   */
  reserveNested(call: Call, slot: Slot, count: number): (() => void) | undefined;
  read(call: Call, slot: Slot, count: number): unknown;
}

/** Each becomes an object or an entry of a map: a count beyond it is a mistake, of the script or the driver. */
export const MAX_ELEMENTS = 2 ** 18;

export const isSingle = (p: Member): boolean => p.length.length === 0 || p.length[0] === '1';

export function makeOutput(row: CommandRow, index: number): Output {
  const p = row.params[index];
  const { size, struct, read } = elementOf(p);
  const sType = struct?.sType;
  const nextAt = sType === undefined ? 0 : nextOffset(struct!);
  const reserveNested = struct && nestedArraysOf(struct);
  return {
    index,
    name: p.name,
    size,
    reserve(call, count, pNext = NONE) {
      if (!(count <= MAX_ELEMENTS) && p.base !== 'void')
        throw new ArgumentError('range', `expected at most ${MAX_ELEMENTS} elements, got ${count}`).under(
          `${row.name}.${p.name}`,
        );
      const at = call.stack.reserve(size * count);
      const { chunk } = call.stack;
      if (sType === undefined) return { chunk, at, chains: NONE };
      const chains: OutputChain[] = [];
      for (let i = 0; i < count; i++) {
        chunk.i32[(at + i * size) >> 2] = sType;
        chains.push(linkOutputs(call, chunk, at + i * size + nextAt, pNext));
      }
      return { chunk, at, chains };
    },
    reserveNested(call, { chunk, at, chains }, count) {
      const arrays: NestedArray[] = [];
      for (let i = 0; i < count; i++) {
        reserveNested?.(call, chunk, at + i * size, arrays);
        for (const { link, chunk, at } of chains[i] ?? NONE) link.reserveNested?.(call, chunk, at, arrays);
      }
      return arrays.length === 0 ? undefined : () => arrays.forEach(limit);
    },
    read(call, { chunk, at, chains }, count) {
      if (p.base === 'void' && p.pointers === '&') return chunk.u8.slice(at, at + count);
      if (isSingle(p)) return withChain(call, read(chunk, at, call.scope), chains[0]);
      const list: unknown[] = [];
      for (let i = 0; i < count; i++)
        list.push(withChain(call, read(chunk, at + i * size, call.scope), chains[i]));
      return list;
    },
  };
}

const NONE: readonly never[] = [];

function withChain(call: Call, value: unknown, chain: OutputChain | undefined): unknown {
  if (chain !== undefined && chain.length > 0) (value as { pNext: unknown }).pNext = readOutputs(call, chain);
  return value;
}

type Read = (chunk: Chunk, at: number, scope: Call['scope']) => unknown;

/** One element: its size and how it is read. Handles stay raw: what they become is the lifetime's matter. */
function elementOf(p: Member): { size: number; struct?: StructRow; read: Read } {
  const fact = registry.fact(p.base);
  const readPointer: Read = (chunk, at) => readAddress(chunk, at) || null;
  if (p.pointers.length > 1 || (fact.kind === 'opaque' && p.base !== 'void'))
    return { size: elementLayout(p).size, read: readPointer };
  if (fact.kind === 'struct') {
    const { row } = fact;
    return { size: layoutOf(row).size, struct: row, read: (c, at, scope) => decodeStruct(row, c, at, scope) };
  }
  if (fact.kind === 'handle') {
    const read: Read = fact.row.dispatchable ? readAddress : (chunk, at) => chunk.u64[at >> 3];
    return { size: elementLayout({ ...p, pointers: '' }).size, read };
  }
  const { size, decode } = elementDecoder(p);
  return { size, read: decode };
}

/** The struct of an out parameter whose pNext may be asked for. */
export function extensible(p: Member): StructRow | undefined {
  const fact = registry.fact(p.base);
  return fact.kind === 'struct' && fact.row.extendedBy.length > 0 ? fact.row : undefined;
}

/** `{ pNext: [VkStructureType, …] }` as the caller gives it for an output. */
export function chainRequest(struct: StructRow, value: unknown): readonly Link[] {
  if (value === undefined) return NONE;
  try {
    checkObject(value, '{ pNext }');
    for (const key of Object.keys(value))
      if (key !== 'pNext') throw new ArgumentError('type', 'expected pNext alone').under(`.${key}`);
    return requestedChain(struct, value.pNext);
  } catch (error) {
    throw under(error, struct.name);
  }
}
