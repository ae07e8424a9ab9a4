// Finds the C type of a single number by what was typed: the result of a command, or the value of a member.
import { memoize } from '../../registry/memoize.ts';
import { registry } from '../../registry/registry.ts';
import type { CommandRow } from '../../registry/rows.ts';
import { shapeOf } from '../../registry/shape.ts';
import type { Named } from './print.ts';
import { structOf } from './typed.ts';

/** What the last command returned. */
let last: { readonly row: CommandRow; readonly returned: unknown } | undefined;

export function recordReturned(row: CommandRow, _self: object, returned: unknown): void {
  last = { row, returned };
}

/**
 * The declarator of a number or an array of numbers; undefined if its type cannot be found.
 * @param code what was typed
 * @param roots values in which a struct with that member may be found
 */
export function typeOfNumber(code: string, value: unknown, roots: readonly unknown[]): Named | undefined {
  const isNumber = (one: unknown) => typeof one === 'number' || typeof one === 'bigint';
  if (!(Array.isArray(value) ? value.length > 0 && value.every(isNumber) : isNumber(value))) return undefined;
  const expression = code.trim().replace(/;+$/, '');
  if (last !== undefined && last.returned === value && expression.endsWith(')')) {
    const declared = resultOf(last.row);
    if (declared !== undefined) return declared;
  }
  const member = /[.?]\.?(\w+)\s*\)*$/.exec(expression)?.[1];
  return member === undefined ? undefined : memberType(member, value, [last?.returned, ...roots]);
}

/** The type that a command returns, if it is a single value. */
function resultOf(row: CommandRow): Named | undefined {
  const { outputs, returnsResult } = shapeOf(row, registry);
  if (outputs.length === 1 && !returnsResult) return named(row.params[outputs[0]]);
  if (outputs.length > 0 || row.returns !== 'VkResult') return undefined;
  return { base: 'VkResult', pointers: '', extents: [], bits: 0 };
}

const NAMES = new Set(['enum', 'flags']);

const named = (m: Named): Named | undefined =>
  NAMES.has(registry.fact(m.base).kind) ? { ...m, pointers: '', extents: [] } : undefined;

/** By name, if it has one type in all structs; else by a struct among the roots whose member has the value. */
function memberType(name: string, value: unknown, roots: readonly unknown[]): Named | undefined {
  const known = basesOfMembers().get(name) ?? new Set();
  const found = known.size > 1 ? new Set(roots.flatMap(root => holders(root, name, value, 4))) : known;
  const [base, ...others] = found;
  return base === undefined || others.length > 0
    ? undefined
    : named({ name, base, pointers: '', extents: [], bits: 0 });
}

const basesOfMembers = memoize((): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const struct of registry.tables.structs.names())
    for (const { name, base } of registry.struct(struct).members) {
      if (!found.has(name)) found.set(name, new Set());
      found.get(name)!.add(base);
    }
  return found;
});

/** The types of members with that name and value, in the structs of a value. */
function holders(root: unknown, name: string, value: unknown, depth: number): string[] {
  if (typeof root !== 'object' || root === null || depth === 0) return [];
  if (Array.isArray(root)) return root.slice(0, 100).flatMap(item => holders(item, name, value, depth));
  const row = structOf(root);
  if (row === undefined) return [];
  const own = root as Record<string, unknown>;
  const mine = row.members.filter(m => m.name === name && own[name] === value).map(m => m.base);
  return [...mine, ...row.members.flatMap(m => holders(own[m.name], name, value, depth - 1))];
}
