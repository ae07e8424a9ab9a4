// Encodes a pNext chain: an array of structs in JavaScript, a linked list in C.

import { isArray } from '../errors/bytes.ts';
import { cNameOf } from '../errors/explain.ts';
import { ArgumentError, expected, lengthOf, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { decodeStruct } from './decode.ts';
import { readAddress, writeAddress } from './scalar.ts';
import { nested } from './struct-encoder.ts';

/** The structs that may extend one, by sType. */
export const extensionsOf = memoize(
  (row: StructRow): ReadonlyMap<number, StructRow> =>
    new Map(row.extendedBy.map(name => [registry.struct(name).sType as number, registry.struct(name)])),
);

/** The struct with an sType that may extend another one; throws if there is none. */
export function extending(row: StructRow, sType: unknown): StructRow {
  const found = extensionsOf(row).get(sType as number);
  if (found !== undefined) return found;
  if (!Number.isInteger(sType)) throw expected('a VkStructureType', sType);
  const list = row.extendedBy.length > 12 ? '' : `: ${row.extendedBy.join(', ') || 'none'}`;
  throw new ArgumentError(
    'range',
    `${cNameOf('VkStructureType', sType as number)} is not among the structs that extend ${row.name}${list}`,
  );
}

/** The offset of a struct's `pNext`. */
export const nextOffset = (row: StructRow): number => layoutOf(row).members.get('pNext')!.offset;

interface Place {
  readonly chunk: Chunk;
  readonly at: number;
}

/** Encodes the pNext array of a struct and links it to the struct. */
export function encodeChain(call: Call, chunk: Chunk, at: number, row: StructRow, value: unknown): void {
  if (value === undefined || value === null) return;
  if (!isArray(value)) throw expected('an array of structs', value).under('.pNext');
  let link: Place = { chunk, at: at + nextOffset(row) };
  const seen = new Set<number>();
  const length = chainLength(value);
  for (let i = 0; i < length; i++) {
    try {
      const item: unknown = value[i];
      if (typeof item !== 'object' || item === null) throw expected('a struct with its sType', item);
      const { sType } = item as { sType: unknown };
      let next: StructRow;
      try {
        next = extending(row, sType);
      } catch (error) {
        throw under(error, '.sType');
      }
      addToChain(seen, next);
      call.withCleanup().chained.push(next.name);
      const place = call.stack.reserve(layoutOf(next).size);
      const target = call.stack.chunk;
      writeAddress(link.chunk, link.at, target.address + place);
      call.extended = row;
      nested.encoder(next)(call, target, place, item);
      link = lastLink(call, { chunk: target, at: place + nextOffset(next) }, next, seen);
    } catch (error) {
      throw under(error, `.pNext[${i}]`);
    }
  }
}

function addToChain(seen: Set<number>, row: StructRow): void {
  if (seen.has(row.sType as number) && !row.allowDuplicate)
    throw new ArgumentError('range', `${row.name} is in the chain already`);
  seen.add(row.sType as number);
}

/** The last link after a struct and its own chain, where the next struct is linked. */
function lastLink(call: Call, link: Place, row: StructRow, seen: Set<number>): Place {
  let last = link;
  for (let next = readAddress(last.chunk, last.at); next !== 0n; next = readAddress(last.chunk, last.at)) {
    const { chunk, at } = call.stack.locate(next)!;
    const found = inChainOf(row, chunk.i32[at >> 2])!;
    try {
      addToChain(seen, found);
    } catch (error) {
      throw under(error, '.pNext');
    }
    last = { chunk, at: at + nextOffset(found) };
  }
  return last;
}

/** The struct with this sType that may be in its chain, or in the chain of one of those. */
function inChainOf(row: StructRow, sType: number): StructRow | undefined {
  const found = extensionsOf(row);
  const inner = () => [...found.values()].filter(({ extendedBy }) => extendedBy.length > 0);
  return found.get(sType) ?? inner().flatMap(next => inChainOf(next, sType) ?? [])[0];
}

/** The structs in a chain: each begins with its sType and, at the offset of a pointer's size, its pNext. */
export function chainFrom(call: Call, chunk: Chunk, at: number): (Place & { readonly sType: number })[] {
  const found: (Place & { readonly sType: number })[] = [];
  let next = readAddress(chunk, at + POINTER_SIZE);
  while (next !== 0n) {
    const place = call.stack.locate(next)!;
    found.push({ sType: place.chunk.i32[place.at >> 2], ...place });
    next = readAddress(place.chunk, place.at + POINTER_SIZE);
  }
  return found;
}

/** A struct in a chain, read back from its bytes; undefined if it is not there. */
export function decodeChained(
  call: Call,
  chunk: Chunk,
  at: number,
  struct: string,
): Record<string, unknown> | undefined {
  const row = registry.struct(struct);
  const found = chainFrom(call, chunk, at).find(({ sType }) => sType === row.sType);
  return found && decodeStruct(row, found.chunk, found.at, call.scope);
}

/** The length of a pNext array; throws with its path. */
export function chainLength(value: readonly unknown[]): number {
  try {
    return lengthOf(value);
  } catch (error) {
    throw under(error, '.pNext');
  }
}
