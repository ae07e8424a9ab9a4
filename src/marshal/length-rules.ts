// Checks the rules on optional arrays that C reads, and on counts that must agree within a chain, on encoded structs.
import { ArgumentError } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { POINTER_SIZE } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { countedName } from '../registry/length.ts';
import type { Alternative, ArrayRule, Condition, CountLink } from '../registry/length-rule.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { chainFrom } from './chain.ts';
import { readAddress, type ScalarCodec, scalarCodec } from './scalar.ts';
import { expectation } from './struct-value.ts';

interface NumberAt {
  readonly name: string;
  readonly offset: number;
  readonly codec: ScalarCodec;
}

interface PlacedCondition extends Condition {
  readonly offset: number;
}

interface PlacedArray {
  readonly rule: ArrayRule;
  readonly array: Member;
  readonly offset: number;
  /** Undefined for a pointer to one element. */
  readonly count: NumberAt | undefined;
  readonly when: PlacedCondition | undefined;
}

interface PlacedLink {
  readonly rule: CountLink;
  readonly count: NumberAt;
  readonly next: StructRow;
  readonly member: NumberAt;
  /** What the caller passes for the chained count. */
  readonly array: string;
  /** Whether the count is taken from the chain if nothing else gives it. */
  readonly follows: boolean;
  readonly when: PlacedCondition | undefined;
}

interface PlacedAlternative {
  readonly rule: Alternative;
  /** Offsets of the two arrays. */
  readonly offsets: readonly [number, number];
  readonly count: NumberAt;
}

/** The rules of a struct, with the offsets that they use. */
export interface LengthRules {
  readonly alternatives: readonly PlacedAlternative[];
  readonly arrays: readonly PlacedArray[];
  readonly links: readonly PlacedLink[];
}

const arraysOf = (row: StructRow, count: string): Member[] =>
  row.members.filter(m => m.pointers !== '' && countedName(m.length[0] ?? '')?.name === count);

function numberIn(row: StructRow, name: string): NumberAt {
  const codec = scalarCodec(registry.fact(row.members.find(m => m.name === name)!.base))!;
  return { name, codec, offset: layoutOf(row).members.get(name)!.offset };
}

/** Whether C always reads the array if its count is not zero. */
export const isRead = ({ optional, noautovalidity }: Member): boolean => !optional && !noautovalidity;

/** Undefined for most structs. */
export function lengthRulesOf(row: StructRow): LengthRules | undefined {
  if (row.arrayRules.length + row.countLinks.length + row.alternatives.length === 0) return undefined;
  const placed = (when: Condition | undefined) =>
    when && { ...when, offset: numberIn(row, when.member).offset };
  const offsetOf = (name: string) => layoutOf(row).members.get(name)!.offset;
  return {
    alternatives: row.alternatives.map(rule => {
      const [one, other] = rule.arrays;
      const { length } = row.members.find(m => m.name === one)!;
      return {
        rule,
        offsets: [offsetOf(one), offsetOf(other)] as const,
        count: numberIn(row, countedName(length[0])!.name),
      };
    }),
    arrays: row.arrayRules.map(rule => {
      const array = row.members.find(m => m.name === rule.array)!;
      const count = countedName(array.length[0] ?? '');
      return {
        rule,
        array,
        offset: offsetOf(rule.array),
        count: count && numberIn(row, count.name),
        when: placed(rule.when),
      };
    }),
    links: row.countLinks.map(rule => {
      const next = registry.struct(rule.struct);
      return {
        rule,
        count: numberIn(row, rule.count),
        next,
        member: numberIn(next, rule.member),
        array: arraysOf(next, rule.member)[0]?.name ?? rule.member,
        follows: !rule.orZero && !arraysOf(row, rule.count).some(isRead),
        when: placed(rule.when),
      };
    }),
  };
}

function holds({ test, values, offset }: PlacedCondition, chunk: Chunk, at: number): boolean {
  const value = chunk.i32[(at + offset) >> 2];
  if (test === '=') return values.includes(value);
  return ((value & values[0]) !== 0) === (test === '&');
}

/** Throws if an array is missing that C reads, or if two are given of which only one may be. */
export function checkArrays({ arrays, alternatives }: LengthRules, chunk: Chunk, at: number): void {
  for (const { rule, offsets, count } of alternatives) {
    const given = offsets.filter(offset => readAddress(chunk, at + offset) !== 0n).length;
    const length = Number(count.codec.read(chunk, at + count.offset));
    const [one, other] = rule.arrays;
    if (given === 2)
      throw new ArgumentError('type', `expected nothing beside ${one}`)
        .under(`.${other}`)
        .withVuid(rule.vuid);
    if (given === 0 && length > 0 && rule.isNeeded)
      throw new ArgumentError(
        'type',
        `expected it or ${other}, of length ${length} (${count.name} is ${length}), got neither`,
      )
        .under(`.${one}`)
        .withVuid(rule.vuid);
  }
  for (const { rule, array, offset, count, when } of arrays) {
    if (readAddress(chunk, at + offset) !== 0n) continue;
    const given = count === undefined ? 1 : Number(count.codec.read(chunk, at + count.offset));
    if (given === 0 || (when !== undefined && !holds(when, chunk, at))) continue;
    const length = count === undefined ? '' : ` of length ${given} (${count.name} is ${given})`;
    throw new ArgumentError('type', `expected ${expectation(array)}${length}, got nothing`)
      .under(`.${array.name}`)
      .withVuid(rule.vuid);
  }
}

/** Compares counts with those in the chain, or takes a count from there if nothing else gives it. */
export function checkLinks(call: Call, { links }: LengthRules, chunk: Chunk, at: number): void {
  if (links.length === 0) return;
  const chain = chainFrom(call, chunk, at);
  for (const { rule, count, next, member, array, follows, when } of links) {
    const link = chain.find(({ sType }) => sType === next.sType);
    if (link === undefined) {
      if (when === undefined || !holds(when, chunk, at)) continue;
      throw new ArgumentError('type', `expected a ${next.name} in it, whose ${array} ${when.member} asks for`)
        .under('.pNext')
        .withVuid(rule.vuid);
    }
    const wanted = Number(count.codec.read(chunk, at + count.offset));
    const given = Number(member.codec.read(link.chunk, link.at + member.offset));
    if (given === wanted || (given === 0 && rule.orZero)) continue;
    if (wanted === 0 && follows) count.codec.write(chunk, at + count.offset, given);
    else
      throw new ArgumentError(
        'range',
        `expected ${wanted} in ${next.name}.${array} (${count.name} is ${wanted}), got ${given}`,
      )
        .under('.pNext')
        .withVuid(rule.vuid);
  }
}

// The same conditions as generated code over the encoded words: whether the rules must be checked.

const condition = ({ test, values, offset }: PlacedCondition): string => {
  const word = `i32[w + ${offset / 4}]`;
  if (test === '=') return `(${values.map(value => `${word} === ${value}`).join(' || ')})`;
  return `(${word} & ${values[0]}) ${test === '&' ? '!==' : '==='} 0`;
};

const isZero = (offset: number, size: number): string =>
  size === 4 ? `u32[w + ${offset / 4}] === 0` : `(u32[w + ${offset / 4}] | u32[w + ${offset / 4 + 1}]) === 0`;

/** The condition that an array may be missing, or given beside another. */
export const arraysNeedCheck = ({ arrays, alternatives }: LengthRules): string =>
  [
    ...alternatives.map(({ offsets: [one, other] }) => {
      const [noOne, noOther] = [isZero(one, POINTER_SIZE), isZero(other, POINTER_SIZE)];
      return `(${noOne}) === (${noOther})`;
    }),
    ...arrays.map(({ offset, count, when }) =>
      [
        isZero(offset, POINTER_SIZE),
        ...(count === undefined ? [] : [`!(${isZero(count.offset, count.codec.size)})`]),
        ...(when === undefined ? [] : [condition(when)]),
      ].join(' && '),
    ),
  ].join(' || ');

/** The condition that counts in the chain must be compared. */
export const linksNeedCheck = (row: StructRow, { links }: LengthRules): string =>
  [
    `!(${isZero(layoutOf(row).members.get('pNext')!.offset, POINTER_SIZE)})`,
    ...links.flatMap(({ when }) => (when === undefined ? [] : [condition(when)])),
  ].join(' || ');
