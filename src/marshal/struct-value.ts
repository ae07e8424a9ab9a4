// Checks a value that should be a struct, and describes what is missing.

import { builtinName, isArray, isView } from '../errors/bytes.ts';
import { closest } from '../errors/closest.ts';
import { memberPath } from '../errors/describe.ts';
import { nameOfObject } from '../handles/object.ts';
import { ArgumentError, argumentErrorOf, expected } from '../native/argument-error.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { enumerators } from './enumerators.ts';

/** Deeper than any struct in Vulkan: an object that contains itself is refused here. */
const MAX_DEPTH = 64;

/** Throws unless it is an object that can be a struct. */
export function checkObject(value: unknown, name: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isArray(value) || isView(value))
    throw expected(`a ${name} object`, value);
  checkNotVulkanObject(value, name);
}

/** Refuses an object of this library by its class: some of its properties have the same names as members. */
export function checkNotVulkanObject(value: unknown, name: string): void {
  const ours = nameOfObject(value);
  if (ours !== undefined) throw new ArgumentError('type', `expected a ${name} object, got ${ours}`);
}

/** Counts the depth of a struct, since one that contains itself would never end. */
export function enter(call: Call): void {
  if (++call.depth > MAX_DEPTH)
    throw new ArgumentError('range', `nested more than ${MAX_DEPTH} deep: does the object contain itself?`);
}

/** Throws unless the sType is that of the struct, or left out. */
export function checkSType(given: unknown, row: StructRow): void {
  if (given !== undefined && given !== row.sType)
    throw expected(`${row.sType} (or nothing)`, given).under('.sType');
}

/** Refuses objects of this library, unknown members, and enums or flags that are undefined, since the enumerator is mistyped. */
export function checkKeys(value: object, row: StructRow): void {
  checkNotVulkanObject(value, row.name);
  try {
    checkEachKey(value, row);
  } catch (error) {
    // An error of a Proxy's trap belongs to the object, not to a member.
    throw argumentErrorOf(error);
  }
}

function checkEachKey(value: object, row: StructRow): void {
  let keys = 0;
  // Including keys of its prototypes, since members are read from there too.
  for (const key in value) {
    keys++;
    const member = row.members.find(m => m.name === key);
    if (member === undefined) {
      if (Object.hasOwn(Object.prototype, key)) continue;
      throw unknownMember(key, row);
    }
    const { kind } = registry.fact(member.base);
    if (kind !== 'enum' && kind !== 'flags') continue;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property !== undefined && 'value' in property && property.value === undefined)
      throw new ArgumentError(
        'type',
        `expected ${expectation(member)}, got undefined: is the enumerator misspelled?`,
      ).under(`.${key}`);
  }
  if (keys === 0) checkPlain(value, row.name);
}

/** Refuses built-in objects that have no members: a Promise, a Map, a Date. */
export function checkPlain(value: object, name: string): void {
  if (builtinName(value) !== undefined) throw expected(`a ${name} object`, value);
}

function unknownMember(key: string, row: StructRow): ArgumentError {
  const names = row.members.map(m => m.name);
  const close = closest(key, names);
  const hint = close === undefined ? `its members are ${names.join(', ')}` : `did you mean ${close}?`;
  return new ArgumentError('type', `unknown member; ${hint}`).under(memberPath(key));
}

/** What a parameter or member expects, for the error if it is missing. */
export function expectation(m: Member): string {
  const fact = registry.fact(m.base);
  if (m.base === 'char') return m.pointers.length > 1 ? 'an array of strings' : 'a string';
  if (m.length.length > 0 && m.length[0] !== '1')
    return m.base === 'void' ? 'bytes' : `an array of ${m.base}`;
  if (m.base === 'void') return 'an address or bytes';
  if (fact.kind === 'scalar') return m.base.replace(/_t$/, '');
  if (fact.kind === 'bool') return 'boolean';
  if (fact.kind === 'enum' || fact.kind === 'flags') return enumerators(m.base);
  return fact.kind === 'struct' ? `a ${m.base} object` : `a ${m.base}`;
}
