// Names values of enum and flags types, as the enum objects do or as C does.

import type { EnumTypes } from '../../ffi/rows/flag-types.ts';
import { enumNames } from '../../ffi/rows/names.ts';
import { registry } from '../registry/registry.ts';
import { Table } from '../registry/table.ts';
import { closest } from './closest.ts';
import { ours, userCall } from './user-call.ts';

const patterns = new Table(enumNames);

/** The enum that names a type's values: the type itself, or the FlagBits of a flags type; of an alias, its target. */
function valuesOf(
  type: string,
): { name: string; values: Readonly<Record<string, number | bigint>> } | undefined {
  const { enums, flags } = registry.tables;
  const isFlags = typeof type === 'string' && flags.has(type);
  if (!isFlags && enums(type) === undefined) throw ours(unknownType(type));
  const fact = registry.fact(type);
  if (fact.kind === 'flags') return fact.bits === '' ? undefined : valuesOf(fact.bits);
  const values = enums(type)!;
  const name = patterns.has(type) ? type : patterns.names().find(other => enums(other) === values)!;
  return { name, values };
}

function unknownType(type: unknown): TypeError {
  const { handles, structs, flags } = registry.tables;
  const what = `explain: expected an enum or flags type, got ${JSON.stringify(type) ?? typeof type}`;
  if (typeof type !== 'string' || handles.has(type) || structs.has(type)) return ours(new TypeError(what));
  const near = closest(type, [...patterns.names(), ...flags.names()]);
  return ours(new TypeError(`${what}${near === undefined ? '' : `; did you mean "${near}"?`}`));
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
  if (typeof value !== 'bigint' && !Number.isInteger(value))
    throw ours(new TypeError(`explain: expected an integer as a value of ${type}, got ${String(value)}`));
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

/** The names of a value whose type is known only at run time. */
export const nameOf = (type: string, value: number | bigint): string =>
  names(type, value, (_, short) => short);

/** The same with C's names. */
export const cNameOf = (type: string, value: number | bigint): string => names(type, value, toCName);

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
export const explain = userCall(<T extends keyof EnumTypes>(type: T, value: EnumTypes[T]): string =>
  nameOf(type, value),
);

/** The same with C's names: `'VK_ERROR_DEVICE_LOST'`. */
export const explainC = userCall(<T extends keyof EnumTypes>(type: T, value: EnumTypes[T]): string =>
  cNameOf(type, value),
);
