// In: a parameter through which Vulkan gives something back.
// Out: room for it in argument memory, and its value after the call.
import type { Chunk } from '../memory.ts';
import { elementLayout, layoutOf } from '../native.ts';
import type { CommandRow, Member, StructRow } from '../rows.ts';
import { registry } from '../tables.ts';
import type { Call } from './call.ts';
import { linkOutputs, type OutputChain, readOutputs } from './chain.ts';
import { decodeStruct, elementDecoder } from './decode.ts';
import { checkObject } from './encode.ts';
import { countedName } from './length.ts';
import { expected, under } from './mismatch.ts';
import { readAddress, scalarCodec, writeAddress } from './scalar.ts';

/** Memory that Vulkan writes for one output parameter. */
export interface Slot {
  readonly chunk: Chunk;
  readonly at: number;
  readonly chains: readonly OutputChain[];
}

export interface Output {
  readonly index: number;
  readonly name: string;
  /** Reserves room for `count` elements, each with the chain that `pNext` asks for. */
  reserve(call: Call, count: number, pNext: unknown): Slot;
  /** Gives room to arrays inside what Vulkan filled; true where there were any, so that it must be called again. */
  deepen(call: Call, slot: Slot, count: number): boolean;
  read(call: Call, slot: Slot, count: number): unknown;
}

export const isSingle = (p: Member): boolean => p.length.length === 0 || p.length[0] === '1';

export function makeOutput(row: CommandRow, index: number): Output {
  const p = row.params[index];
  const { size, struct, read } = elementOf(p);
  const deep = struct === undefined ? () => false : deepener(struct);
  return {
    index,
    name: p.name,
    reserve(call, count, pNext) {
      const at = call.stack.reserve(size * count);
      const { chunk } = call.stack;
      if (struct?.sType === undefined) return { chunk, at, chains: [] };
      const chains: OutputChain[] = [];
      for (let i = 0; i < count; i++) {
        chunk.i32[(at + i * size) >> 2] = struct.sType;
        try {
          chains.push(linkOutputs(call, chunk, at + i * size, struct, pNext));
        } catch (error) {
          throw under(error, struct.name);
        }
      }
      return { chunk, at, chains };
    },
    deepen(call, { chunk, at, chains }, count) {
      let deeper = false;
      for (let i = 0; i < count; i++) {
        deeper = deep(call, chunk, at + i * size) || deeper;
        for (const link of chains[i] ?? []) deeper = deepener(link.row)(call, link.chunk, link.at) || deeper;
      }
      return deeper;
    },
    read(call, { chunk, at, chains }, count) {
      if (p.base === 'void' && p.pointers === '&') return chunk.u8.slice(at, at + count);
      const one = (i: number): unknown => {
        const value = read(chunk, at + i * size, call.scope);
        return chains[i]?.length > 0 ? { ...(value as object), pNext: readOutputs(call, chains[i]) } : value;
      };
      return isSingle(p) ? one(0) : Array.from({ length: count }, (_, i) => one(i));
    },
  };
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

const deepeners = new Map<string, (call: Call, chunk: Chunk, at: number) => boolean>();

/** Structs such as VkDrmFormatModifierPropertiesListEXT tell a count first and want an array then. */
function deepener(row: StructRow): (call: Call, chunk: Chunk, at: number) => boolean {
  let known = deepeners.get(row.name);
  if (known !== undefined) return known;
  const layout = layoutOf(row);
  const arrays = row.members.flatMap(m => {
    const counted = m.pointers === '&' && m.name !== 'pNext' ? countedName(m.length[0] ?? '') : undefined;
    const count = row.members.find(other => other.name === counted?.name);
    if (count === undefined) return [];
    const size = m.base === 'void' ? 1 : elementLayout({ ...m, pointers: '' }).size;
    const read = scalarCodec(registry.fact(count.base))!.read;
    return [
      {
        offset: layout.members.get(m.name)!.offset,
        countAt: layout.members.get(count.name)!.offset,
        size,
        read,
      },
    ];
  });
  known = (call, chunk, at) => {
    let deeper = false;
    for (const { offset, countAt, size, read } of arrays) {
      const count = Number(read(chunk, at + countAt));
      if (count === 0) continue;
      const place = call.stack.reserve(count * size);
      writeAddress(chunk, at + offset, call.stack.chunk.address + place);
      deeper = true;
    }
    return deeper;
  };
  deepeners.set(row.name, known);
  return known;
}

/** The struct of an out parameter whose pNext may be asked for. */
export function extensible(p: Member): StructRow | undefined {
  const fact = registry.fact(p.base);
  return fact.kind === 'struct' && fact.row.extendedBy.length > 0 ? fact.row : undefined;
}

/** `{ pNext: [VkStructureType, …] }` as the caller gives it for an output. */
export function chainRequest(struct: StructRow, value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    checkObject(value, '{ pNext }');
    for (const key of Object.keys(value))
      if (key !== 'pNext') throw expected('pNext alone', value[key]).under(`.${key}`);
    return value.pNext;
  } catch (error) {
    throw under(error, struct.name);
  }
}
