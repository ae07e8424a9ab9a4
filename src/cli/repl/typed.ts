// Remembers the C types of what commands return, so that it can be printed by name.

import { memoize } from '../../registry/memoize.ts';
import { registry } from '../../registry/registry.ts';
import type { CommandRow, Declarator, StructRow } from '../../registry/rows.ts';
import { ownMembers } from '../info/value.ts';
import { returnedValues } from './watch.ts';

const structs = new WeakMap<object, StructRow>();
const members = new WeakMap<object, ReadonlyMap<string, Declarator>>();
const handles = new Map<bigint, string>();

const structsByType = memoize(
  () =>
    new Map(
      registry.tables.structs
        .names()
        .map(name => registry.struct(name))
        .map(row => [row.sType, row] as const),
    ),
);

export const structOf = (value: object): StructRow | undefined => structs.get(value);
export const membersOf = (value: object): ReadonlyMap<string, Declarator> | undefined => members.get(value);
/** The type of a handle that a command returned; a small integer is more likely to be something else. */
export const handleType = (value: bigint): string | undefined =>
  value > 0xffffn ? handles.get(value) : undefined;

function remember(base: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) remember(base, item);
  const fact = registry.fact(base);
  if (fact.kind === 'handle' && typeof value === 'bigint') handles.set(value, base);
  if (fact.kind !== 'struct' || typeof value !== 'object' || value === null || Array.isArray(value)) return;
  structs.set(value, fact.row);
  const own = value as Record<string, unknown>;
  for (const m of ownMembers(fact.row)) remember(m.base, own[m.name]);
  for (const next of (own.pNext as { sType: number }[] | undefined) ?? []) {
    const row = structsByType().get(next.sType);
    if (row !== undefined) remember(row.name, next);
  }
}

export function rememberTypes(row: CommandRow, _self: object, returned: unknown): void {
  const values = returnedValues(row, returned);
  for (const { index, value } of values) remember(row.params[index].base, value);
  // Several outputs are returned as one object, by parameter name.
  if (typeof returned === 'object' && returned !== null && values.some(({ value }) => value !== returned)) {
    const named = values.map(({ index }) => [row.params[index].name, row.params[index]] as const);
    members.set(returned, new Map<string, Declarator>([...named, ['result', RESULT]]));
  }
}

const RESULT: Declarator = { base: 'VkResult', pointers: '', extents: [], bits: 0 };
