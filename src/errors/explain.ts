// In: an enum or flags type and a value of it.
// Out: the names that the value has, short ones as the enum objects have them, or C's.

import type { EnumTypes } from '../../ffi/rows/flag-types.ts';
import { enumNames } from '../../ffi/rows/names.ts';
import { registry } from '../registry/registry.ts';
import { Table } from '../registry/table.ts';

const patterns = new Table(enumNames);

/** The enum whose members name a type's values: itself, or the FlagBits of a flags type. */
function valuesOf(
  type: string,
): { name: string; values: Readonly<Record<string, number | bigint>> } | undefined {
  const fact = registry.fact(type);
  if (fact.kind === 'enum') return fact;
  if (fact.kind !== 'flags') throw new TypeError(`explain: expected an enum or flags type, got "${type}"`);
  if (fact.bits === '') return undefined;
  const bits = registry.fact(fact.bits);
  return bits.kind === 'enum' ? bits : undefined;
}

/** `VK_IMAGE_TYPE_2D` of `_2D`, by the pattern that the enum's row has. */
function toCName(enumName: string, short: string): string {
  const [pattern, ...odd] = patterns.get(enumName)!.split(' ');
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

/** The names of a value whose type is known at run time alone. */
export const nameOf = (type: string, value: number | bigint): string =>
  names(type, value, (_, short) => short);

/** The same with C's names. */
export const cNameOf = (type: string, value: number | bigint): string => names(type, value, toCName);

/**
 * Names a value of an enum or flags type.
 * @param type the C name of the type
 * @param value a value of it
 * @returns `'ERROR_DEVICE_LOST'`, `'DEVICE_LOCAL | HOST_VISIBLE'`; bits without a name in hexadecimal
 * @throws TypeError for a type that is neither
 *
 * @example
 * explain('VkMemoryPropertyFlags', 3); // 'DEVICE_LOCAL | HOST_VISIBLE'
 */
export const explain = <T extends keyof EnumTypes>(type: T, value: EnumTypes[T]): string =>
  nameOf(type, value);

/** The same with C's names: `'VK_ERROR_DEVICE_LOST'`. */
export const explainC = <T extends keyof EnumTypes>(type: T, value: EnumTypes[T]): string =>
  cNameOf(type, value);
