// The TypeScript type of a member or parameter, as it is passed or returned.
import type { Registry } from '../../src/registry/facts.ts';
import { isCountedInBytes, isCountedInValues } from '../../src/registry/length.ts';
import { isPlatformObject } from '../../src/registry/platform-object.ts';
import type { Member } from '../../src/registry/rows.ts';
import { DISPATCHABLE_CLASSES, outlivesCall, TYPED_ARRAYS } from '../../src/registry/shape.ts';
import type { Directions } from './direction.ts';

export interface TypeWriter {
  readonly registry: Registry;
  readonly directions: Directions;
}

/** The name of a struct's interface; one that is both passed and returned has a second one, with every member present. */
export function structType(writer: TypeWriter, name: string, way: 'passed' | 'returned'): string {
  const both = writer.directions.passed.has(name) && writer.directions.returned.has(name);
  return both && way === 'returned' ? `${name}Returned` : name;
}

/** The type of one element, without pointers and extents. */
function elementType(writer: TypeWriter, m: Member, way: 'passed' | 'returned'): string {
  const fact = writer.registry.fact(m.base);
  const passed = way === 'passed';
  switch (fact.kind) {
    case 'bool':
      return 'boolean';
    case 'struct':
      return structType(writer, fact.row.name, way);
    case 'enum':
    case 'flags':
      return m.base;
    case 'handle':
      return DISPATCHABLE_CLASSES.includes(fact.row.name) ? fact.row.name.slice(2) : m.base;
    case 'callback':
      return passed ? `${m.base} | bigint` : 'bigint | null';
    case 'wide string':
      return passed ? 'string' : 'string | null';
    case 'HANDLE':
      return passed ? 'Win32Handle' : 'bigint';
    case 'address':
      return passed ? 'ObjectAddress' : 'bigint | null';
    case 'opaque':
      return passed ? 'LastingAddress' : 'bigint | null';
    case 'scalar':
      if (!['int64_t', 'uint64_t', 'size_t', 'ulong'].includes(fact.c)) return 'number';
      return passed ? 'Integer64' : 'bigint';
  }
}

/** How many levels of arrays it has: a pointer is an array if it has a `len`. */
function arrayDepth({ pointers, length, extents }: Member): number {
  if (pointers.length > 1) return length[1] === '1' ? 1 : 2;
  const counted = pointers !== '' && length.length > 0 && length[0] !== '1';
  return extents.length + (counted ? 1 : 0);
}

export const arrayOf = (type: string) => (/[|& ]/.test(type) ? `(${type})[]` : `${type}[]`);

/**
 * The type of what a caller passes; for a pointer through which Vulkan writes: memory, or objects and arrays to fill.
 * @param owner the struct or command that has it
 */
export function passedType(writer: TypeWriter, m: Member, owner: string): string {
  const fact = writer.registry.fact(m.base);
  const depth = m.pointers.length;
  if (m.base === 'char') return depth > 1 ? 'readonly string[]' : 'string';
  if (fact.kind === 'opaque') {
    if (depth > 1) return 'readonly Address[]';
    if (isPlatformObject(m, writer.registry)) return 'ObjectAddress';
    const address = outlivesCall(m, owner) ? 'LastingAddress' : 'Address';
    if (isCountedInValues(m)) return 'Bytes | readonly (boolean | number | bigint)[] | readonly string[]';
    return m.base === 'void' && m.length.length > 0 ? 'Bytes' : address;
  }
  // The struct that VkBaseOutStructure stands for is identified by its sType.
  if (m.validStructs.length > 0) return m.validStructs.map(name => `Given<${name}, 'sType'>`).join(' | ');
  const element = elementType(writer, m, 'passed');
  // Even a single value that Vulkan writes is passed in an array.
  if (m.pointers === '&' && fact.kind !== 'struct') return `${arrayOf(element)} | Bytes`;
  const typed = fact.kind !== 'scalar' ? undefined : isCountedInBytes(m) ? 'Bytes' : TYPED_ARRAYS[fact.c];
  let type = m.elementOptional && fact.kind === 'handle' ? `${element} | null` : element;
  for (let i = 0; i < arrayDepth(m); i++)
    type = `readonly ${arrayOf(type)}${i === 0 && typed ? ` | ${typed}` : ''}`;
  return m.pointers === '&' ? `${type} | Bytes` : type;
}

/** Arrays of this length or more are not tuples, since programs loop over them. */
const TUPLE_LIMIT = 5;

const tupleOf = (type: string, length: number) => `[${new Array(length).fill(type).join(', ')}]`;

/** The type of what a caller gets. */
export function returnedType(writer: TypeWriter, m: Member): string {
  const fact = writer.registry.fact(m.base);
  const depth = m.pointers.length;
  if (m.base === 'char') {
    if (depth > 1) return 'string[]';
    return depth === 1 ? 'string | null' : 'string';
  }
  if (m.base === 'void' && depth === 1) return m.length.length > 0 ? 'Uint8Array' : 'bigint | null';
  if (fact.kind === 'opaque' || depth > 1) return 'bigint | null';
  if (m.extents.length === 1 && fact.kind === 'scalar' && fact.c === 'uint8_t') return 'Uint8Array';
  const levels = arrayDepth(m);
  let type = elementType(writer, m, 'returned');
  const known = m.length.length === 0 ? m.extents.toReversed() : [];
  for (let i = 0; i < levels; i++)
    type = (known[i] ?? TUPLE_LIMIT) < TUPLE_LIMIT ? tupleOf(type, known[i]) : arrayOf(type);
  return depth > 0 && levels === 0 ? `${type} | null` : type;
}
