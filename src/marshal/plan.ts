// The plan for encoding a struct, member by member: the interpreter follows it and the compiler generates code from it.

import { ArgumentError, expected, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { type Layout, layoutOf } from '../native/row-types.ts';
import { countedName, evaluateLength, isCountedInValues } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { countsArray, mayBeAbsent } from '../registry/shape.ts';
import { type ValueRule, zeroRuleOf } from '../registry/value-rule.ts';
import type { Encode } from './argument-encoders.ts';
import type { Call } from './call.ts';
import { decodeChained } from './chain.ts';
import { decodeStruct } from './decode.ts';
import { isRead, type LengthRules, lengthRulesOf } from './length-rules.ts';
import { mayBeNull, memberEncoder, typeOfValues } from './member.ts';
import { readAddress, scalarCodec } from './scalar.ts';
import { structRules } from './struct-rules.ts';
import { checkKeys, expectation } from './struct-value.ts';
import { elementRulesOf, type PlacedRule, rulesOfStruct } from './value-rules.ts';

/** A member that the caller passes: not sType, pNext or a count. */
export interface Field {
  readonly row: StructRow;
  readonly member: Member;
  readonly offset: number;
  readonly absentAllowed: boolean;
  /** The rule that leaving it out would break. */
  readonly absenceRule: ValueRule | undefined;
  readonly encode: Encode;
  /** The member that counts its elements, and by how much an element increases it. */
  readonly counted: { readonly name: string; readonly factor: number } | undefined;
  /** Index of the field that selects this union's member, or gives the type of these values or of this handle; -1 if none. */
  readonly selector: number;
}

/** A count, which follows from its arrays. */
export interface Count {
  readonly name: string;
  readonly offset: number;
  /** Bytes of the count. */
  readonly size: number;
  /** The fields that it counts. */
  readonly arrays: readonly { readonly index: number; readonly factor: number; readonly isRead: boolean }[];
  /** Writes the count; `lengths` are those of all fields, -1 where there is no array. */
  encode(chunk: Chunk, at: number, given: unknown, lengths: readonly number[]): void;
}

/** The plan of a struct. */
export interface StructPlan {
  readonly row: StructRow;
  readonly layout: Layout;
  readonly fields: readonly Field[];
  readonly counts: readonly Count[];
  readonly hasNext: boolean;
  readonly rules: readonly PlacedRule[];
  readonly lengthRules: LengthRules | undefined;
  /** Checks when all members are written; undefined for most structs. */
  readonly finish: ((call: Call, chunk: Chunk, at: number, lengths: readonly number[]) => void) | undefined;
}

/** Makes the plan of a struct. */
export function planOf(row: StructRow): StructPlan {
  const layout = layoutOf(row);
  const names = new Set(row.members.map(m => m.name));
  const own = row.members.filter(
    m => m.name !== 'sType' && m.name !== 'pNext' && !countsArray(m, row.members),
  );
  const fields = own.map((member): Field => {
    const absenceRule = zeroRuleAt(row, member);
    const counted =
      member.pointers === '' || member.length.length === 0 ? undefined : countedName(member.length[0]);
    return {
      row,
      member,
      offset: layout.members.get(member.name)!.offset,
      absentAllowed: mayBeAbsent(member, row, registry) || (absenceRule?.unless ?? []).length > 0,
      absenceRule,
      encode: memberEncoder(member, row),
      counted: counted !== undefined && names.has(counted.name) ? counted : undefined,
      selector: own.findIndex(m => m.name === siblingOf(member, row)),
    };
  });
  return {
    row,
    layout,
    fields,
    counts: row.members.filter(m => countsArray(m, row.members)).map(m => countOf(m, row, fields, layout)),
    hasNext: names.has('pNext'),
    rules: rulesOfStruct(row),
    lengthRules: lengthRulesOf(row),
    finish: finisher(row, layout, fields),
  };
}

/** The member that gives the type of a union, a layer's values or a handle. */
function siblingOf(m: Member, row: StructRow): string | undefined {
  if (isCountedInValues(m)) return typeOfValues(row)?.name;
  return m.selector || m.objectType || undefined;
}

/**
 * Encodes one field, or leaves it zero if it is absent.
 * @param struct the object that should have it: if it is missing, a misspelled member is the better error
 * @returns the number of elements of its array, -1 if it has none
 */
export function encodeField(
  field: Field,
  call: Call,
  chunk: Chunk,
  at: number,
  struct: object,
  given: unknown,
  selected: unknown,
): number {
  const { member } = field;
  if (isAbsent(given, field)) {
    if (field.absentAllowed) return -1;
    checkKeys(struct, field.row);
    throw expected(expectation(member), given)
      .withVuid(field.absenceRule?.vuid ?? '')
      .under(`.${member.name}`);
  }
  try {
    call.length = -1;
    field.encode(call, chunk, at + field.offset, given, selected);
    return call.length;
  } catch (error) {
    throw under(error, `.${member.name}`);
  }
}

/** Whether it is undefined or null, or is VK_NULL_HANDLE or zero for an optional member. */
function isAbsent(given: unknown, { member, absentAllowed }: Field): boolean {
  if (given === undefined || given === null) return true;
  if (!absentAllowed || (given !== 0 && given !== 0n)) return false;
  const { kind } = registry.fact(member.base);
  if (kind === 'enum' && member.pointers === '') return member.optional;
  if (kind === 'opaque' && !mayBeNull(member)) return false;
  return given === 0n && (member.pointers !== '' || NULLABLE.has(kind));
}

const NULLABLE = new Set(['handle', 'HANDLE', 'address']);

/** The rule that a missing member would break: the member's own rule or, if it is a struct, a rule of one of its members. */
function zeroRuleAt(row: StructRow, m: Member): ValueRule | undefined {
  const own = zeroRuleOf(row.rules, m.name);
  const fact = registry.fact(m.base);
  if (own !== undefined || m.pointers !== '' || fact.kind !== 'struct') return own;
  return fact.row.members.map(inner => zeroRuleAt(fact.row, inner)).find(rule => rule !== undefined);
}

/** The plan for a count, which follows from its arrays; if the caller passes it too, it must be equal. */
function countOf(m: Member, row: StructRow, fields: readonly Field[], layout: Layout): Count {
  const codec = scalarCodec(registry.fact(m.base))!;
  const offset = layout.members.get(m.name)!.offset;
  const mine = fields.flatMap((field, index) => (field.counted?.name === m.name ? [{ field, index }] : []));
  const encode = (chunk: Chunk, at: number, given: unknown, lengths: readonly number[]): void => {
    let count = -1;
    let from = '';
    for (const { field, index } of mine) {
      if (lengths[index] < 0) continue;
      const { factor } = field.counted!;
      const units = lengths[index] * factor;
      if (count >= 0 && units !== count)
        throw new ArgumentError(
          'range',
          `expected ${count / factor} elements like ${from}, got ${lengths[index]}`,
        ).under(`.${field.member.name}`);
      count = units;
      from = field.member.name;
    }
    let written: number | bigint = Math.max(count, 0);
    if (given !== undefined) {
      try {
        written = codec.check(given);
      } catch (error) {
        throw under(error, `.${m.name}`);
      }
      if (count >= 0 && Number(written) !== count)
        throw new ArgumentError(
          'range',
          `expected ${count} (the length of ${from}) or nothing, got ${given}`,
        ).under(`.${m.name}`);
    }
    const missing =
      Number(written) > 0 && mine.find(({ field, index }) => lengths[index] < 0 && isRead(field.member));
    if (missing) throw missingArray(missing.field, m.name, Number(written), row);
    codec.write(
      chunk,
      at + offset,
      typeof written === 'number' && codec.size === 8 ? BigInt(written) : written,
    );
  };
  const arrays = mine.map(({ field, index }) => ({
    index,
    factor: field.counted!.factor,
    isRead: isRead(field.member),
  }));
  return { name: m.name, offset, size: codec.size, arrays, encode };
}

/** The error for a missing array whose count, given or from another array, is not zero. */
function missingArray({ member, counted }: Field, count: string, given: number, row: StructRow): unknown {
  const wanted = `${expectation(member)} of length ${given / counted!.factor} (${count} is ${given}), got nothing`;
  const error = new ArgumentError('type', `expected ${wanted}`).under(`.${member.name}`);
  return row.name.startsWith('Vk') ? error.withVuid(`VUID-${row.name}-${member.name}-parameter`) : error;
}

/** The checks after encoding: arrays whose length an expression gives, rules on elements, and rules of struct-rules.ts. */
function finisher(row: StructRow, layout: Layout, fields: readonly Field[]): StructPlan['finish'] {
  const checkRules = structRules[row.name]?.check;
  const measured = fields.flatMap((field, index) => {
    const [expression] = field.member.length;
    const counts = field.member.pointers === '' || expression === undefined || field.counted !== undefined;
    // These lengths are not in this struct: `->` reads another argument of the command, and `*_max_sub_layers_minus1 + 1`
    // (video.xml) a struct that points to this one.
    const elsewhere = /terminated$|^\*|->/.test(expression ?? '');
    return counts || elsewhere ? [] : [{ expression, index, name: field.member.name }];
  });
  const elements = elementRulesOf(row.rules, row.members).map(({ array, check }) => {
    const index = fields.findIndex(field => field.member.name === array);
    return { index, offset: fields[index].offset, check };
  });
  if (checkRules === undefined && measured.length === 0 && elements.length === 0) return undefined;
  return (call, chunk, at, lengths) => {
    for (const { expression, index, name } of measured) {
      if (lengths[index] < 0) continue;
      const wanted = evaluateLength(expression, sibling => readSibling(chunk, at, row, layout, sibling));
      if (lengths[index] !== wanted)
        throw new ArgumentError(
          'range',
          `expected ${wanted} elements (${expression}), got ${lengths[index]}`,
        ).under(`.${name}`);
    }
    if (checkRules === undefined && elements.length === 0) return;
    call.checkHeld();
    for (const { index, offset, check } of elements) check(readAddress(chunk, at + offset), lengths[index]);
    checkRules?.(decodeStruct(row, chunk, at, call.scope), call, struct =>
      decodeChained(call, chunk, at, struct),
    );
  };
}

/** Value of a sibling integer or enum that is already written. */
function readSibling(chunk: Chunk, at: number, row: StructRow, layout: Layout, name: string): number {
  const m = row.members.find(member => member.name === name);
  if (m === undefined) throw new Error(`${row.name}: len names ${name}, which is no member`);
  return Number(scalarCodec(registry.fact(m.base))!.read(chunk, at + layout.members.get(name)!.offset));
}
