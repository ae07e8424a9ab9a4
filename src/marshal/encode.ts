// In: a struct row and a JS object.
// Out: the C bytes, checked member by member; each property of the object is read once.

import { expected, Mismatch, under } from '../native/argument-error.ts';
import type { Chunk } from '../native/argument-memory.ts';
import { isArray, isView } from '../native/bytes.ts';
import type { StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { encodeChain } from './chain.ts';
import { isHot } from './compile.ts';
import { compileStruct } from './compile-struct.ts';
import { type Encode, memberEncoder } from './member.ts';
import { checkKeys, encodeField, planOf, type StructPlan } from './plan.ts';

/** Writes a value at a place that was reserved and is zero. */
export type StructEncoder = (call: Call, chunk: Chunk, at: number, value: unknown) => void;

/** Deep enough for every chain and nesting that Vulkan has; an object that contains itself ends here. */
const MAX_DEPTH = 64;

const encoders = new Map<string, StructEncoder>();
const compiled = new Map<string, StructEncoder>();

/** The encoder of a struct: interpreted at first, compiled once it is hot. */
export function structEncoder(row: StructRow): StructEncoder {
  let encoder = compiled.get(row.name) ?? encoders.get(row.name);
  if (encoder === undefined) {
    encoder = row.union ? unionEncoder(row) : warmEncoder(row);
    encoders.set(row.name, encoder);
  }
  return encoder;
}

function warmEncoder(row: StructRow): StructEncoder {
  const plan = planOf(row);
  const interpreted = interpretStruct(plan);
  let uses = 0;
  let encode: StructEncoder = (call, chunk, at, value) => {
    if (isHot(++uses)) encode = compiledEncoder(row, plan);
    interpreted(call, chunk, at, value);
  };
  return (call, chunk, at, value) => encode(call, chunk, at, value);
}

/** The compiled encoder of a struct, for code that is compiled itself. */
export function compiledEncoder(row: StructRow, plan?: StructPlan): StructEncoder {
  let encoder = compiled.get(row.name);
  if (encoder === undefined) {
    encoder = compileStruct(plan ?? planOf(row));
    compiled.set(row.name, encoder);
  }
  return encoder;
}

export function checkObject(value: unknown, name: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isArray(value) || isView(value))
    throw expected(`a ${name} object`, value);
}

/** Enters a struct: what holds itself would be entered for ever. */
export function enter(call: Call): void {
  if (++call.depth > MAX_DEPTH)
    throw new Mismatch('range', `nested more than ${MAX_DEPTH} deep: does the object contain itself?`);
}

export function checkSType(given: unknown, row: StructRow): void {
  if (given !== undefined && given !== row.sType)
    throw expected(`${row.sType} (or nothing)`, given).under('.sType');
}

/** The encoder that needs no generated code; the compiled one does the same, and falls back to the same fields. */
export function interpretStruct(plan: StructPlan): StructEncoder {
  const { row, fields, counts, hasNext, finish } = plan;
  return (call, chunk, at, value) => {
    checkObject(value, row.name);
    enter(call);
    if (row.sType !== undefined) {
      chunk.i32[at >> 2] = row.sType;
      checkSType(value.sType, row);
    }
    if (hasNext) encodeChain(call, chunk, at, row, value.pNext);
    const values: unknown[] = [];
    const lengths = fields.map((field, i) => {
      values[i] = value[field.member.name];
      return encodeField(field, call, chunk, at, values[i], values[field.selector]);
    });
    for (const count of counts) count.encode(chunk, at, value[count.name], lengths);
    checkKeys(value, row);
    finish?.(call, chunk, at, lengths);
    call.depth--;
  };
}

const unions = new Map<string, ReadonlyMap<string, Encode>>();

/** A union that no selector goes with. */
const unionEncoder =
  (row: StructRow): StructEncoder =>
  (call, chunk, at, value) =>
    encodeUnion(row, call, chunk, at, value);

/** One arm, named by its key; the sibling selector, where there is one, must agree. */
export function encodeUnion(
  row: StructRow,
  call: Call,
  chunk: Chunk,
  at: number,
  value: unknown,
  selector?: { readonly name: string; readonly value: unknown },
): void {
  checkObject(value, row.name);
  // Each enters the arms that it has, so that one which holds itself ends.
  enter(call);
  let arms = unions.get(row.name);
  if (arms === undefined) {
    arms = new Map(row.members.map(m => [m.name, memberEncoder(m, row)]));
    unions.set(row.name, arms);
  }
  // The keys are asked for once: what is checked is what is encoded.
  const keys = Object.keys(value);
  const [key] = keys;
  const encode = arms.get(key);
  if (keys.length !== 1 || encode === undefined)
    throw new Mismatch(
      'type',
      `expected one of { ${[...arms.keys()].join(' }, { ')} }, got { ${keys.slice(0, 8).join(', ')} }`,
    );
  if (selector !== undefined) checkSelection(row, key, selector.name, selector.value);
  try {
    encode(call, chunk, at, value[key]);
  } catch (error) {
    throw under(error, `.${key}`);
  }
  call.depth--;
}

/** Checks that a union's arm is the one that the selector names. */
function checkSelection(union: StructRow, key: string, selector: string, given: unknown): void {
  const arm = union.members.find(m => m.name === key);
  if (arm === undefined || arm.selection.length === 0) return;
  // A selector that is left out is zero.
  const selected = (given ?? 0) as number;
  if (!arm.selection.includes(selected)) {
    const right = union.members.find(m => m.selection.includes(selected))?.name;
    throw new Mismatch(
      'type',
      `expected { ${right ?? 'nothing'} }, which ${selector} ${selected} selects, got { ${arm.name} }`,
    );
  }
}
