// Writes a value that Vulkan returned as text or as JSON.
import { cNameOf, shortNameOf } from '../../errors/explain.ts';
import { formatVersion } from '../../index.ts';
import { registry } from '../../registry/registry.ts';
import type { Declarator, Member, StructRow } from '../../registry/rows.ts';
import { formatBytes } from '../query/print.ts';

/** The name of each bit of flags. */
export function bitNames(type: string, value: number | bigint, name: typeof shortNameOf): string[] {
  const names: string[] = [];
  for (let bits = BigInt(value), bit = 1n; bits >= bit; bit <<= 1n)
    if ((bits & bit) !== 0n) names.push(name(type, typeof value === 'bigint' ? bit : Number(bit)));
  return names;
}

/** The members of a struct without sType and pNext. */
export const ownMembers = (row: StructRow): Member[] =>
  row.members.filter(m => m.name !== 'pNext' && !(m.name === 'sType' && row.sType !== undefined));

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

/** The float with the fewest digits that represent it. */
function floatDigits(value: number): number {
  for (let digits = 1; digits < 9; digits++)
    if (Math.fround(Number(value.toPrecision(digits))) === value) return Number(value.toPrecision(digits));
  return value;
}

/** `6d657361-3232-2e33-2e36-000000000000`; other numbers of bytes without dashes. */
export function formatUuid(bytes: ArrayLike<unknown>): string {
  const hex = Array.from(bytes, byte => (byte as number).toString(16).padStart(2, '0')).join('');
  return hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : hex;
}

/** Members with packed versions; the `specVersion` of an extension is a plain number. */
const VERSIONS = ['apiVersion', 'driverVersion'];
const IDENTIFIERS = ['vendorID', 'deviceID'];

/** A value as one line of text. */
export function valueText(m: Declarator & { readonly name?: string }, value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (isList(value)) {
    if (m.base === 'uint8_t') return formatUuid(value);
    return value.length === 0 ? 'none' : Array.from(value, item => valueText(m, item)).join(', ');
  }
  const fact = registry.fact(m.base);
  if (fact.kind === 'struct') {
    const members = ownMembers(fact.row).map(
      inner => [inner, valueText(inner, (value as Record<string, unknown>)[inner.name])] as const,
    );
    // VkConformanceVersion: 1.3.1.1
    if (members.every(([inner]) => inner.base === 'uint8_t'))
      return members.map(([, text]) => text).join('.');
    return members.map(([inner, text]) => `${inner.name} ${text}`).join(', ');
  }
  if (fact.kind === 'flags') return bitNames(m.base, value as number, shortNameOf).join(' | ') || 'none';
  if (fact.kind === 'enum') return shortNameOf(m.base, value as number);
  if (m.base === 'VkDeviceSize') return withUnit(value as bigint);
  if (fact.kind === 'scalar' && fact.c === 'float') return String(floatDigits(value as number));
  if (VERSIONS.includes(m.name ?? '')) return `${formatVersion(value as number)} (${value})`;
  if (IDENTIFIERS.includes(m.name ?? '')) return `0x${(value as number).toString(16).padStart(4, '0')}`;
  return String(value);
}

/** `2147483648 (2 GiB)`; small sizes, and values that mean no limit, without a unit. */
const withUnit = (size: bigint) =>
  size < 1024n || size >= 1n << 60n ? String(size) : `${size} (${formatBytes(size)})`;

/** A value as in the Vulkan Profiles schema: flags as lists of names, enums as names, all else as it is. */
function toPlain(m: Declarator, value: unknown): unknown {
  if (isList(value)) return Array.from(value, item => toPlain(m, item));
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  const fact = registry.fact(m.base);
  if (fact.kind === 'struct') return structToPlain(fact.row, value as Record<string, unknown>);
  if (fact.kind === 'flags') return bitNames(m.base, value as number, cNameOf);
  if (fact.kind === 'enum') return cNameOf(m.base, value as number);
  if (fact.kind === 'scalar' && fact.c === 'float') return floatDigits(value as number);
  return typeof value === 'object' ? String(value) : value;
}

export const structToPlain = (row: StructRow, value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(ownMembers(row).map(m => [m.name, toPlain(m, value[m.name])]));
