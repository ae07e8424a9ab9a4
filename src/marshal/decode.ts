// Decodes C memory to JavaScript values: 64-bit integers become bigints, VkBool32 booleans, structs objects.

import { isDispatchable } from '../handles/handle-type.ts';
import type { Scope, Wrap } from '../handles/scope.ts';
import { argumentStack, type Chunk } from '../native/argument-memory.ts';
import { copy, stringAt, wideStringAt } from '../native/koffi.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { countedName, evaluateLength } from '../registry/length.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { Declarator, Member, StructRow } from '../registry/rows.ts';
import { compileDecoder, type DecodedField, dependentLast, type StructDecoder } from './compile-decoder.ts';
import { readAddress, scalarCodec } from './scalar.ts';
import { tiered } from './tier-up.ts';

type Decode = (chunk: Chunk, at: number, scope: Scope | undefined) => unknown;

/** The string at an address; null for NULL. */
export const stringOrNull = (address: bigint): string | null => (address === 0n ? null : stringAt(address));

/** The value of a handle: an object if it is dispatchable, else a bigint, which is noted as alive. */
function receiveHandle(type: string, handle: bigint, scope: Scope | undefined): unknown {
  if (handle === 0n) return isDispatchable(type) ? null : 0n;
  if (isDispatchable(type)) return wrapOf(scope, type)?.(handle, () => ({}), undefined) ?? handle;
  scope?.add(type, handle, false);
  return handle;
}

/** What creates objects of a type in a scope or its parent. */
export const wrapOf = (scope: Scope | undefined, type: string): Wrap | undefined =>
  scope?.wraps[type] ?? scope?.parent?.wraps[type];

/** The decoder of a struct, looked up when the first one is read, since a struct may contain itself. */
export function laterDecoder(row: StructRow): StructDecoder {
  let decoder: StructDecoder | undefined;
  return (chunk, at, scope) => {
    decoder ??= structDecoder(row);
    return decoder(chunk, at, scope);
  };
}

/** One element of the base type. */
export function elementDecoder(d: Declarator): { size: number; decode: Decode } {
  const fact = registry.fact(d.base);
  const codec = scalarCodec(fact);
  if (codec !== undefined) return { size: codec.size, decode: codec.read };
  if (fact.kind === 'opaque') return { size: 1, decode: (chunk, at) => chunk.u8[at] };
  const { size } = elementLayout({ ...d, pointers: '' });
  switch (fact.kind) {
    case 'struct':
      return { size, decode: laterDecoder(fact.row) };
    case 'handle': {
      const { name, dispatchable } = fact.row;
      const read = dispatchable ? readAddress : (chunk: Chunk, at: number) => chunk.u64[at >> 3];
      return { size, decode: (chunk, at, scope) => receiveHandle(name, read(chunk, at), scope) };
    }
    case 'wide string':
      return {
        size,
        decode: (chunk, at) => {
          const address = readAddress(chunk, at);
          return address === 0n ? null : wideStringAt(address);
        },
      };
    case 'callback':
    case 'address':
      return { size, decode: (chunk, at) => readAddress(chunk, at) || null };
    default:
      return { size, decode: readAddress };
  }
}

/** Reads a struct at a foreign address: it is copied first, since only argument memory has views. */
export function decodePointee(row: StructRow, address: bigint, scope: Scope | undefined): unknown {
  if (address === 0n) return null;
  return withCopy(address, layoutOf(row).size, (chunk, at) => decodeStruct(row, chunk, at, scope));
}

/** Reads only some members of a struct, without creating decoders for the others, so that programs start faster. */
export function decodeMembers(
  row: StructRow,
  address: bigint,
  names: readonly string[],
): Record<string, unknown> {
  const key = `${row.name} ${names.join()}`;
  let decode = partial.get(key);
  if (decode === undefined) {
    decode = interpretDecoder(fieldsOf(row, names));
    partial.set(key, decode);
  }
  const read = decode;
  return withCopy(address, layoutOf(row).size, (chunk, at) => read(chunk, at, undefined));
}

const partial = new Map<string, StructDecoder>();

function withCopy<T>(address: bigint, size: number, read: (chunk: Chunk, at: number) => T): T {
  const stack = argumentStack();
  const { chunk: below, top } = stack;
  try {
    const at = stack.reserve(size);
    const { chunk } = stack;
    copy(chunk.address + at, address, size);
    return read(chunk, at);
  } finally {
    stack.release(below, top);
  }
}

/** Reads an array of `length` elements at an address. */
export function decodeElements(
  d: Declarator,
  address: bigint,
  length: number,
  scope: Scope | undefined,
): unknown {
  if (address === 0n) return length > 0 ? null : d.base === 'void' ? new Uint8Array(0) : [];
  const { size, decode } = elementDecoder(d);
  return withCopy(address, size * length, (chunk, at) =>
    d.base === 'void' ? chunk.bytes(at, length) : readArray(decode, chunk, at, size, length, scope),
  );
}

function readArray(
  decode: Decode,
  chunk: Chunk,
  at: number,
  size: number,
  length: number,
  scope: Scope | undefined,
): unknown[] {
  const list: unknown[] = new Array(length);
  for (let i = 0; i < length; i++) list[i] = decode(chunk, at + i * size, scope);
  return list;
}

/** The decoder of a struct: interpreted at first, compiled once it is used often. */
export const structDecoder = memoize(
  (row: StructRow): StructDecoder => tiered(interpretDecoder(fieldsOf(row)), () => compiledDecoder(row)),
);

/** The decoder of a struct in a chain, which includes its sType. */
export const linkedDecoder = memoize(
  (row: StructRow): StructDecoder =>
    tiered(interpretDecoder(fieldsOf(row), row.sType), () => compiledLinkedDecoder(row)),
);

/** The same compiled. */
export const compiledLinkedDecoder = memoize(
  (row: StructRow): StructDecoder => compileDecoder(fieldsOf(row), compiledDecoder, { sType: row.sType }),
);

/** The compiled decoder of a struct, for use in compiled code. */
export const compiledDecoder: (row: StructRow) => StructDecoder = memoize(row =>
  compileDecoder(fieldsOf(row), compiledDecoder),
);

/** Reads a struct in argument memory as an object. */
export const decodeStruct = (
  row: StructRow,
  chunk: Chunk,
  at: number,
  scope: Scope | undefined,
): Record<string, unknown> => structDecoder(row)(chunk, at, scope);

/** The decoder without generated code; the compiled one gives the same result. */
export function interpretDecoder(fields: readonly DecodedField[], sType?: number): StructDecoder {
  const ordered = dependentLast(fields);
  return (chunk, at, scope) => {
    const value: Record<string, unknown> = sType === undefined ? {} : { sType };
    for (const { member } of fields) value[member.name] = undefined;
    for (const { member, offset, read } of ordered)
      value[member.name] = read(chunk, at + offset, scope, value);
    return value;
  };
}

/** The members that a decoder reads: all but sType and pNext. */
export function fieldsOf(row: StructRow, names?: readonly string[]): DecodedField[] {
  const layout = layoutOf(row);
  return row.members
    .filter(m => !(m.name === 'sType' && row.sType !== undefined) && m.name !== 'pNext')
    .filter(m => names?.includes(m.name) ?? true)
    .map(m => ({ member: m, offset: layout.members.get(m.name)!.offset, read: memberDecoder(m, row) }));
}

function memberDecoder(m: Member, owner: StructRow): DecodedField['read'] {
  if (m.pointers !== '') return pointerDecoder(m);
  if (m.bits > 0) {
    const { shift } = layoutOf(owner).members.get(m.name)!;
    return (chunk, at) => (chunk.u32[at >> 2] >>> shift) & (2 ** m.bits - 1);
  }
  if (m.extents.length === 0) {
    const fact = registry.fact(m.base);
    if (fact.kind === 'struct' && fact.row.union) return unionDecoder(fact.row, m.selector);
    return elementDecoder(m).decode;
  }
  const read = arrayDecoder(m, m.extents);
  const count = m.length.length === 0 || m.base === 'char' ? undefined : m.length[0];
  return (chunk, at, scope, value) =>
    read(chunk, at, scope, count === undefined ? undefined : Number(value[count]));
}

type ArrayDecode = (chunk: Chunk, at: number, scope: Scope | undefined, count?: number) => unknown;

function arrayDecoder(m: Declarator, extents: readonly number[]): ArrayDecode {
  const [extent, ...inner] = extents;
  if (m.base === 'char' && inner.length === 0) return charsDecoder(extent);
  if (m.base === 'uint8_t' && inner.length === 0)
    return (chunk, at, _scope, count = extent) => chunk.bytes(at, Math.min(count, extent));
  const element = elementDecoder(m);
  const decode: ArrayDecode = inner.length > 0 ? arrayDecoder(m, inner) : element.decode;
  const size = inner.reduce((product, n) => product * n, element.size);
  return (chunk, at, scope, count = extent) =>
    readArray(decode, chunk, at, size, Math.min(count, extent), scope);
}

/** Reads a char array up to its NUL, or all of it if there is none; caches the last text, since it is mostly the same. */
function charsDecoder(extent: number): ArrayDecode {
  let last = '';
  return (chunk, at) => {
    const { u8 } = chunk;
    const { length } = last;
    if (length === extent || u8[at + length] === 0) {
      let same = 0;
      while (same < length && u8[at + same] === last.charCodeAt(same)) same++;
      if (same === length) return last;
    }
    let end = at;
    while (end < at + extent && u8[end] !== 0) end++;
    const text = chunk.text(at, end);
    // Only ASCII text is cached, whose characters are its bytes.
    last = text.length === end - at ? text : '';
    return text;
  };
}

function pointerDecoder(m: Member): DecodedField['read'] {
  const isText = m.base === 'char';
  if (isText && m.pointers.length === 1) return (chunk, at) => stringOrNull(readAddress(chunk, at));
  const expression = m.length[0];
  if (isText) {
    return (chunk, at, _scope, value) => {
      const addresses = decodeElements(
        { base: 'size_t', pointers: '', extents: [], bits: 0 },
        readAddress(chunk, at),
        lengthIn(expression, value),
        undefined,
      );
      return (addresses as bigint[] | null)?.map(stringOrNull) ?? null;
    };
  }
  if (m.pointers.length > 1 || (registry.fact(m.base).kind === 'opaque' && m.base !== 'void'))
    return (chunk, at) => readAddress(chunk, at) || null;
  if (expression === undefined || expression.startsWith('*')) {
    if (m.base === 'void') return (chunk, at) => readAddress(chunk, at) || null;
    return (chunk, at, scope) => {
      const one = decodeElements(m, readAddress(chunk, at), 1, scope);
      return Array.isArray(one) ? one[0] : null;
    };
  }
  // Another output counts it: OutputStruct reads it when both are known.
  if (expression.includes('->')) return () => null;
  return (chunk, at, scope, value) =>
    decodeElements(m, readAddress(chunk, at), lengthIn(expression, value), scope);
}

function lengthIn(expression: string, value: Record<string, unknown>): number {
  const counted = countedName(expression);
  if (counted !== undefined && counted.name in value)
    return Math.floor(Number(value[counted.name]) / counted.factor);
  return evaluateLength(expression, name => Number(value[name]));
}

/** The union's member that the selector selects; without a selector every member that is not a pointer. */
function unionDecoder(row: StructRow, selector: string): DecodedField['read'] {
  const arms = row.members.map(m => ({ m, read: memberDecoder(m, row) }));
  return (chunk, at, scope, value) => {
    const selected = arms.filter(({ m }) => m.selection.includes(value[selector] as number));
    const plain = arms.filter(({ m }) => m.pointers === '');
    return Object.fromEntries(
      (selector === '' ? plain : selected).map(({ m, read }) => [m.name, read(chunk, at, scope, value)]),
    );
  };
}
