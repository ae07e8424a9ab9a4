// Generates the code for a parameter of a compiled command: the test for ordinary arguments, and what C gets.

import { liveIndex } from '../handles/handle-type.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { isDeferral, type Role } from '../registry/shape.ts';
import { argumentEncoder } from './argument.ts';
import { type Bind, fastPathOf } from './compile.ts';
import { pointeeCode } from './compile-array.ts';
import { countFrom } from './count.ts';
import { compiledEncoder } from './encode.ts';
import { scalarCodec } from './scalar.ts';

/** The code of a compiled method, while it is generated. */
export interface MethodCode {
  /** Conditions for the fast path. */
  readonly tests: string[];
  readonly steps: string[];
  /** Variables that the conditions set: the entry of a live handle. */
  readonly locals: string[];
  /** C's arguments. */
  readonly arguments: string[];
  /** The method's parameters. */
  readonly names: string[];
  /** Indices of the parameters that are bytes of the caller. */
  readonly bytes: number[];
  /** Whether it needs argument memory, and so a Call. */
  framed: boolean;
}

/** Whether the length is more than a name: `pAllocateInfo->count`, `(samples+31)/32`. */
export function isExpression(p: Member): boolean {
  const [expression] = p.length;
  if (
    p.pointers === '' ||
    expression === undefined ||
    expression === '1' ||
    expression.endsWith('terminated')
  )
    return false;
  return countedName(expression) === undefined;
}

/** Adds the code for a parameter. */
export function addParam(
  code: MethodCode,
  row: CommandRow,
  roles: readonly Role[],
  p: Member,
  i: number,
  bind: Bind,
): void {
  switch (roles[i]) {
    case 'self':
      code.arguments[i] = 'me.argument';
      return;
    case 'null':
      code.arguments[i] = '0';
      return;
    case 'out':
    case 'sized':
      code.arguments[i] = 'out';
      return;
    case 'count': {
      const arrays = row.params.flatMap((a, k) =>
        a.length[0] === p.name && (roles[k] === 'in' || roles[k] === 'buffer') ? [k] : [],
      );
      const inputs = roles.flatMap((role, index) => (role === 'in' || role === 'buffer' ? [{ index }] : []));
      const slow = `${bind(countFrom(row, p, inputs))}([${row.params.map((_, k) => (arrays.includes(k) ? `l${k}` : '-1')).join(', ')}])`;
      code.arguments[i] =
        arrays.length === 1 && scalarCodec(registry.fact(p.base))?.size === 4
          ? `(l${arrays[0]} > 0 ? l${arrays[0]} : 0)`
          : slow;
      return;
    }
    default:
      addInput(code, row, p, i, bind);
  }
}

function addInput(code: MethodCode, row: CommandRow, p: Member, i: number, bind: Bind): void {
  const a = `a${i}`;
  code.names.push(a);
  code.arguments[i] = a;
  const fact = registry.fact(p.base);
  if (p.pointers === '') {
    const fast = fastPathOf(fact);
    if (fast !== undefined) {
      code.tests.push(fast.test(a));
      addArgument(code, i, fast.argument(a));
      return;
    }
    if (fact.kind === 'handle' && !fact.row.dispatchable && !isDeferral(p)) {
      const h = `h${i}`;
      code.locals.push(h);
      const found = `me.scope.live[${liveIndex(fact.row.name)}]?.get(${a})`;
      const live = `typeof ${a} === 'bigint' && (${h} = ${found}) !== undefined`;
      code.tests.push(p.optional ? `(${a} === undefined || ${live})` : live);
      code.arguments[i] = p.optional ? `(${h} === undefined ? 0 : ${h}.argument)` : `${h}.argument`;
      return;
    }
  }
  code.arguments[i] = `x${i}`;
  if (p.base === 'void' && p.length.length === 1) {
    code.locals.push(`l${i}`);
    code.tests.push(`ArrayBuffer.isView(${a}) && (l${i} = sizeOf(${a})) >= 0`);
    code.bytes.push(i);
    return;
  }
  code.framed = true;
  const slow = `call.length = -1;\nx${i} = ${bind(argumentEncoder(p, row))}(call, ${a});\nl${i} = call.length;`;
  const names = { value: a, length: `l${i}`, chunk: `c${i}`, address: `x${i}`, index: `i${i}` };
  const fast = pointeeCode(p, names, bind, compiledEncoder);
  code.steps.push(
    fast === undefined
      ? `let l${i} = -1, x${i} = 0;\n${slow}`
      : [
          `let l${i} = -1, c${i}, x${i} = 0, i${i} = -1;`,
          `if (${fast.test}) {\ntry {\n${fast.write}`,
          `} catch (e) { throw underArgument(${fast.error}, ${bind(p)}, row); }`,
          `} else {\n${slow}\n}`,
        ].join('\n'),
  );
}

function addArgument(code: MethodCode, i: number, expression: string): void {
  if (expression !== `a${i}`) {
    code.steps.push(`const x${i} = ${expression};`);
    code.arguments[i] = `x${i}`;
  }
}
