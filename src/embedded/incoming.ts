// Reads the arguments of a call from C memory as plain JS values, pNext chains included.

import { extensionsOf } from '../marshal/chain.ts';
import { decodeElements, decodePointee } from '../marshal/decode.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { Declarator, StructRow } from '../registry/rows.ts';

const plain = (base: string): Declarator => ({ base, pointers: '', extents: [], bits: 0 });
const WORD = plain('size_t');
const INT = plain('int32_t');

/** The pointer stored at an address. */
export const pointerAt = (address: bigint): bigint =>
  (decodeElements(WORD, address, 1, undefined) as bigint[])[0];

export const intAt = (address: bigint): number => (decodeElements(INT, address, 1, undefined) as number[])[0];

/** `sType` and `pNext` come first in every struct that can be chained. */
export const sTypeAt = intAt;
export const nextAt = (address: bigint): bigint => pointerAt(address + BigInt(POINTER_SIZE));

/** Decodes elements of an array in the caller's memory. */
export function receiveElements(d: Declarator, address: bigint, length: number): unknown {
  const values = decodeElements(d, address, length, undefined);
  const fact = registry.fact(d.base);
  if (fact.kind === 'struct' && Array.isArray(values)) receiveChains(fact.row, values, address);
  return values;
}

/** Adds `pNext` to decoded structs and to those that they contain or point at. */
function receiveChains(row: StructRow, values: readonly unknown[], address: bigint): void {
  const { size } = layoutOf(row);
  values.forEach((value, i) => {
    const at = address + BigInt(i * size);
    const struct = value as Record<string, unknown>;
    receiveNested(row, struct, at);
    if (row.sType !== undefined) struct.pNext = decodeChain(row, nextAt(at));
  });
}

function receiveNested(row: StructRow, value: Record<string, unknown>, address: bigint): void {
  const { members } = layoutOf(row);
  for (const m of row.members) {
    const fact = registry.fact(m.base);
    const inner = value[m.name];
    // In this driver's commands, members of unions and pointers to pointers have no chains.
    if (fact.kind !== 'struct' || fact.row.union || m.pointers.length > 1 || !inner) continue;
    const at = address + BigInt(members.get(m.name)!.offset);
    const list = Array.isArray(inner) ? inner : [inner];
    receiveChains(fact.row, list, m.pointers === '' ? at : pointerAt(at));
  }
}

/** The structs of a chain; those that do not extend `root` are skipped, as the specification requires of drivers. */
function decodeChain(root: StructRow, first: bigint): unknown[] {
  const chain: unknown[] = [];
  for (let at = first; at !== 0n; at = nextAt(at)) {
    const row = extensionsOf(root).get(sTypeAt(at));
    if (row === undefined) continue;
    const value = decodePointee(row, at, undefined) as Record<string, unknown>;
    receiveNested(row, value, at);
    chain.push({ sType: row.sType, ...value });
  }
  return chain;
}
