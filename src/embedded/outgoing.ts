// Writes an implementation's answer into the caller's memory. It allows more than marshal's encoder: enum values that the
// registry does not list, and any handle.

import { isUint8Array } from '../errors/bytes.ts';
import { memberPath } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { extensionsOf } from '../marshal/chain.ts';
import { scalarCodec, writeAddress } from '../marshal/scalar.ts';
import { checkObject } from '../marshal/struct-value.ts';
import { expected, under } from '../native/argument-error.ts';
import { argumentStack, type Chunk } from '../native/argument-memory.ts';
import { addressOf, copy, POINTER_SIZE } from '../native/koffi.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { Declarator, Member, StructRow } from '../registry/rows.ts';
import { intAt, nextAt, pointerAt, sTypeAt } from './incoming.ts';

/** Writes outputs into the caller's memory; an output or a member that is `undefined` stays unwritten. */
export function answerElements(d: Declarator, address: bigint, values: ArrayLike<unknown>): void {
  if (isUint8Array(values) && d.base === 'void') {
    copy(address, values.length === 0 ? 0 : addressOf(values), values.length);
    return;
  }
  // Through `void**` an address is written.
  const element = { ...d, pointers: d.pointers.slice(1) };
  const { size } = elementLayout(element);
  const fact = registry.fact(d.base);
  const isStruct = element.pointers === '' && fact.kind === 'struct';
  for (let i = 0; i < values.length; i++) {
    const at = address + BigInt(i * size);
    if (values[i] === undefined) continue;
    if (isStruct) answerStruct(fact.row, at, values[i]);
    else onStack(at, size, 0, (chunk, place) => write(element, chunk, place, values[i], at));
  }
}

/** Keeps the caller's sType and pNext, and fills the structs of its chain from the answer's `pNext`. */
function answerStruct(row: StructRow, address: bigint, value: unknown): void {
  writeBody(row, address, value);
  if (row.sType === undefined) return;
  const answers = ((value as { pNext?: unknown }).pNext ?? []) as { readonly sType: number }[];
  for (let at = nextAt(address); at !== 0n; at = nextAt(at)) {
    const extension = extensionsOf(row).get(sTypeAt(at));
    const answer = answers.find(({ sType }) => sType === extension?.sType);
    if (extension !== undefined && answer !== undefined) writeBody(extension, at, answer);
  }
}

function writeBody(row: StructRow, address: bigint, value: unknown): void {
  const header = row.sType === undefined ? 0 : 2 * POINTER_SIZE;
  onStack(address, layoutOf(row).size, header, (chunk, at) => writeMembers(row, chunk, at, value, address));
}

/** Encodes into argument memory, and copies that to the caller's from byte `from` on. */
function onStack(to: bigint, size: number, from: number, encode: (chunk: Chunk, at: number) => void): void {
  const stack = argumentStack();
  const { chunk: below, top } = stack;
  try {
    const at = stack.reserve(size);
    const { chunk } = stack;
    encode(chunk, at);
    copy(to + BigInt(from), chunk.address + at + from, size - from);
  } finally {
    stack.release(below, top);
  }
}

/** Members that the answer does not have become zero. @param caller address of the caller's struct */
function writeMembers(row: StructRow, chunk: Chunk, at: number, value: unknown, caller: bigint): void {
  checkObject(value, row.name);
  const { members } = layoutOf(row);
  for (const [name, member] of Object.entries(value)) {
    if (name === 'sType' || name === 'pNext') continue;
    const m = row.members.find(other => other.name === name);
    if (m === undefined) throw ours(new Error(`${row.name}${memberPath(name)}: there is no such member`));
    const { offset } = members.get(name)!;
    try {
      if (m.pointers !== '' && Array.isArray(member)) {
        writeList(row, m, chunk, at, member, caller);
        continue;
      }
      writeMember(m, chunk, at + offset, member, caller + BigInt(offset));
    } catch (error) {
      throw under(error, `.${name}`);
    }
  }
}

/** Writes as many elements as fit into the caller's array, and their number; without an array only the number. */
function writeList(
  row: StructRow,
  m: Member,
  chunk: Chunk,
  at: number,
  list: unknown[],
  caller: bigint,
): void {
  const { members } = layoutOf(row);
  const { offset } = members.get(m.name)!;
  const counter = members.get(m.length[0])!.offset;
  const array = pointerAt(caller + BigInt(offset));
  const capacity = intAt(caller + BigInt(counter));
  const written = array === 0n ? list.length : Math.min(capacity, list.length);
  if (array !== 0n) answerElements(m, array, list.slice(0, written));
  chunk.u32[(at + counter) >> 2] = written;
  writeAddress(chunk, at + offset, array);
}

function writeMember(m: Member, chunk: Chunk, at: number, value: unknown, caller: bigint): void {
  const { size } = elementLayout(m);
  const count = m.extents.reduce((product, extent) => product * extent, 1);
  if (value === undefined) copy(chunk.address + at, caller, size * count);
  else if (m.extents.length === 0) write(m, chunk, at, value, caller);
  else if (m.base === 'char') chunk.u8.set(utf8.encode(value as string).subarray(0, count - 1), at);
  else {
    const list = Array.isArray(value) ? value.flat(m.extents.length - 1) : (value as ArrayLike<unknown>);
    for (let i = 0; i < Math.min(count, list.length); i++)
      write(m, chunk, at + i * size, list[i], caller + BigInt(i * size));
  }
}

const utf8 = new TextEncoder();

/** Writes one value of the base type, or an address for a pointer. */
function write(d: Declarator, chunk: Chunk, at: number, value: unknown, caller: bigint): void {
  const fact = registry.fact(d.base);
  const codec = d.pointers === '' ? scalarCodec(fact) : undefined;
  if (codec !== undefined)
    codec.write(chunk, at, fact.kind === 'enum' ? (value as number | bigint) : codec.check(value));
  else if (fact.kind === 'struct' && d.pointers === '') writeMembers(fact.row, chunk, at, value, caller);
  else if (typeof value !== 'bigint') throw expected('a bigint (an address or a handle)', value);
  else if (fact.kind === 'handle' && !fact.row.dispatchable) chunk.u64[at >> 3] = value;
  else writeAddress(chunk, at, value);
}
