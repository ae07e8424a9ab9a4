// In: a struct row and a JS object.
// Out: the C bytes, checked member by member; each property of the object is read once.
import type { Chunk } from '../memory.ts';
import type { StructRow } from '../rows.ts';
import type { Call } from './call.ts';
import { encodeChain } from './chain.ts';
import { canCompile } from './compile.ts';
import { compileStruct } from './compile-struct.ts';
import { memberEncoder } from './member.ts';
import { expected, Mismatch, under } from './mismatch.ts';
import { checkKeys, encodeField, planOf, type StructPlan } from './plan.ts';

/** Writes a value at a place that was reserved and is zero. */
export type StructEncoder = (call: Call, chunk: Chunk, at: number, value: unknown) => void;

/** Deep enough for every chain and nesting that Vulkan has; an object that contains itself ends here. */
const MAX_DEPTH = 64;

const encoders = new Map<string, StructEncoder>();

export function structEncoder(row: StructRow): StructEncoder {
  let encoder = encoders.get(row.name);
  if (encoder === undefined) {
    if (row.union) encoder = unionEncoder(row);
    else encoder = canCompile() ? compileStruct(planOf(row)) : interpretStruct(planOf(row));
    encoders.set(row.name, encoder);
  }
  return encoder;
}

export function checkObject(value: unknown, name: string): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
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

/** One arm, named by its key; the sibling selector, where there is one, must agree. */
function unionEncoder(row: StructRow): StructEncoder {
  const arms = new Map(row.members.map(m => [m.name, memberEncoder(m, row)]));
  return (call, chunk, at, value) => {
    checkObject(value, row.name);
    const keys = Object.keys(value);
    const [key] = keys;
    const encode = arms.get(key);
    if (keys.length !== 1 || encode === undefined)
      throw new Mismatch(
        'type',
        `expected one of { ${[...arms.keys()].join(' }, { ')} }, got { ${keys.join(', ')} }`,
      );
    try {
      encode(call, chunk, at, value[key]);
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
