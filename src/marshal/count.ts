// Computes a command's count parameters from its arrays, and checks arrays whose length an expression gives.

import { ArgumentError } from '../native/argument-error.ts';
import type { NativeArguments } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { countedName, evaluateLength } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import type { Call } from './call.ts';
import { decodeElements } from './decode.ts';
import { scalarCodec } from './scalar.ts';

/** Computes a count parameter from the arrays that it counts, whose lengths must be equal. */
export function countFrom(row: CommandRow, p: Member, inputs: readonly { index: number }[]) {
  const arrays = inputs
    .map(({ index }) => ({
      index,
      m: row.params[index],
      counted: countedName(row.params[index].length[0] ?? ''),
    }))
    .filter(({ counted }) => counted?.name === p.name);
  const wide = scalarCodec(registry.fact(p.base))!.size === 8;
  return (lengths: readonly number[]): number | bigint => {
    let count = -1;
    let from = '';
    for (const { index, m, counted } of arrays) {
      if (lengths[index] < 0) continue;
      const units = lengths[index] * counted!.factor;
      if (count >= 0 && units !== count)
        throw new ArgumentError(
          'range',
          `expected ${count} elements like ${from}, got ${lengths[index]}`,
        ).under(`${row.name}.${m.name}`);
      count = units;
      from = m.name;
    }
    return wide ? BigInt(Math.max(count, 0)) : Math.max(count, 0);
  };
}

type CheckLengths = (values: Readonly<NativeArguments>, lengths: readonly number[], call: Call) => void;

/** Checks arrays whose length an expression gives: `(samples+31)/32`, `pBuildInfo->geometryCount`; undefined for most commands. */
export function lengthCheckOf(row: CommandRow): CheckLengths | undefined {
  const measured = row.params.flatMap(({ name, length: [expression] }, index) =>
    expression === undefined ||
    expression === '1' ||
    expression.endsWith('terminated') ||
    countedName(expression) !== undefined
      ? []
      : [{ name, index, expression }],
  );
  if (measured.length === 0) return undefined;
  return (values, lengths, call) => {
    for (const { name, index, expression } of measured) {
      if (lengths[index] < 0) continue;
      const wanted = lengthFromInputs(row, expression, values, call);
      if (lengths[index] !== wanted)
        throw new ArgumentError(
          'range',
          `expected ${wanted} elements (${expression}), got ${lengths[index]}`,
        ).under(`${row.name}.${name}`);
    }
  };
}

/** Evaluates a length from encoded arguments: parameters, and members of a struct that one points to. */
export function lengthFromInputs(
  row: CommandRow,
  expression: string,
  values: Readonly<NativeArguments>,
  call: Call,
): number {
  return evaluateLength(expression, path => {
    const [name, member] = path.split('->');
    const index = row.params.findIndex(p => p.name === name);
    if (index < 0) throw new Error(`${row.name}: len names ${name}, which is no parameter`);
    if (member === undefined) return Number(values[index]);
    const fact = registry.fact(row.params[index].base);
    if (fact.kind !== 'struct') throw new Error(`${row.name}: len looks into ${name}, which is no struct`);
    const field = fact.row.members.find(m => m.name === member)!;
    const [count] = decodeElements(
      field,
      BigInt(values[index]) + BigInt(layoutOf(fact.row).members.get(member)!.offset),
      1,
      call.scope,
    ) as number[];
    return Number(count);
  });
}
