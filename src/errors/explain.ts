// Names values of enum and flags types, as the enum objects do or as C does.

import type { EnumTypes } from '../../ffi/rows/flag-types.ts';
import { enumNames } from '../../ffi/rows/names.ts';
import { registry } from '../registry/registry.ts';
import { Table } from '../registry/table.ts';
import { closest } from './closest.ts';
import { describe } from './describe.ts';
import { ours, userCall } from './user-call.ts';

const patterns = new Table(enumNames);

/** The enum that names a type's values: the type itself, or the FlagBits of a flags type; of an alias, its target. */
function valuesOf(
  type: string,
): { name: string; values: Readonly<Record<string, number | bigint>> } | undefined {
  const { enums } = registry.tables;
  const fact = registry.fact(type);
  if (fact.kind === 'flags') return fact.bits === '' ? undefined : valuesOf(fact.bits);
  const values = enums(type)!;
  const name = patterns.has(type) ? type : patterns.names().find(other => enums(other) === values)!;
  return { name, values };
}

/** Throws unless they are the name of an enum or flags type and an integer. */
function check(path: string, type: unknown, value: unknown): void {
  const { enums, handles, structs, flags } = registry.tables;
  if (typeof type !== 'string' || !(flags.has(type) || enums(type) !== undefined)) {
    const what = `${path}.type: expected an enum or flags type, got ${describe(type)}`;
    const isOther = typeof type !== 'string' || handles.has(type) || structs.has(type);
    const near = isOther ? undefined : closest(type, [...patterns.names(), ...flags.names()]);
    throw ours(new TypeError(near === undefined ? what : `${what}; did you mean "${near}"?`));
  }
  if (typeof value !== 'bigint' && !Number.isInteger(value))
    throw ours(
      new TypeError(`${path}.value: expected an integer as a value of ${type}, got ${describe(value)}`),
    );
}

/** The C name of an enumerator, by the pattern in the enum's row: `VK_IMAGE_TYPE_2D` for `_2D`. */
export function toCName(enumName: string, short: string): string {
  const [pattern, ...odd] = patterns.get(valuesOf(enumName)?.name ?? enumName)!.split(' ');
  const own = odd.find(pair => pair.startsWith(`${short}=`));
  return own === undefined
    ? pattern.replace('*', short.replace(/^_(?=\d)/, ''))
    : own.slice(short.length + 1);
}

function names(
  type: string,
  value: number | bigint,
  spell: (enumName: string, short: string) => string,
): string {
  const found = valuesOf(type);
  const entries = found === undefined ? [] : Object.entries(found.values);
  const exact = entries.find(([, known]) => BigInt(known) === BigInt(value));
  if (exact !== undefined) return spell(found!.name, exact[0]);
  const isFlags = registry.fact(type).kind === 'flags' || type.includes('FlagBits');
  if (!isFlags || value === 0 || value === 0n) return String(value);
  let rest = BigInt(value);
  const parts: string[] = [];
  for (const [short, known] of entries) {
    const bit = BigInt(known);
    if (bit === 0n || (bit & (bit - 1n)) !== 0n || (rest & bit) === 0n) continue;
    parts.push(spell(found!.name, short));
    rest &= ~bit;
  }
  if (rest !== 0n) parts.push(`0x${rest.toString(16)}`);
  return parts.join(' | ');
}

/** The enum object's names of a value: `DEVICE_LOCAL`; its type is known only at run time. */
export const shortNameOf = (type: string, value: number | bigint): string =>
  names(type, value, (_, short) => short);

/** The same with C's names. */
export const cNameOf = (type: string, value: number | bigint): string => names(type, value, toCName);

/** The C name of a type of external memory handles. */
export const handleTypeName = (handleType: number | bigint): string =>
  cNameOf('VkExternalMemoryHandleTypeFlagBits', handleType);

/** For errors: the names of an integer, and a description of any other value of the script. */
export const nameOrDescribe = (type: string, value: unknown): string =>
  typeof value === 'bigint' || Number.isInteger(value)
    ? shortNameOf(type, value as number | bigint)
    : describe(value);

/**
 * Names a value of an enum or flags type.
 * @param type the C name of the type
 * @param value a value of it
 * @returns `'ERROR_DEVICE_LOST'`, `'DEVICE_LOCAL | HOST_VISIBLE'`; bits without a name in hexadecimal
 * @throws TypeError for any other type, and for a value that is not an integer
 *
 * @example
 * explain('VkMemoryPropertyFlags', 3); // 'DEVICE_LOCAL | HOST_VISIBLE'
 */
export const explain = userCall(function explain<T extends keyof EnumTypes>(
  type: T,
  value: EnumTypes[T],
): string {
  check('explain', type, value);
  return shortNameOf(type, value);
});

/** Names a value of an enum or flags type as C does: `'VK_ERROR_DEVICE_LOST'`. */
export const explainC = userCall(function explainC<T extends keyof EnumTypes>(
  type: T,
  value: EnumTypes[T],
): string {
  check('explainC', type, value);
  return cNameOf(type, value);
});
