// Source text for a parameter of a compiled command: when its argument is plainly right, and what C gets for it.

import { layoutOf } from '../native/koffi.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { isDeferral, type Role } from '../registry/shape.ts';
import { argumentEncoder } from './argument.ts';
import { type Bind, fastPathOf, isLive } from './compile.ts';
import { countFrom } from './count.ts';
import { compiledEncoder } from './encode.ts';
import { scalarCodec } from './scalar.ts';

/** The compiled method, as far as its parameters were looked at. */
export interface MethodCode {
  /** Conditions under which the fast way is right. */
  readonly tests: string[];
  readonly steps: string[];
  /** C's arguments. */
  readonly arguments: string[];
  /** The method's parameters. */
  readonly names: string[];
  /** Parameters that are bytes of the caller. */
  readonly bytes: number[];
  /** Whether it needs argument memory. */
  framed: boolean;
}

/** `pAllocateInfo->count`, `(samples+31)/32`: lengths that are more than a name. */
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
      const live = isLive(a, fact.row.name, 'me.scope');
      code.tests.push(p.optional ? `(${a} === undefined || ${live})` : live);
      code.arguments[i] = p.optional
        ? `(${a} === undefined ? 0 : nativeArgument(${a}))`
        : `nativeArgument(${a})`;
      return;
    }
  }
  code.arguments[i] = `x${i}`;
  if (p.base === 'void' && p.length.length === 1) {
    code.tests.push(`ArrayBuffer.isView(${a})`);
    code.bytes.push(i);
    return;
  }
  code.framed = true;
  if (fact.kind === 'struct' && p.pointers === '*' && p.length.length === 0 && !fact.row.union) {
    const { size } = layoutOf(fact.row);
    code.tests.push(`${a} !== undefined && ${a} !== null`);
    code.steps.push(
      `const x${i}a = call.stack.reserve(${size}), x${i}c = call.stack.chunk, x${i} = x${i}c.address + x${i}a;`,
      `try { ${bind(compiledEncoder(fact.row))}(call, x${i}c, x${i}a, ${a}); } catch (e) { throw underArgument(e, ${bind(p)}, row); }`,
    );
    return;
  }
  if (
    fact.kind === 'struct' &&
    p.pointers === '*' &&
    p.length.length === 1 &&
    !fact.row.union &&
    !p.noautovalidity
  ) {
    const { size } = layoutOf(fact.row);
    code.tests.push(`isArray(${a})`);
    code.steps.push(
      `let l${i} = 0, x${i} = 0, i${i} = -1;\ntry {\nl${i} = lengthOf(${a});\nif (l${i} > 0) {`,
      `const at = call.stack.reserve(l${i} * ${size}), chunk = call.stack.chunk;\nx${i} = chunk.address + at;`,
      `for (i${i} = 0; i${i} < l${i}; i${i}++) ${bind(compiledEncoder(fact.row))}(call, chunk, at + i${i} * ${size}, ${a}[i${i}]);\n}`,
      `} catch (e) { throw underArgument(i${i} < 0 ? e : under(e, '[' + i${i} + ']'), ${bind(p)}, row); }`,
    );
    return;
  }
  const counted = p.length.length > 0 ? `\nconst l${i} = call.length;` : '';
  code.steps.push(
    `${counted ? 'call.length = -1;\n' : ''}const x${i} = ${bind(argumentEncoder(p, row))}(call, ${a});${counted}`,
  );
}

function addArgument(code: MethodCode, i: number, expression: string): void {
  if (expression !== `a${i}`) {
    code.steps.push(`const x${i} = ${expression};`);
    code.arguments[i] = `x${i}`;
  }
}
