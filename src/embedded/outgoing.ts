// In: what an implementation answers, and the address where the caller wants it.
// Out: C bytes there. More is allowed than the client's encoder allows: a driver may answer an enum value that
// the registry does not know yet, and handles are its own to judge.

import { checkObject } from '../marshal/encode.ts';
import { expected, under } from '../marshal/mismatch.ts';
import { scalarCodec, writeAddress } from '../marshal/scalar.ts';
import { argumentStack, type Chunk } from '../memory.ts';
import { addressOf, copy, elementLayout, layoutOf, POINTER_SIZE } from '../native.ts';
import type { Declarator, Member, StructRow } from '../rows.ts';
import { registry } from '../tables.ts';
import { extensionOf, nextAt, sTypeAt } from './incoming.ts';

/** Writes an array of outputs into the caller's memory; an element that is `undefined` stays unwritten. */
export function answerElements(d: Declarator, address: bigint, values: ArrayLike<unknown>): void {
  if (values instanceof Uint8Array && d.base === 'void') {
    copy(address, values.length === 0 ? 0 : addressOf(values), values.length);
    return;
  }
  // What the callee writes through `void**` is an address.
  const element = { ...d, pointers: d.pointers.slice(1) };
  const { size } = elementLayout(element);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    const fact = registry.fact(d.base);
    const at = address + BigInt(i * size);
    if (element.pointers === '' && fact.kind === 'struct') answerStruct(fact.row, at, value);
    else onStack(size, (chunk, place) => write(element, chunk, place, value), { to: at, from: 0 });
  }
}

/** The caller's own sType and pNext stay; the structs that it linked are filled from the answer's `pNext`. */
function answerStruct(row: StructRow, address: bigint, value: unknown): void {
  writeBody(row, address, value);
  if (row.sType === undefined) return;
  const answers = ((value as { pNext?: unknown }).pNext ?? []) as { readonly sType: number }[];
  for (let at = nextAt(address); at !== 0n; at = nextAt(at)) {
    const extension = extensionOf(row, sTypeAt(at));
    const answer = answers.find(({ sType }) => sType === extension?.sType);
    if (extension !== undefined && answer !== undefined) writeBody(extension, at, answer);
  }
}

function writeBody(row: StructRow, address: bigint, value: unknown): void {
  const header = row.sType === undefined ? 0 : 2 * POINTER_SIZE;
  onStack(layoutOf(row).size, (chunk, at) => writeMembers(row, chunk, at, value), {
    to: address,
    from: header,
  });
}

/** Encodes in argument memory and copies it out, from byte `from` on. */
function onStack(
  size: number,
  encode: (chunk: Chunk, at: number) => void,
  { to, from }: { to: bigint; from: number },
): void {
  const stack = argumentStack();
  const { depth, top } = stack;
  try {
    const at = stack.reserve(size);
    const { chunk } = stack;
    encode(chunk, at);
    copy(to + BigInt(from), chunk.address + at + from, size - from);
  } finally {
    stack.release(depth, top);
  }
}

/** A member that is not answered is zero. */
function writeMembers(row: StructRow, chunk: Chunk, at: number, value: unknown): void {
  checkObject(value, row.name);
  const { members } = layoutOf(row);
  for (const [name, member] of Object.entries(value)) {
    if (name === 'sType' || name === 'pNext') continue;
    const m = row.members.find(other => other.name === name);
    if (m === undefined) throw new Error(`${row.name} has no member ${name}`);
    try {
      writeMember(m, chunk, at + members.get(name)!.offset, member);
    } catch (error) {
      throw under(error, `.${name}`);
    }
  }
}

function writeMember(m: Member, chunk: Chunk, at: number, value: unknown): void {
  if (m.extents.length === 0 || m.pointers !== '') {
    write(m, chunk, at, value);
    return;
  }
  if (m.base === 'char') {
    chunk.u8.set(utf8.encode(value as string).subarray(0, m.extents[0] - 1), at);
    return;
  }
  const list = Array.isArray(value) ? value.flat(m.extents.length - 1) : (value as ArrayLike<unknown>);
  const { size } = elementLayout(m);
  for (let i = 0; i < list.length; i++) write(m, chunk, at + i * size, list[i]);
}

const utf8 = new TextEncoder();

/** One value of the base type, or an address where a pointer stands. */
function write(d: Declarator, chunk: Chunk, at: number, value: unknown): void {
  const fact = registry.fact(d.base);
  const codec = d.pointers === '' ? scalarCodec(fact) : undefined;
  if (codec !== undefined)
    codec.write(chunk, at, fact.kind === 'enum' ? (value as number | bigint) : codec.check(value));
  else if (fact.kind === 'struct' && d.pointers === '') writeMembers(fact.row, chunk, at, value);
  else if (typeof value !== 'bigint') throw expected('a bigint (an address or a handle)', value);
  else if (fact.kind === 'handle' && !fact.row.dispatchable) chunk.u64[at >> 3] = value;
  else writeAddress(chunk, at, value);
}
