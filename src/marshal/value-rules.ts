// Checks the rows' rules on single numbers and handles, on the encoded arguments before the call.
import { ArgumentError, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { layoutOf } from '../native/row-types.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member, StructRow } from '../registry/rows.ts';
import type { ValueRule } from '../registry/value-rule.ts';
import type { Call } from './call.ts';
import { decodeElements } from './decode.ts';
import { readAddress, type ScalarCodec, scalarCodec } from './scalar.ts';

/** Where a number or a handle is in a struct, and its type. */
interface Place {
  readonly offset: number;
  readonly codec: ScalarCodec;
  /** The type of a handle; `''` for a number. */
  readonly handle: string;
}

/** A rule with the place of its number. */
export interface PlacedRule extends ValueRule, Place {
  /** Of a count: the array that it counts, which is what the caller passes; `''` if none. */
  readonly array: string;
}

/** The only array with this count; `''` if several share it, since no single one is wrong. */
function arrayOf(path: string, siblings: readonly Member[]): string {
  const counted = siblings.filter(m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === path);
  return counted.length === 1 ? counted[0].name : '';
}

/** Follows `extent.width` through structs in place. */
function place(row: StructRow, path: string): Place {
  const [, name, rest] = /^(\w+)(?:\.(.+))?$/.exec(path) as RegExpExecArray;
  const { offset } = layoutOf(row).members.get(name)!;
  const fact = registry.fact(row.members.find(m => m.name === name)!.base);
  if (fact.kind === 'handle')
    return { offset, codec: scalarCodec(registry.fact('uint64_t'))!, handle: fact.row.name };
  if (fact.kind !== 'struct') return { offset, codec: scalarCodec(fact)!, handle: '' };
  const inner = place(fact.row, rest);
  return { ...inner, offset: offset + inner.offset };
}

/** The rules on numbers in a struct, with their places. */
export const rulesOfStruct = (row: StructRow): PlacedRule[] =>
  row.rules
    .filter(rule => elementPath(rule) === undefined)
    .map(rule => ({ ...rule, ...place(row, rule.path), array: arrayOf(rule.path, row.members) }));

/** The parts of a rule on each element of an array: `pAreas[].extent.width`; undefined for other rules. */
function elementPath({ path }: ValueRule): { readonly array: string; readonly inside: string } | undefined {
  const [, array, inside] = /^(\w+)\[\]\.?(.*)$/.exec(path) ?? [];
  return array === undefined ? undefined : { array, inside };
}

/** A rule on each element of an array. */
interface ElementRule {
  readonly array: string;
  /** Throws if one of the elements at an address breaks it. */
  check(address: number | bigint, length: number): void;
}

/** The rules on each element of an array. */
export const elementRulesOf = (rules: readonly ValueRule[], members: readonly Member[]): ElementRule[] =>
  rules.flatMap(rule => {
    const element = elementPath(rule);
    return element === undefined ? [] : [elementRule(rule, element.array, element.inside, members)];
  });

function elementRule(
  rule: ValueRule,
  array: string,
  inside: string,
  members: readonly Member[],
): ElementRule {
  const m = members.find(one => one.name === array)!;
  const fact = registry.fact(m.base);
  const number =
    fact.kind === 'struct' ? place(fact.row, inside) : { offset: 0, codec: scalarCodec(fact)!, handle: '' };
  const step = fact.kind === 'struct' ? layoutOf(fact.row).size : number.codec.size;
  const read = numberReader(number);
  return {
    array,
    check(address, length) {
      for (let i = 0; BigInt(address) !== 0n && i < length; i++) {
        const value = read(BigInt(address) + BigInt(i * step));
        const path = `${array}[${i}]${inside && `.${inside}`}`;
        if (isBroken(rule, value)) throw broken({ ...rule, path }, '', value);
      }
    },
  };
}

/** Reads a number from the struct at an address. */
function numberReader({ offset, codec }: Place): (address: bigint) => number | bigint {
  const base = NUMBERS[codec.view ?? ''] ?? (codec.size === 8 ? 'uint64_t' : 'uint32_t');
  return address =>
    (decodeElements({ ...LINK, base }, address + BigInt(offset), 1, undefined) as [number | bigint])[0];
}

/** The types of signed integers and floats, by their codec's view; all others are read as unsigned integers. */
const NUMBERS: Readonly<Record<string, string>> = {
  i32: 'int32_t',
  i64: 'int64_t',
  f32: 'float',
  f64: 'double',
};

/** Throws the first rule that the encoded struct breaks. */
export function checkStruct(row: StructRow, rules: readonly PlacedRule[], chunk: Chunk, at: number): void {
  for (const rule of rules) {
    const value = rule.codec.read(chunk, at + rule.offset) as number | bigint;
    if (isBroken(rule, value) && !isLifted(row, rule, chunk, at))
      throw rule.handle === '' ? broken(rule, rule.array, value) : nullHandle(rule);
  }
}

/** NaN breaks a rule too, since it is not more than 0. */
const isBroken = ({ multiple }: ValueRule, value: number | bigint): boolean =>
  multiple === 0 ? !(value > 0) : BigInt(value) % BigInt(multiple) !== 0n;

function broken({ path, multiple, vuid }: ValueRule, array: string, value: number | bigint): ArgumentError {
  const wanted = multiple === 0 ? 'more than 0' : `a multiple of ${multiple}`;
  const error =
    array === ''
      ? new ArgumentError('range', `expected ${wanted}, got ${value}`).under(`.${path}`)
      : new ArgumentError('range', `expected ${wanted} as ${path}, got ${value}`).under(`.${array}`);
  return error.withVuid(vuid);
}

const nullHandle = ({ path, handle, vuid }: PlacedRule): ArgumentError =>
  new ArgumentError('range', `expected a ${handle}, got VK_NULL_HANDLE`).under(`.${path}`).withVuid(vuid);

/** Whether the encoded chain has a struct that lifts the rule. */
function isLifted(row: StructRow, { unless }: ValueRule, chunk: Chunk, at: number): boolean {
  if (unless.length === 0) return false;
  const lifting = unless.map(name => registry.struct(name).sType);
  let link = readAddress(chunk, at + layoutOf(row).members.get('pNext')!.offset);
  while (link !== 0n) {
    // Every struct in a chain begins with its sType, padded to eight bytes, and its pNext.
    const [head, next] = decodeElements(LINK, link, 2, undefined) as [bigint, bigint];
    if (lifting.includes(Number(head & 0xffff_ffffn))) return true;
    link = next;
  }
  return false;
}

const LINK = { base: 'uint64_t', pointers: '', extents: [], bits: 0 };

/** A rule on a parameter, or on a member of the struct that one points to. */
export interface ArgumentRule extends ValueRule {
  /** Index of the parameter. */
  readonly index: number;
  /** Index of the parameter that counts it, for a rule on each element; -1 for other rules. */
  readonly counter: number;
  /** Throws if the encoded argument breaks the rule. */
  check(argument: number | bigint, count?: number | bigint, call?: Call): void;
}

/** The rules on the arguments of a command. */
export function rulesOfCommand(row: CommandRow): ArgumentRule[] {
  return row.rules.map(rule => {
    const element = elementPath(rule);
    const [first, inside] = rule.path.split('->');
    const index = row.params.findIndex(p => p.name === (element?.array ?? first));
    if (element !== undefined) {
      const { check } = elementRule(rule, element.array, element.inside, row.params);
      const counter = row.params.findIndex(p => p.name === row.params[index].length[0]);
      return {
        ...rule,
        index,
        counter,
        check(address, count, call) {
          call?.checkHeld();
          try {
            check(address, Number(count));
          } catch (error) {
            throw under(error, row.name);
          }
        },
      };
    }
    const array = arrayOf(rule.path, row.params);
    const read =
      inside === undefined
        ? (argument: number | bigint) => argument
        : pointedNumberReader(row.params[index], inside);
    return {
      ...rule,
      index,
      counter: -1,
      check(argument) {
        const value = read(argument);
        if (isBroken(rule, value)) throw broken(rule, array, value).under(row.name);
      },
    };
  });
}

/** Reads a number in the struct that a parameter points to. */
function pointedNumberReader(p: Member, path: string): (address: number | bigint) => number | bigint {
  const read = numberReader(place(registry.struct(p.base), path));
  return address => read(BigInt(address));
}
