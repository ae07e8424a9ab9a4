// Generates code that writes the target of a pointer into argument memory: an array of structs, handles or numbers, or
// one struct.
import { elementLayout, layoutOf } from '../native/row-types.ts';
import { isCountedInValues } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { Member, StructRow } from '../registry/rows.ts';
import { type Bind, fastPathOf, isLive } from './compile.ts';
import { elementWriter } from './member.ts';
import type { StructEncoder } from './struct-encoder.ts';

/** The compiled encoder of a struct. */
export type EncoderOf = (row: StructRow) => StructEncoder;

/** Names in the generated code: the value, and variables for its length, its chunk and address, and an element's index. */
interface Names {
  readonly value: string;
  readonly length: string;
  readonly chunk: string;
  readonly address: string;
  readonly index: string;
}

/** The generated code: the test for ordinary values, how they are written, and the error with an element's index. */
interface PointeeCode {
  readonly test: string;
  readonly write: string;
  readonly error: string;
}

/** Undefined if only the interpreter handles it. */
export function pointeeCode(
  m: Member,
  names: Names,
  bind: Bind,
  encoderOf: EncoderOf,
): PointeeCode | undefined {
  if (m.pointers !== '*' || m.extents.length > 0 || isCountedInValues(m)) return undefined;
  const { value, length, chunk, address, index } = names;
  const [expression] = m.length;
  if (expression !== undefined && expression !== '1') {
    const element = elementCode(m, chunk, bind, encoderOf);
    if (element === undefined) return undefined;
    const { size, test, write } = element;
    return {
      test: `isArray(${value})`,
      write: [
        // The length is read once: a getter among the elements might change it.
        `${length} = lengthOf(${value});`,
        `if (${length} > 0) {`,
        `const start = call.stack.reserve(${length} * ${size});`,
        `${chunk} = call.stack.chunk;\n${address} = ${chunk}.address + start;`,
        `const { u32, i32, f32, u64 } = ${chunk};`,
        `for (${index} = 0; ${index} < ${length}; ${index}++) {`,
        `const e = ${value}[${index}], at = start + ${index} * ${size}, w = at >> 2, q = at >> 3;`,
        `if (${test}) { ${write} } else ${bind(elementWriter(m))}(call, ${chunk}, at, e);`,
        '}\n}',
      ].join('\n'),
      error: `${index} < 0 ? e : under(e, '[' + ${index} + ']')`,
    };
  }
  const fact = registry.fact(m.base);
  if (fact.kind !== 'struct' || fact.row.union) return undefined;
  return {
    test: `typeof ${value} === 'object' && ${value} !== null`,
    write: [
      `const at = call.stack.reserve(${layoutOf(fact.row).size});`,
      `${chunk} = call.stack.chunk;\n${address} = ${chunk}.address + at;`,
      `${length} = 1;`,
      `${bind(encoderOf(fact.row))}(call, ${chunk}, at, ${value});`,
    ].join('\n'),
    error: 'e',
  };
}

/** Code that writes the element `e` at `at`. */
function elementCode(
  m: Member,
  chunk: string,
  bind: Bind,
  encoderOf: EncoderOf,
): { readonly size: number; readonly test: string; readonly write: string } | undefined {
  const fact = registry.fact(m.base);
  const scalar = fastPathOf(fact);
  if (scalar !== undefined)
    return {
      size: elementLayout({ ...m, pointers: '' }).size,
      test: scalar.test('e'),
      write: scalar.write('e', 'w', 'q'),
    };
  if (fact.kind === 'handle' && !fact.row.dispatchable)
    return {
      size: 8,
      test: isLive('e', fact.row.name, 'call.scope'),
      write: `u64[q] = e; if (call.used !== undefined) call.use('${fact.row.name}', e);`,
    };
  if (fact.kind === 'struct' && !fact.row.union)
    return {
      size: layoutOf(fact.row).size,
      test: 'e !== null && e !== undefined',
      write: `${bind(encoderOf(fact.row))}(call, ${chunk}, at, e);`,
    };
  return undefined;
}
