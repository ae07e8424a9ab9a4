// In: a struct row and a JS object.
// Out: the C bytes, checked member by member; each property of the object is read once.
import type { Chunk } from '../memory.ts';
import { type Layout, layoutOf } from '../native.ts';
import type { Member, StructRow } from '../rows.ts';
import { structRules } from '../rules.ts';
import { countsArray, mayBeAbsent } from '../shape.ts';
import { registry } from '../tables.ts';
import { expectation } from './argument.ts';
import type { Call } from './call.ts';
import { encodeChain } from './chain.ts';
import { decodeStruct } from './decode.ts';
import { countedName, evaluateLength } from './length.ts';
import { type Encode, memberEncoder } from './member.ts';
import { expected, Mismatch, under } from './mismatch.ts';
import { scalarCodec } from './scalar.ts';

/** Writes a value at a place that was reserved and is zero. */
export type StructEncoder = (call: Call, chunk: Chunk, at: number, value: unknown) => void;

/** Deep enough for every chain and nesting that Vulkan has; an object that contains itself ends here. */
const MAX_DEPTH = 64;

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly absentAllowed: boolean;
  readonly encode: Encode;
  /** The member that says how many elements it has, and how many units of it an element is. */
  readonly counted: { name: string; factor: number } | undefined;
  readonly member: Member;
}

const encoders = new Map<string, StructEncoder>();

export function structEncoder(row: StructRow): StructEncoder {
  let encoder = encoders.get(row.name);
  if (encoder === undefined) {
    encoder = row.union ? unionEncoder(row) : fieldsEncoder(row);
    encoders.set(row.name, encoder);
  }
  return encoder;
}

function fieldsOf(row: StructRow, layout: Layout): Field[] {
  const names = new Set(row.members.map(m => m.name));
  return row.members
    .filter(m => m.name !== 'sType' && m.name !== 'pNext' && !countsArray(m, row.members))
    .map(m => {
      const counted = m.pointers === '' || m.length.length === 0 ? undefined : countedName(m.length[0]);
      return {
        name: m.name,
        offset: layout.members.get(m.name)!.offset,
        absentAllowed: mayBeAbsent(m, row.members, registry),
        encode: memberEncoder(m, row),
        counted: counted !== undefined && names.has(counted.name) ? counted : undefined,
        member: m,
      };
    });
}

export function checkObject(value: unknown, name: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw expected(`a ${name} object`, value);
}

function fieldsEncoder(row: StructRow): StructEncoder {
  const layout = layoutOf(row);
  const fields = fieldsOf(row, layout);
  const counts = row.members
    .filter(m => countsArray(m, row.members))
    .map(m => countEncoder(m, fields, layout));
  const known = new Set(row.members.map(m => m.name));
  const selectors = new Map(
    fields.filter(f => f.member.selector !== '').map(f => [f.member.selector, f.name]),
  );
  const rule = structRules[row.name];
  const lengths = fields.map(() => -1);
  const checked = fields.filter(
    f =>
      f.member.length.length > 0 &&
      f.counted === undefined &&
      f.member.pointers !== '' &&
      !f.member.length[0].endsWith('terminated'),
  );
  return (call, chunk, at, value) => {
    checkObject(value, row.name);
    if (++call.depth > MAX_DEPTH)
      throw new Mismatch('range', `nested more than ${MAX_DEPTH} deep: does the object contain itself?`);
    for (const key of Object.keys(value)) if (!known.has(key)) throw unknownMember(key, row);
    if (row.sType !== undefined) {
      chunk.i32[at >> 2] = row.sType;
      const given = value.sType;
      if (given !== undefined && given !== row.sType)
        throw expected(`${row.sType} (or nothing)`, given).under('.sType');
    }
    if (known.has('pNext')) encodeChain(call, chunk, at, row, value.pNext);
    const present = lengths.slice();
    const selected = selectors.size === 0 ? undefined : new Map<string, unknown>();
    let i = 0;
    try {
      for (; i < fields.length; i++) {
        const field = fields[i];
        const given = value[field.name];
        if (selected !== undefined && selectors.has(field.name))
          selected.set(selectors.get(field.name) as string, given);
        if (
          given === undefined ||
          given === null ||
          (given === 0 && field.member.optional && field.member.pointers === '') ||
          (given === 0n && field.absentAllowed && isHandle(field.member))
        ) {
          if (!field.absentAllowed) throw expected(expectation(field.member), given);
          continue;
        }
        call.length = -1;
        field.encode(call, chunk, at + field.offset, given, selected?.get(field.name));
        present[i] = call.length;
      }
    } catch (error) {
      throw under(error, `.${fields[i].name}`);
    }
    for (const count of counts) count(chunk, at, value, present);
    for (const field of checked) {
      const length = present[fields.indexOf(field)];
      if (length >= 0) checkLength(field, length, name => readCount(chunk, at, row, layout, name));
    }
    rule?.(decodeStruct(row, chunk, at, call.scope));
    call.depth--;
  };
}

const isHandle = (m: Member) =>
  ['handle', 'HANDLE', 'address'].includes(registry.fact(m.base).kind) || m.pointers !== '';

function unknownMember(key: string, row: StructRow): Mismatch {
  const names = row.members.map(m => m.name);
  const close =
    names.find(name => name.toLowerCase() === key.toLowerCase()) ?? names.find(name => name.includes(key));
  const hint = close === undefined ? `its members are ${names.join(', ')}` : `did you mean ${close}?`;
  return new Mismatch('type', `unknown member; ${hint}`).under(`.${key}`);
}

/** A count follows from its arrays; it may be given too, and must then agree. */
function countEncoder(m: Member, fields: readonly Field[], layout: Layout) {
  const codec = scalarCodec(registry.fact(m.base))!;
  const offset = layout.members.get(m.name)!.offset;
  const mine = fields.flatMap((f, i) => (f.counted?.name === m.name ? [{ ...f, i }] : []));
  const required = mine.find(f => !f.member.optional && !f.member.noautovalidity);
  return (chunk: Chunk, at: number, value: Record<string, unknown>, present: readonly number[]) => {
    let count = -1;
    let from = '';
    for (const f of mine) {
      if (present[f.i] < 0) continue;
      const units = present[f.i] * f.counted!.factor;
      if (count >= 0 && units !== count)
        throw new Mismatch(
          'range',
          `expected ${count / f.counted!.factor} elements like ${from}, got ${present[f.i]}`,
        ).under(`.${f.name}`);
      count = units;
      from = f.name;
    }
    const given = value[m.name];
    let written: number | bigint = Math.max(count, 0);
    if (given !== undefined) {
      try {
        written = codec.check(given);
      } catch (error) {
        throw under(error, `.${m.name}`);
      }
      if (count >= 0 && Number(written) !== count)
        throw new Mismatch(
          'range',
          `expected ${count} (the length of ${from}) or nothing, got ${given}`,
        ).under(`.${m.name}`);
      if (count < 0 && Number(written) > 0 && required !== undefined && mine.length === 1)
        throw expected(expectation(required.member), undefined).under(`.${required.name}`);
    }
    codec.write(
      chunk,
      at + offset,
      typeof written === 'number' && codec.size === 8 ? BigInt(written) : written,
    );
  };
}

/** Value of a sibling integer or enum that was written already. */
function readCount(chunk: Chunk, at: number, row: StructRow, layout: Layout, name: string): number {
  const m = row.members.find(member => member.name === name);
  if (m === undefined) {
    const constant = LENGTH_CONSTANTS[name];
    if (constant === undefined) throw new Error(`${row.name}: len names ${name}, which is no member`);
    return constant;
  }
  return Number(scalarCodec(registry.fact(m.base))!.read(chunk, at + layout.members.get(name)!.offset));
}

/** The one constant that a `len` names in every registry so far. */
const LENGTH_CONSTANTS: Record<string, number> = { VK_UUID_SIZE: 16 };

function checkLength(field: Field, length: number, lookup: (name: string) => number): void {
  const expression = field.member.length[0];
  // video.xml: `*_max_sub_layers_minus1 + 1` names a member of whichever struct points here.
  if (expression.startsWith('*')) return;
  const wanted = evaluateLength(expression, lookup);
  if (length !== wanted)
    throw new Mismatch('range', `expected ${wanted} elements (${expression}), got ${length}`).under(
      `.${field.name}`,
    );
}

/** One arm, named by its key; the sibling selector, where there is one, must agree. */
function unionEncoder(row: StructRow): StructEncoder {
  const arms = new Map(row.members.map(m => [m.name, { member: m, encode: memberEncoder(m, row) }]));
  return (call, chunk, at, value) => {
    checkObject(value, row.name);
    const keys = Object.keys(value);
    const [key] = keys;
    const arm = arms.get(key);
    if (keys.length !== 1 || arm === undefined)
      throw new Mismatch(
        'type',
        `expected one of { ${[...arms.keys()].join(' }, { ')} }, got { ${keys.join(', ')} }`,
      );
    try {
      arm.encode(call, chunk, at, value[key], undefined);
    } catch (error) {
      throw under(error, `.${key}`);
    }
  };
}

/** Checks that a union's arm is the one that the selector names. */
export function checkSelection(union: StructRow, value: unknown, selector: string, selected: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const arm = union.members.find(m => Object.hasOwn(value, m.name));
  if (arm === undefined || arm.selection.length === 0 || typeof selected !== 'number') return;
  if (!arm.selection.includes(selected)) {
    const right = union.members.find(m => m.selection.includes(selected))?.name;
    throw new Mismatch(
      'type',
      `expected { ${right ?? 'nothing'} }, which ${selector} ${selected} selects, got { ${arm.name} }`,
    );
  }
}
