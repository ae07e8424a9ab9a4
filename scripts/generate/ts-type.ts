// In: a member or parameter and the way it goes.
// Out: its TypeScript type as text.
import type { Registry } from '../../src/registry.ts';
import type { Member } from '../../src/rows.ts';
import { DISPATCHABLE_CLASSES } from '../../src/shape.ts';
import type { Directions } from './direction.ts';

export interface TypeWriter {
  readonly registry: Registry;
  readonly directions: Directions;
}

/** Name of a struct's interface; one that goes both ways has a second one with every member present. */
export function structType(writer: TypeWriter, name: string, way: 'passed' | 'returned'): string {
  const both = writer.directions.passed.has(name) && writer.directions.returned.has(name);
  return both && way === 'returned' ? `${name}Returned` : name;
}

const ARRAY_OF: Record<string, string> = {
  int8_t: 'Int8Array',
  uint8_t: 'Uint8Array',
  int16_t: 'Int16Array',
  uint16_t: 'Uint16Array',
  int32_t: 'Int32Array',
  uint32_t: 'Uint32Array',
  int: 'Int32Array',
  float: 'Float32Array',
  double: 'Float64Array',
  int64_t: 'BigInt64Array',
  uint64_t: 'BigUint64Array',
};

/** The type of one element: pointers and extents left aside. */
function elementType(writer: TypeWriter, m: Member, way: 'passed' | 'returned'): string {
  const fact = writer.registry.fact(m.base);
  switch (fact.kind) {
    case 'bool':
      return 'boolean';
    case 'struct':
      return structType(writer, fact.row.name, way);
    case 'enum':
      return m.base;
    case 'flags':
      return m.base;
    case 'handle':
      return DISPATCHABLE_CLASSES.includes(fact.row.name) ? fact.row.name.slice(2) : m.base;
    case 'callback':
      return way === 'passed' ? m.base : 'bigint | null';
    case 'wide string':
      return 'string';
    case 'HANDLE':
      return way === 'passed' ? 'Win32Handle' : 'bigint';
    case 'address':
    case 'opaque':
      return way === 'passed' ? 'Address' : 'bigint';
    case 'scalar':
      if (['int64_t', 'uint64_t', 'size_t', 'ulong'].includes(fact.c))
        return way === 'passed' ? 'Integer64' : 'bigint';
      return 'number';
  }
}

const array = (type: string) => (/[|& ]/.test(type) ? `readonly (${type})[]` : `readonly ${type}[]`);

/** What a caller gives. */
export function passedType(writer: TypeWriter, m: Member): string {
  const fact = writer.registry.fact(m.base);
  const depth = m.pointers.length;
  if (m.base === 'char' && (depth > 0 || m.extents.length > 0)) {
    const strings = depth - (m.length.includes('null-terminated') ? 1 : 0);
    return strings > 0 ? 'readonly string[]' : 'string';
  }
  if (m.base === 'void' && depth === 1) return m.length.length > 0 ? 'Bytes' : 'Address';
  if (fact.kind === 'opaque') return depth === 2 ? 'readonly Address[]' : 'Address';
  const element = elementType(writer, m, 'passed');
  const nullable = m.elementOptional && fact.kind === 'handle' ? `${element} | null` : element;
  let type = nullable;
  const typed =
    fact.kind === 'scalar'
      ? ARRAY_OF[fact.c]
      : fact.kind === 'enum' || fact.kind === 'flags'
        ? fact.wide
          ? 'BigUint64Array'
          : undefined
        : undefined;
  const levels =
    m.extents.length +
    (depth > 1 ? depth : depth === 1 && m.length.length > 0 && m.length[0] !== '1' ? 1 : 0);
  for (let i = 0; i < levels; i++) type = i === 0 && typed ? `${array(type)} | ${typed}` : array(type);
  return type;
}

/** What a caller gets. */
export function returnedType(writer: TypeWriter, m: Member): string {
  const fact = writer.registry.fact(m.base);
  const depth = m.pointers.length;
  if (m.base === 'char' && m.extents.length === 1) return 'string';
  if (m.base === 'char' && depth > 0)
    return m.length.includes('null-terminated') && depth === 2 ? 'string[]' : 'string | null';
  if (m.base === 'void' && depth === 1) return m.length.length > 0 ? 'Uint8Array' : 'bigint | null';
  if (fact.kind === 'opaque') return 'bigint | null';
  const element = elementType(writer, m, 'returned');
  if (m.extents.length === 1 && fact.kind === 'scalar' && fact.c === 'uint8_t') return 'Uint8Array';
  let type = element;
  const levels = m.extents.length + (depth > 0 && m.length.length > 0 && m.length[0] !== '1' ? 1 : 0);
  for (let i = 0; i < levels; i++) type = /[|&]/.test(type) ? `(${type})[]` : `${type}[]`;
  return depth > 0 && levels === 0 ? `${type} | null` : type;
}
