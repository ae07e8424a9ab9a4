// In: a parameter through which Vulkan gives something back.
// Out: room for it in argument memory, and its value after the call.
import type { Chunk } from '../memory.ts';
import { elementLayout, layoutOf } from '../native.ts';
import type { CommandRow, Member, StructRow } from '../rows.ts';
import { registry } from '../tables.ts';
import type { Call } from './call.ts';
import { linkOutputs, type OutputChain, readOutputs, requestedChain } from './chain.ts';
import { decodeStruct, elementDecoder } from './decode.ts';
import { checkObject } from './encode.ts';
import { countedName } from './length.ts';
import { Mismatch, under } from './mismatch.ts';
import { readAddress, type ScalarCodec, scalarCodec, writeAddress } from './scalar.ts';

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
  reserve(call: Call, count: number, pNext?: readonly StructRow[]): Slot;
  /**
   * Gives room to arrays inside what Vulkan filled; where there were any, it must be called again, and what is given
   * back must then be run: a driver that counts higher the second time is not believed.
   */
  deepen(call: Call, slot: Slot, count: number): (() => void) | undefined;
  read(call: Call, slot: Slot, count: number): unknown;
}

/** Each becomes an object or an entry of a map: a count beyond it is a mistake, of the script or the driver. */
export const MOST = 2 ** 18;

export const isSingle = (p: Member): boolean => p.length.length === 0 || p.length[0] === '1';

export function makeOutput(row: CommandRow, index: number): Output {
  const p = row.params[index];
  const { size, struct, read } = elementOf(p);
  const deep = struct === undefined ? () => [] : deepener(struct);
  return {
    index,
    name: p.name,
    reserve(call, count, pNext = []) {
      if (!(count <= MOST) && p.base !== 'void')
        throw new Mismatch('range', `expected at most ${MOST} elements, got ${count}`).under(
          `${row.name}.${p.name}`,
        );
      const at = call.stack.reserve(size * count);
      const { chunk } = call.stack;
      if (struct?.sType === undefined) return { chunk, at, chains: [] };
      const chains: OutputChain[] = [];
      for (let i = 0; i < count; i++) {
        chunk.i32[(at + i * size) >> 2] = struct.sType;
        chains.push(linkOutputs(call, chunk, at + i * size, struct, pNext));
      }
      return { chunk, at, chains };
    },
    deepen(call, { chunk, at, chains }, count) {
      const rooms: Room[] = [];
      for (let i = 0; i < count; i++) {
        rooms.push(...deep(call, chunk, at + i * size));
        for (const link of chains[i] ?? []) rooms.push(...deepener(link.row)(call, link.chunk, link.at));
      }
      return rooms.length === 0 ? undefined : () => rooms.forEach(limit);
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

/** An array inside a struct that was given room, and where the struct counts it. */
interface Room {
  readonly count: number;
  readonly codec: ScalarCodec;
  readonly chunk: Chunk;
  readonly at: number;
}

function limit({ count, codec, chunk, at }: Room): void {
  if (Number(codec.read(chunk, at)) > count) codec.write(chunk, at, codec.size === 8 ? BigInt(count) : count);
}

type Deepener = (call: Call, chunk: Chunk, at: number) => Room[];

const deepeners = new Map<string, Deepener>();

/** Structs such as VkDrmFormatModifierPropertiesListEXT tell a count first and want an array then. */
function deepener(row: StructRow): Deepener {
  let known = deepeners.get(row.name);
  if (known !== undefined) return known;
  const layout = layoutOf(row);
  const arrays = row.members.flatMap(m => {
    const counted = m.pointers === '&' && m.name !== 'pNext' ? countedName(m.length[0] ?? '') : undefined;
    const count = row.members.find(other => other.name === counted?.name);
    if (count === undefined) return [];
    const size = m.base === 'void' ? 1 : elementLayout({ ...m, pointers: '' }).size;
    const codec = scalarCodec(registry.fact(count.base))!;
    const fact = registry.fact(m.base);
    return [
      {
        offset: layout.members.get(m.name)!.offset,
        countAt: layout.members.get(count.name)!.offset,
        size,
        codec,
        sType: fact.kind === 'struct' ? fact.row.sType : undefined,
      },
    ];
  });
  known = (call, chunk, at) => {
    const rooms: Room[] = [];
    for (const { offset, countAt, size, codec, sType } of arrays) {
      const count = Number(codec.read(chunk, at + countAt));
      if (count === 0) continue;
      const place = call.stack.reserve(count * size);
      const { chunk: room } = call.stack;
      writeAddress(chunk, at + offset, room.address + place);
      if (sType !== undefined) for (let i = 0; i < count; i++) room.i32[(place + i * size) >> 2] = sType;
      rooms.push({ count, codec, chunk, at: at + countAt });
    }
    return rooms;
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
export function chainRequest(struct: StructRow, value: unknown): StructRow[] {
  if (value === undefined) return [];
  try {
    checkObject(value, '{ pNext }');
    for (const key of Object.keys(value))
      if (key !== 'pNext') throw new Mismatch('type', 'expected pNext alone').under(`.${key}`);
    return requestedChain(struct, value.pNext);
  } catch (error) {
    throw under(error, struct.name);
  }
}
