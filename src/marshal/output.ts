// Reserves memory for an output parameter, and reads its value after the call.

import { ArgumentError } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { elementLayout } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import { blockSize } from './block-size.ts';
import type { Call } from './call.ts';
import { type ChainRequest, NO_REQUEST } from './chain-request.ts';
import { elementDecoder, laterDecoder } from './decode.ts';
import { MAX_ELEMENTS, OutputStruct, type OutputsByName, outputPlan } from './output-struct.ts';
import { readAddress } from './scalar.ts';

/** Memory that Vulkan writes for one output parameter. */
export interface Slot {
  readonly chunk: Chunk;
  readonly at: number;
  /** One for each element, if they are structs that must be prepared before the call. */
  readonly structs: readonly OutputStruct[];
  /** The call's other outputs, whose structs may count arrays of this one. */
  readonly otherOutputs?: OutputsByName;
}

/** An output parameter. */
export interface OutputParam {
  readonly index: number;
  readonly name: string;
  /** Bytes of an element. */
  size(call: Call): number;
  /** Whether another output's struct counts its arrays: the command is then called without it first. */
  readonly countedElsewhere: boolean;
  /** Reserves memory for `count` elements, each with the requested chain. */
  reserve(call: Call, count: number, request?: ChainRequest, otherOutputs?: Map<string, OutputStruct>): Slot;
  read(call: Call, slot: Slot, count: number): unknown;
}

/** Whether a parameter points to one element. */
export const isSingle = (p: Member): boolean => p.length.length === 0 || p.length[0] === '1';

/** The alignment of untyped memory that Vulkan writes, the same as of bytes that it reads. */
const ALIGNMENT = 16;

/** The output parameter with an index. */
export function makeOutput(row: CommandRow, index: number): OutputParam {
  const p = row.params[index];
  const { size, struct, read } = elementOf(p);
  const isBytes = p.base === 'void' && p.pointers === '&';
  const inBlocks = isBytes ? blockSize(row, p) : undefined;
  const bytesOf = (call: Call) => inBlocks?.(call.self) ?? size;
  const plan = struct && outputPlan(struct);
  const needed = plan && (struct.sType !== undefined || plan.structs.length + plan.arrays.length > 0);
  return {
    index,
    name: p.name,
    size: bytesOf,
    countedElsewhere: plan?.arrays.some(({ counter }) => counter !== '') ?? false,
    reserve(call, count, request = NO_REQUEST, otherOutputs) {
      if (!(count <= MAX_ELEMENTS) && !isBytes)
        throw new ArgumentError('range', `expected at most ${MAX_ELEMENTS} elements, got ${count}`).under(
          `${row.name}.${p.name}`,
        );
      if (isBytes) {
        const reserved = call.stack.reserve(bytesOf(call) * count + ALIGNMENT);
        const { chunk } = call.stack;
        const excess = (chunk.address + reserved) % ALIGNMENT;
        return { chunk, at: reserved + (excess === 0 ? 0 : ALIGNMENT - excess), structs: NONE };
      }
      const at = call.stack.reserve(size * count);
      const { chunk } = call.stack;
      if (!needed) return { chunk, at, structs: NONE };
      const structs: OutputStruct[] = [];
      for (let i = 0; i < count; i++)
        structs.push(new OutputStruct(call, plan!, chunk, at + i * size, request.own, request.inner));
      if (isSingle(p)) otherOutputs?.set(p.name, structs[0]);
      return { chunk, at, structs, otherOutputs };
    },
    read(call, { chunk, at, structs, otherOutputs }, count) {
      if (isBytes) return chunk.u8.slice(at, at + bytesOf(call) * count);
      const one = (i: number) => {
        const value = read(chunk, at + i * size, call.scope);
        return structs[i]?.complete(call, value as Record<string, unknown>, otherOutputs) ?? value;
      };
      if (isSingle(p)) return one(0);
      const list: unknown[] = [];
      for (let i = 0; i < count; i++) list.push(one(i));
      return list;
    },
  };
}

const NONE: readonly never[] = [];

/**
 * Reserves memory for arrays that Vulkan has only counted.
 * @returns whether there were any: the command must then be called again, by `fillArrays`
 */
export function reserveArrays(call: Call, slots: readonly Slot[]): boolean {
  let grew = false;
  for (const { structs, otherOutputs } of slots)
    for (const struct of structs) if (struct.reserve(call, otherOutputs)) grew = true;
  return grew;
}

/**
 * Calls the command again until no array is left that Vulkan has only counted.
 * @returns the last result
 */
export function fillArrays<T>(call: Call, slots: readonly Slot[], again: () => T): T {
  for (;;) {
    const returned = again();
    if (Number(returned) < 0) return returned;
    for (const { structs, otherOutputs } of slots) for (const struct of structs) struct.limit(otherOutputs);
    if (!reserveArrays(call, slots)) return returned;
  }
}

type Read = (chunk: Chunk, at: number, scope: Call['scope']) => unknown;

/** One element: its size and how it is read. Handles stay raw here, and lifetime.ts makes objects of them. */
function elementOf(p: Member): { size: number; struct?: StructRow; read: Read } {
  const fact = registry.fact(p.base);
  const readPointer: Read = (chunk, at) => readAddress(chunk, at) || null;
  if (p.pointers.length > 1 || (fact.kind === 'opaque' && p.base !== 'void'))
    return { size: elementLayout(p).size, read: readPointer };
  if (fact.kind === 'struct') {
    const { row } = fact;
    return {
      size: outputPlan(row).size,
      struct: row,
      read: laterDecoder(row),
    };
  }
  if (fact.kind === 'handle') {
    const read: Read = fact.row.dispatchable ? readAddress : (chunk, at) => chunk.u64[at >> 3];
    return { size: elementLayout({ ...p, pointers: '' }).size, read };
  }
  const { size, decode } = elementDecoder(p);
  return { size, read: decode };
}

/** The struct of an output parameter, if its pNext may be requested. */
export function extensible(p: Member): StructRow | undefined {
  const fact = registry.fact(p.base);
  return fact.kind === 'struct' && fact.row.extendedBy.length > 0 ? fact.row : undefined;
}
