// In: a parameter of a command that is being compiled.
// Out: source text: under which condition its argument is plainly right, and what C gets for it.

import { liveIndex } from '../handles/scope.ts';
import { layoutOf } from '../native/koffi.ts';
import { countedName } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import type { Role } from '../registry/shape.ts';
import { argumentPasser } from './argument.ts';
import { type Bind, fastOf } from './compile.ts';
import { countFrom } from './count.ts';
import { compiledEncoder } from './encode.ts';
import { scalarCodec } from './scalar.ts';

/** The compiled method, as far as its parameters were looked at. */
export interface Parts {
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
  parts: Parts,
  row: CommandRow,
  roles: readonly Role[],
  p: Member,
  i: number,
  bind: Bind,
): void {
  switch (roles[i]) {
    case 'self':
      parts.arguments[i] = 'me.argument';
      return;
    case 'null':
      parts.arguments[i] = '0';
      return;
    case 'out':
      parts.arguments[i] = 'out';
      return;
    case 'count': {
      const arrays = row.params.flatMap((a, k) =>
        a.length[0] === p.name && (roles[k] === 'in' || roles[k] === 'buffer') ? [k] : [],
      );
      const inputs = roles.flatMap((role, index) => (role === 'in' || role === 'buffer' ? [{ index }] : []));
      const slow = `${bind(countFrom(row, p, inputs))}([${row.params.map((_, k) => (arrays.includes(k) ? `l${k}` : '-1')).join(', ')}])`;
      parts.arguments[i] =
        arrays.length === 1 && scalarCodec(registry.fact(p.base))?.size === 4
          ? `(l${arrays[0]} > 0 ? l${arrays[0]} : 0)`
          : slow;
      return;
    }
    default:
      addInput(parts, row, p, i, bind);
  }
}

function addInput(parts: Parts, row: CommandRow, p: Member, i: number, bind: Bind): void {
  const a = `a${i}`;
  parts.names.push(a);
  parts.arguments[i] = a;
  const fact = registry.fact(p.base);
  if (p.pointers === '') {
    const fast = fastOf(fact, bind);
    if (fast !== undefined) {
      parts.tests.push(fast.test(a));
      addArgument(parts, i, fast.argument(a));
      return;
    }
    if (fact.kind === 'handle' && !fact.row.dispatchable) {
      const live = `typeof ${a} === 'bigint' && me.scope.live[${liveIndex(fact.row.name)}]?.has(${a}) === true`;
      parts.tests.push(p.optional ? `(${a} === undefined || ${live})` : live);
      parts.arguments[i] = p.optional
        ? `(${a} === undefined ? 0 : nativeArgument(${a}))`
        : `nativeArgument(${a})`;
      return;
    }
  }
  parts.arguments[i] = `x${i}`;
  if (p.base === 'void' && p.length.length === 1) {
    parts.tests.push(`ArrayBuffer.isView(${a})`);
    parts.bytes.push(i);
    return;
  }
  parts.framed = true;
  if (fact.kind === 'struct' && p.pointers === '*' && p.length.length === 0 && !fact.row.union) {
    const { size } = layoutOf(fact.row);
    parts.tests.push(`${a} !== undefined && ${a} !== null`);
    parts.steps.push(
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
    parts.tests.push(`isArray(${a})`);
    parts.steps.push(
      `let l${i} = 0, x${i} = 0, i${i} = -1;\ntry {\nl${i} = lengthOf(${a});\nif (l${i} > 0) {`,
      `const at = call.stack.reserve(l${i} * ${size}), chunk = call.stack.chunk;\nx${i} = chunk.address + at;`,
      `for (i${i} = 0; i${i} < l${i}; i${i}++) ${bind(compiledEncoder(fact.row))}(call, chunk, at + i${i} * ${size}, ${a}[i${i}]);\n}`,
      `} catch (e) { throw underArgument(i${i} < 0 ? e : under(e, '[' + i${i} + ']'), ${bind(p)}, row); }`,
    );
    return;
  }
  const counted = p.length.length > 0 ? `\nconst l${i} = call.length;` : '';
  parts.steps.push(
    `${counted ? 'call.length = -1;\n' : ''}const x${i} = ${bind(argumentPasser(p, row))}(call, ${a});${counted}`,
  );
}

function addArgument(parts: Parts, i: number, expression: string): void {
  if (expression !== `a${i}`) {
    parts.steps.push(`const x${i} = ${expression};`);
    parts.arguments[i] = `x${i}`;
  }
}
