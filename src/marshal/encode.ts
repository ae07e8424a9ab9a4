// Encodes a JavaScript object as a C struct: every member is checked, and every property is read once.
import { under } from '../native/argument-error.ts';
import { memoize } from '../registry/memoize.ts';
import type { StructRow } from '../registry/rows.ts';
import { encodeChain } from './chain.ts';
import { compileStruct } from './compile-struct.ts';
import { checkArrays, checkLinks } from './length-rules.ts';
import { memberEncoder } from './member.ts';
import { encodeField, planOf, type StructPlan } from './plan.ts';
import { nested, type StructEncoder } from './struct-encoder.ts';
import { checkKeys, checkObject, checkSType, enter } from './struct-value.ts';
import { tiered } from './tier-up.ts';
import { unionEncoder } from './union.ts';
import { checkStruct } from './value-rules.ts';

const compiled = new Map<string, StructEncoder>();

/** The encoder of a struct: interpreted at first, compiled once it is used often. */
export const structEncoder = memoize(
  (row: StructRow): StructEncoder =>
    row.union ? unionEncoder(row, m => memberEncoder(m, row)) : warmEncoder(row),
);

function warmEncoder(row: StructRow): StructEncoder {
  const plan = planOf(row);
  return tiered(interpretStruct(plan), () => compiledEncoder(row, plan));
}

/** The compiled encoder of a struct, for use in compiled code. */
export function compiledEncoder(row: StructRow, plan?: StructPlan): StructEncoder {
  let encoder = compiled.get(row.name);
  if (encoder === undefined) {
    // Set before it is compiled, since a struct may contain itself.
    compiled.set(row.name, (...args) => (encoder as StructEncoder)(...args));
    encoder = compileStruct(plan ?? planOf(row), compiledEncoder);
    compiled.set(row.name, encoder);
  }
  return encoder;
}

/** The encoder without generated code; the compiled one does the same, and uses the same fields for unusual values. */
export function interpretStruct(plan: StructPlan): StructEncoder {
  const { row, fields, counts, hasNext, rules, lengthRules, finish } = plan;
  return (call, chunk, at, value) => {
    checkObject(value, row.name);
    enter(call);
    const read = (name: string): unknown => {
      try {
        return value[name];
      } catch (error) {
        throw under(error, `.${name}`);
      }
    };
    if (row.sType !== undefined) {
      chunk.i32[at >> 2] = row.sType;
      checkSType(read('sType'), row);
    }
    if (hasNext) encodeChain(call, chunk, at, row, read('pNext'));
    const values: unknown[] = [];
    const lengths = fields.map((field, i) => {
      values[i] = read(field.member.name);
      return encodeField(field, call, chunk, at, value, values[i], values[field.selector]);
    });
    for (const count of counts) count.encode(chunk, at, read(count.name), lengths);
    checkKeys(value, row);
    if (lengthRules !== undefined) {
      checkLinks(call, lengthRules, chunk, at);
      checkArrays(lengthRules, chunk, at);
    }
    checkStruct(row, rules, chunk, at);
    finish?.(call, chunk, at, lengths);
    call.depth--;
  };
}

nested.encoder = structEncoder;
