// Rules of the specification on single numbers, as the rows tell them: checked on what was encoded, before the call.
import { ArgumentError } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { layoutOf } from '../native/koffi.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import type { ValueRule } from '../registry/value-rule.ts';
import { decodeElements } from './decode.ts';
import { readAddress, type ScalarCodec, scalarCodec } from './scalar.ts';

/** Where a number lies in a struct, and what it is. */
interface Place {
  readonly offset: number;
  readonly codec: ScalarCodec;
}

/** A rule with the place of its number. */
export interface PlacedRule extends ValueRule, Place {
  /** Of a count: the array that it counts, which is what a caller gives. */
  readonly array: string;
}

/** Of several that share a count none is the one to name. */
function arrayOf(path: string, siblings: readonly Member[]): string {
  const counted = siblings.filter(m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === path);
  return counted.length === 1 ? counted[0].name : '';
}

/** Follows `extent.width` through structs in place. */
function place(row: StructRow, path: string): Place {
  const [, name, rest] = /^(\w+)(?:\.(.+))?$/.exec(path) as RegExpExecArray;
  const { offset } = layoutOf(row).members.get(name)!;
  const fact = registry.fact(row.members.find(m => m.name === name)!.base);
  if (fact.kind !== 'struct') return { offset, codec: scalarCodec(fact)! };
  const inner = place(fact.row, rest);
  return { ...inner, offset: offset + inner.offset };
}

export const rulesOfStruct = (row: StructRow): PlacedRule[] =>
  row.rules.map(rule => ({ ...rule, ...place(row, rule.path), array: arrayOf(rule.path, row.members) }));

/** Throws the rule that the written struct breaks. */
export function checkStruct(row: StructRow, rules: readonly PlacedRule[], chunk: Chunk, at: number): void {
  for (const rule of rules) {
    const value = rule.codec.read(chunk, at + rule.offset) as number | bigint;
    if (isBroken(rule, value) && !isLifted(row, rule, chunk, at)) throw broken(rule, rule.array, value);
  }
}

/** NaN is not more than 0. */
const isBroken = ({ multiple }: ValueRule, value: number | bigint): boolean =>
  multiple === 0 ? !(value > 0) : BigInt(value) % BigInt(multiple) !== 0n;

function broken({ path, multiple, vuid }: ValueRule, array: string, value: number | bigint): ArgumentError {
  const wanted = multiple === 0 ? 'more than 0' : `a multiple of ${multiple}`;
  const error =
    array === ''
      ? new ArgumentError('range', `expected ${wanted}, got ${value}`).under(`.${path}`)
      : new ArgumentError('range', `expected ${wanted} as ${path}, got ${value}`).under(`.${array}`);
  return error.breaking(vuid);
}

/** Whether the chain that was written holds the struct which lifts the rule. */
function isLifted(row: StructRow, { unless }: ValueRule, chunk: Chunk, at: number): boolean {
  if (unless === '') return false;
  const { sType } = registry.struct(unless);
  let link = readAddress(chunk, at + layoutOf(row).members.get('pNext')!.offset);
  while (link !== 0n) {
    // Every struct of a chain begins with its sType, in eight bytes, and its pNext.
    const [head, next] = decodeElements(LINK, link, 2, undefined) as [bigint, bigint];
    if (Number(head & 0xffff_ffffn) === sType) return true;
    link = next;
  }
  return false;
}

const LINK = { base: 'uint64_t', pointers: '', extents: [], bits: 0 };

/** A rule on a parameter, or on a member of the struct that one points to. */
export interface ArgumentRule extends ValueRule {
  /** Index of the parameter. */
  readonly index: number;
  /** Throws where the argument, as C will have it, breaks the rule. */
  check(argument: number | bigint): void;
}

export function rulesOfCommand(row: CommandRow): ArgumentRule[] {
  return row.rules.map(rule => {
    const [first, inside] = rule.path.split('->');
    const index = row.params.findIndex(p => p.name === first);
    const array = arrayOf(rule.path, row.params);
    const read =
      inside === undefined ? (argument: number | bigint) => argument : behind(row.params[index], inside);
    return {
      ...rule,
      index,
      check(argument) {
        const value = read(argument);
        if (isBroken(rule, value)) throw broken(rule, array, value).under(row.name);
      },
    };
  });
}

/** Reads a number of the struct that an argument points to. */
function behind(p: Member, path: string): (address: number | bigint) => number | bigint {
  const { offset, codec } = place(registry.struct(p.base), path);
  const number = { ...LINK, base: codec.size === 8 ? 'uint64_t' : 'uint32_t' };
  return address =>
    (decodeElements(number, BigInt(address) + BigInt(offset), 1, undefined) as [number | bigint])[0];
}
