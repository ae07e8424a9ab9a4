// What a trace shows of arguments and results: handles and addresses in hexadecimal, the rest as inspect shows it.
import { inspect, types } from 'node:util';
import { hexOf } from '../errors/describe.ts';
import { extensionsOf } from '../marshal/chain.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import { shapeOf } from '../registry/shape.ts';

/** As deep as inspect goes, and as many elements as it shows. */
const [DEPTH, ELEMENTS] = [4, 8];

/** A value as text. */
export const shown = (value: unknown): string =>
  inspect(value, {
    depth: DEPTH,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: ELEMENTS,
    maxStringLength: 80,
  });

/** The arguments of a call as text. */
export function shownArguments(row: CommandRow, args: readonly unknown[]): string[] {
  const { roles } = shapeOf(row, registry);
  const passed = row.params.filter((_, i) => roles[i] === 'in' || roles[i] === 'buffer');
  return args.map((value, i) => shown(i < passed.length ? view(value, passed[i], 0) : value));
}

/** The result of a call as text. */
export function shownResult(row: CommandRow, result: unknown): string {
  const { outputs, returnsResult } = shapeOf(row, registry);
  if (outputs.length === 0)
    return shown(view(result, { base: row.returns, pointers: '', objectType: '' }, 0));
  const members = outputs.map(i => row.params[i]);
  return shown(
    members.length === 1 && !returnsResult
      ? view(result, members[0], 0)
      : viewMembers(result, name => members.find(m => m.name === name), 0),
  );
}

/** An error in one line. */
export const shownError = (error: unknown): string =>
  types.isNativeError(error) ? String(error).replaceAll(/\s*\n\s*/g, ' ') : shown(error);

type Typed = Pick<Member, 'base' | 'pointers' | 'objectType'>;

/** A value with its handles and addresses replaced by what prints as hexadecimal. */
function view(value: unknown, m: Typed, depth: number): unknown {
  if (depth > DEPTH) return value;
  if (Array.isArray(value) && !types.isProxy(value)) {
    const first = Array.from({ length: Math.min(value.length, ELEMENTS) }, (_, i) => {
      const element = Object.getOwnPropertyDescriptor(value, i);
      return element !== undefined && 'value' in element ? view(element.value, m, depth + 1) : undefined;
    });
    first.length = value.length;
    return first;
  }
  const fact = registry.fact(m.base);
  if (typeof value === 'bigint') {
    const isHex = /Address$/.test(m.base) || ['handle', 'HANDLE', 'address', 'callback'].includes(fact.kind);
    return isHex || m.pointers !== '' || m.objectType !== ''
      ? { [inspect.custom]: () => hexOf(value) }
      : value;
  }
  if (fact.kind !== 'struct') return value;
  const { row } = fact;
  return viewMembers(value, name => row.members.find(one => one.name === name), depth, row);
}

/** A plain object with its members replaced; getters are not called. */
function viewMembers(
  value: unknown,
  memberOf: (name: string) => Typed | undefined,
  depth: number,
  row?: StructRow,
): unknown {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return value;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  const own = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor>;
  for (const [name, property] of Object.entries(own)) {
    const m = memberOf(name);
    if (!('value' in property)) continue;
    if (name === 'pNext' && row !== undefined) property.value = viewChain(property.value, row, depth);
    else if (m !== undefined) property.value = view(property.value, m, depth + 1);
  }
  return Object.defineProperties(Object.create(Object.getPrototypeOf(value)), own);
}

/** The structs of a pNext chain, each by its sType. */
function viewChain(chain: unknown, row: StructRow, depth: number): unknown {
  if (!Array.isArray(chain) || types.isProxy(chain)) return chain;
  return chain.map(next => {
    const { value: sType } = Object.getOwnPropertyDescriptor(Object(next), 'sType') ?? {};
    const found = extensionsOf(row).get(sType);
    return found === undefined
      ? next
      : viewMembers(next, name => found.members.find(m => m.name === name), depth + 2, found);
  });
}
