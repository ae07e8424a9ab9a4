// In: a command row and its native function.
// Out: the method in straight-line code for arguments that are plainly right; all else goes the interpreter's way.
import type { Dispatch } from '../commands.ts';
import { VulkanError } from '../errors.ts';
import { layoutOf, type NativeFunction } from '../native.ts';
import { isCallable } from '../object.ts';
import type { CommandRow, Member } from '../rows.ts';
import { commandRules } from '../rules.ts';
import { belongsToDevice, liveIndex } from '../scope.ts';
import { type Role, shapeOf } from '../shape.ts';
import { registry } from '../tables.ts';
import { argumentPasser, underArgument } from './argument.ts';
import { isArray, lengthOf } from './bytes.ts';
import { Call } from './call.ts';
import { returnConverter } from './command.ts';
import { build, fastOf } from './compile.ts';
import { countFrom } from './count.ts';
import { structDecoder } from './decode.ts';
import { structEncoder } from './encode.ts';
import { countedName } from './length.ts';
import { plainLifeOf } from './lifetime.ts';
import { type AnyMethod, publicError } from './method.ts';
import { under } from './mismatch.ts';
import { chainRequest, extensible, makeOutput } from './output.ts';
import { passBytes } from './pass.ts';
import { scalarCodec } from './scalar.ts';

/** Undefined for commands whose shape is better left to the interpreter: enumerations, arrays of output, pools. */
export function compileMethod(
  row: CommandRow,
  native: NativeFunction,
  dispatch: Dispatch,
  slow: AnyMethod,
): AnyMethod | undefined {
  const shape = shapeOf(row, registry);
  const life = plainLifeOf(row);
  const strange: Role[] = ['outCount', 'outArray', 'sized'];
  if (life === undefined || shape.outputs.length > 1 || shape.roles.some(role => strange.includes(role)))
    return undefined;
  if (row.params.some(p => isExpression(p)) || shape.roles[0] !== 'self') return undefined;

  const bound: Record<string, unknown> = {
    native,
    dispatch,
    slow,
    begin: Call.begin,
    isCallable,
    isArray,
    lengthOf,
    VulkanError,
    publicError,
    under,
    underArgument,
    row,
    name: row.name,
  };
  const bind = (value: unknown): string => {
    const name = `k${Object.keys(bound).length}`;
    bound[name] = value;
    return name;
  };
  const parts: Parts = { tests: [], steps: [], arguments: [], names: [], framed: false };
  for (const [i, p] of row.params.entries()) addParam(parts, row, shape.roles, p, i, bind);
  // Whether it may go is looked at where calls have not returned.
  if (life.does === 'destroy') parts.tests.push('this.scope.busy === undefined');
  const rule = commandRules[row.name];
  if (rule !== undefined)
    parts.steps.push(`${bind(rule)}(this, ${parts.arguments.slice(1, 1 + parts.names.length).join(', ')});`);
  const result = addOutput(parts, row, shape.outputs[0], bind);
  const call = `native(${parts.arguments.join(', ')})`;
  const isResult = row.returns === 'VkResult';
  const after = [
    isResult ? `if (r < 0) throw new VulkanError(name, r);` : '',
    parts.framed && life.does !== 'create' ? 'call.finish();' : '',
    life.does === 'destroy' ? `this.scope.remove('${life.type}', ${parts.arguments[life.index]});` : '',
    ...result.read,
    life.does === 'create' ? `${create(life.type)} call.finish('${life.type}', value);` : '',
    `return ${returned(row, shape.resultMatters, result, bind)};`,
  ].filter(Boolean);
  const main = [
    ...parts.steps,
    ...result.reserve,
    parts.steps.length > 0 && parts.framed ? 'if (call.held > 0) call.recheck();' : '',
    row.returns === 'void' ? `${call};` : `const r = ${call};`,
    ...after,
  ];
  const framed = `const call = begin(this);\ntry {\n${main.join('\n')}\n} catch (e) { throw publicError(e, name, method); } finally { call.end(); }`;
  const guard = ['isCallable(this, dispatch)', `arguments.length <= ${parts.names.length}`, ...parts.tests];
  return build<AnyMethod>(
    bound,
    `const method = function (${parts.names.join(', ')}) {\nif (${guard.join(' && ')}) {\n${parts.framed ? framed : main.join('\n')}\n}\nreturn slow.apply(this, arguments);\n};\nreturn method;`,
  );
}

/** A device's own handle, noted without looking for whose it is; surfaces and messengers are the instance's. */
const create = (type: string): string =>
  belongsToDevice(type)
    ? `call.scope.create(${liveIndex(type)}, '${type}', value);`
    : `call.scope.add('${type}', value, true);`;

interface Parts {
  /** Conditions under which the fast way is right. */
  readonly tests: string[];
  readonly steps: string[];
  /** C's arguments. */
  readonly arguments: string[];
  /** The method's parameters. */
  readonly names: string[];
  /** Whether it needs argument memory. */
  framed: boolean;
}

/** `pAllocateInfo->count`, `(samples+31)/32`: lengths that are more than a name. */
function isExpression(p: Member): boolean {
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

function addParam(
  parts: Parts,
  row: CommandRow,
  roles: readonly Role[],
  p: Member,
  i: number,
  bind: (value: unknown) => string,
): void {
  switch (roles[i]) {
    case 'self':
      parts.arguments[i] = 'this.argument';
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

function addInput(
  parts: Parts,
  row: CommandRow,
  p: Member,
  i: number,
  bind: (value: unknown) => string,
): void {
  const a = `a${i}`;
  parts.names.push(a);
  parts.arguments[i] = a;
  const fact = registry.fact(p.base);
  if (p.pointers === '') {
    const fast = fastOf(fact, bind);
    if (fast !== undefined) {
      parts.tests.push(fast.test(a));
      parts.arguments[i] = fast.argument(a);
      return;
    }
    if (fact.kind === 'handle' && !fact.row.dispatchable) {
      const live = `typeof ${a} === 'bigint' && this.scope.live[${liveIndex(fact.row.name)}]?.has(${a}) === true`;
      parts.tests.push(p.optional ? `(${a} === undefined || ${live})` : live);
      if (p.optional) parts.arguments[i] = `(${a} ?? 0)`;
      return;
    }
  }
  parts.framed = true;
  parts.arguments[i] = `x${i}`;
  if (fact.kind === 'struct' && p.pointers === '*' && p.length.length === 0 && !fact.row.union) {
    const { size } = layoutOf(fact.row);
    parts.tests.push(`${a} !== undefined && ${a} !== null`);
    parts.steps.push(
      `const x${i}a = call.stack.reserve(${size}), x${i}c = call.stack.chunk, x${i} = x${i}c.address + x${i}a;`,
      `try { ${bind(structEncoder(fact.row))}(call, x${i}c, x${i}a, ${a}); } catch (e) { throw underArgument(e, ${bind(p)}, row); }`,
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
      `for (i${i} = 0; i${i} < l${i}; i${i}++) ${bind(structEncoder(fact.row))}(call, chunk, at + i${i} * ${size}, ${a}[i${i}]);\n}`,
      `} catch (e) { throw underArgument(i${i} < 0 ? e : under(e, '[' + i${i} + ']'), ${bind(p)}, row); }`,
    );
    return;
  }
  if (p.base === 'void' && p.length.length === 1) {
    parts.tests.push(`ArrayBuffer.isView(${a})`);
    parts.steps.push(`const x${i} = ${bind(passBytes)}(call, ${a}), l${i} = call.length;`);
    return;
  }
  const counted = p.length.length > 0 ? `\nconst l${i} = call.length;` : '';
  parts.steps.push(
    `${counted ? 'call.length = -1;\n' : ''}const x${i} = ${bind(argumentPasser(p, row))}(call, ${a});${counted}`,
  );
}

interface Result {
  readonly reserve: string[];
  readonly read: string[];
  readonly name: string;
}

/** Room for the one value that comes back, and how it is read. */
function addOutput(
  parts: Parts,
  row: CommandRow,
  index: number | undefined,
  bind: (value: unknown) => string,
): Result {
  if (index === undefined) return { reserve: [], read: [], name: '' };
  parts.framed = true;
  const p = row.params[index];
  const fact = registry.fact(p.base);
  const output = bind(makeOutput(row, index));
  const chained = extensible(p);
  if (chained !== undefined) {
    // The chain that the caller may ask for comes behind the other arguments.
    parts.names.push('chain');
    return {
      name: p.name,
      reserve: [
        `const slot = ${output}.reserve(call, 1, ${bind(chainRequest)}(${bind(chained)}, chain)), out = slot.chunk.address + slot.at;`,
      ],
      read: [
        `const deeper = ${output}.deepen(call, slot, 1);\nif (deeper !== undefined) { native(${parts.arguments.join(', ')}); deeper(); }`,
        `const value = ${output}.read(call, slot, 1);`,
      ],
    };
  }
  if (fact.kind === 'struct' && p.pointers === '&') {
    const { size } = layoutOf(fact.row);
    const sType = fact.row.sType === undefined ? '' : `\nchunk.i32[at >> 2] = ${fact.row.sType};`;
    return {
      name: p.name,
      reserve: [
        `const at = call.stack.reserve(${size}), chunk = call.stack.chunk, out = chunk.address + at;${sType}`,
      ],
      read: [`const value = ${bind(structDecoder(fact.row))}(chunk, at, call.scope);`],
    };
  }
  if (fact.kind === 'handle' && !fact.row.dispatchable)
    return {
      name: p.name,
      reserve: ['const at = call.stack.reserve(8), chunk = call.stack.chunk, out = chunk.address + at;'],
      read: ['const value = chunk.u64[at >> 3];'],
    };
  return {
    name: p.name,
    reserve: [`const slot = ${output}.reserve(call, 1), out = slot.chunk.address + slot.at;`],
    read: [`const value = ${output}.read(call, slot, 1);`],
  };
}

function returned(
  row: CommandRow,
  resultMatters: boolean,
  result: Result,
  bind: (value: unknown) => string,
): string {
  if (result.name !== '') return resultMatters ? `{ result: r, ${result.name}: value }` : 'value';
  if (row.returns === 'void') return 'undefined';
  if (row.returns === 'VkResult') return resultMatters ? 'r' : 'undefined';
  return `${bind(returnConverter(row.returns))}(r)`;
}
