// Compiles a command into straight-line code for ordinary valid arguments; the interpreter handles all others.
import { isArray, sizeOf } from '../errors/bytes.ts';
import { VulkanError } from '../errors/errors.ts';
import { callbacks, inUse } from '../handles/busy.ts';
import { belongsToDevice, liveIndex } from '../handles/handle-type.ts';
import { isCallable, type VulkanBase } from '../handles/object.ts';
import { runAll } from '../handles/run-all.ts';
import { underArgument } from '../marshal/argument.ts';
import { passBytes } from '../marshal/argument-encoders.ts';
import { Call } from '../marshal/call.ts';
import { takesCallbacks } from '../marshal/callback.ts';
import { type Bind, binderTo, build } from '../marshal/compile.ts';
import { addParam, isExpression, type MethodCode } from '../marshal/compile-input.ts';
import { type ArgumentRule, rulesOfCommand } from '../marshal/value-rules.ts';
import { lengthOf, publicError, under } from '../native/argument-error.ts';
import { bytesAddress } from '../native/bytes-address.ts';
import { addressOf, type NativeArguments } from '../native/koffi.ts';
import { layoutOf } from '../native/row-types.ts';
import { nativeArgument } from '../native/uint64.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { type Role, shapeOf } from '../registry/shape.ts';
import { commandRules } from './command-rules.ts';
import { allocationOf, nativeCall, RECHECK, resultOf, returned } from './compile-result.ts';
import { factRecorderOf } from './create-info.ts';
import { checkEnd } from './end-check.ts';
import { failed, nothingMade } from './failure.ts';
import { lifetimeOf, simpleLifetimeOf } from './lifetime.ts';
import { queueCheck } from './queues.ts';
import { sizeCheckOf } from './size-rules.ts';

/** A command as a method, of any signature. */
export type AnyMethod = (this: VulkanBase, ...args: unknown[]) => unknown;

/** Undefined for commands that are left to the interpreter: the two-call idiom, several outputs, callbacks. */
export function compileMethod(
  row: CommandRow,
  type: string,
  index: number,
  slow: AnyMethod,
): AnyMethod | undefined {
  const shape = shapeOf(row, registry);
  const life = simpleLifetimeOf(row);
  if (life === undefined || shape.outputs.length > 1 || shape.roles[0] !== 'self') return undefined;
  const allocates = life.does === 'allocate';
  const unsupported: Role[] = ['outCount', 'outArray', ...(allocates ? [] : (['sized'] as const))];
  if (shape.roles.some(role => unsupported.includes(role))) return undefined;
  const isUnsupported = (p: Member, i: number) =>
    p.objectType !== '' || (isExpression(p) && shape.roles[i] !== 'sized');
  if (row.params.some(isUnsupported)) return undefined;
  if (row.params.some((p, i) => shape.roles[i] === 'in' && takesCallbacks(p))) return undefined;

  const bound: Record<string, unknown> = {
    slow,
    begin: Call.begin,
    isCallable,
    callbacks,
    inUse,
    runAll,
    isArray,
    lengthOf,
    sizeOf,
    addressOf,
    nativeArgument,
    VulkanError,
    failed,
    nothingMade,
    publicError,
    under,
    underArgument,
    row,
    name: row.name,
    // Compared after a call, so that V8 keeps the arguments alive until then.
    kept: { isIt: false },
  };
  const bind = binderTo(bound);
  const code: MethodCode = {
    tests: [],
    steps: [],
    locals: [],
    arguments: [],
    names: [],
    bytes: [],
    framed: false,
  };
  for (const [i, p] of row.params.entries()) addParam(code, row, shape.roles, p, i, bind);
  // If callbacks may run before C has returned, uses must be noted, which only the interpreter does.
  code.tests.push('callbacks.registered === 0');
  if (checkEnd(row) !== undefined || queueCheck(row) !== undefined) code.tests.push('inUse.size === 0');
  const checkSizes = sizeCheckOf(row);
  if (checkSizes !== undefined) code.framed = true;
  const result =
    life.does === 'allocate'
      ? allocationOf(code, row, shape.outputs[0], life, bind)
      : resultOf(code, row, shape.outputs[0], bind);
  const { framed } = code;
  code.steps.push(...code.bytes.map(i => bytesCode(row.params[i], i, framed, bind)));
  for (const one of rulesOfCommand(row)) addRule(code, row, shape.roles, one, bind);
  if (checkSizes !== undefined) code.steps.push(sizesCode(code, row, checkSizes, bind));
  const checkRules = commandRules[row.name]?.check;
  if (checkRules !== undefined)
    code.steps.push(
      `${bind(checkRules)}(this, ${code.arguments.slice(1, 1 + code.names.length).join(', ')});`,
    );
  // No recheck before the call: it would notice the handles that the call itself has just removed.
  const frees = life.does === 'free';
  if (frees) code.steps.push(freeCode(code, row, bind));
  const call = frees ? `native(${code.arguments.join(', ')})` : nativeCall(code);
  const learn = life.does === 'create' ? factRecorderOf(row, life.type) : undefined;
  // Without a try block the error must be prepared here.
  const given = returned(row, shape.returnsResult, result.name, bind);
  // Handles that cannot be destroyed on their own are left to the interpreter.
  if (life.does === 'destroy' || frees) code.tests.push('me.scope.related === 0');
  // Mapped memory must be unmapped first.
  if (life.does === 'destroy' && code.locals.includes(`h${life.index}`))
    code.tests.push(`h${life.index}?.beforeDestroy === undefined`);
  const isPlain = !framed && result.name === '' && checkRules === undefined;
  const failure = isPlain
    ? 'publicError(new VulkanError(name, r), name, method)'
    : framed
      ? 'failed(call, name, r)'
      : 'new VulkanError(name, r)';
  const main = [
    ...code.steps,
    ...result.reserve,
    row.returns === 'void' && result.fill === '' ? `${call};` : `let r = ${call};`,
    result.fill === '' ? '' : `if (!(r < 0)) { ${result.fill} }`,
    ...(framed ? [] : code.bytes.map(i => `kept.isIt = a${i} === kept;`)),
    row.returns === 'VkResult' ? `if (r < 0) throw ${failure};` : '',
    framed ? 'let failure;' : '',
    framed && life.does !== 'create' ? 'if (call.needsCleanup) failure = call.finish();' : '',
    life.does === 'destroy' ? destroy(life.type, `a${life.index}`) : '',
    frees ? 'if (ended.length > 0) runAll(ended);' : '',
    ...result.read,
    life.does === 'create' ? `if (value === 0n && r === 0) throw nothingMade(name, '${result.name}');` : '',
    life.does === 'create' ? create(life.type, framed) : '',
    life.does === 'create' && life.type === 'VkDeviceMemory' ? memorySize(row) : '',
    learn === undefined ? '' : `${bind(learn)}(call, [${code.arguments.join(', ')}], value);`,
    framed ? `if (failure !== undefined) throw failure.withResult(${given});` : '',
    `return ${given};`,
  ].filter(Boolean);
  const [before, after] = framed
    ? ['const call = begin(this);', 'call.end();']
    : ['busy = true;', 'busy = false;'];
  const body = isPlain
    ? main.join('\n')
    : `${before}\ntry {\n${main.join('\n')}\n} catch (e) { throw publicError(e, name, method); } finally { ${after} }`;
  const guard = [
    framed || isPlain ? '' : '!busy',
    `isCallable(me, this, '${type}')`,
    `arguments.length <= ${code.names.length}`,
    ...code.tests,
  ].filter(Boolean);
  return build<AnyMethod>(
    bound,
    [
      // Guards the method's own memory while C calls back into it.
      'let busy = false;',
      `const method = function (${code.names.join(', ')}) {`,
      // Undefined if `this` is: the method was called without an object.
      'const me = this?.identity;',
      code.locals.length === 0 ? '' : `let ${code.locals.join(', ')};`,
      `if (${guard.join(' && ')}) {`,
      // Undefined before its first call on this object.
      `const native = me.dispatch.natives[${index}];`,
      `if (native !== undefined) {\n${body}\n}\n}`,
      'return slow.apply(this, arguments);\n};\nreturn method;',
    ].join('\n'),
  );
}

/** Code that notes a created handle: directly for those of a device; surfaces and messengers belong to the instance. */
const create = (type: string, framed: boolean): string =>
  (belongsToDevice(type)
    ? `me.scope.create(${liveIndex(type)}, '${type}', value, true, undefined, me.createdHandles);`
    : `me.scope.add('${type}', value, true, undefined, me.createdHandles);`) +
  (framed ? ` if (call.needsCleanup) failure = call.finish('${type}', value);` : '');

/** Code that notes the size of a memory, from the encoded info. */
function memorySize(row: CommandRow): string {
  const i = row.params.findIndex(p => p.base === 'VkMemoryAllocateInfo');
  if (i < 0) return '';
  const { offset } = layoutOf(registry.struct('VkMemoryAllocateInfo')).members.get('allocationSize')!;
  return `me.scope.setSize(value, c${i}.u64[(x${i} - c${i}.address + ${offset}) / 8]);`;
}

function destroy(type: string, handle: string): string {
  const gone = belongsToDevice(type)
    ? `me.scope.destroy(${liveIndex(type)}, ${handle})`
    : `me.scope.remove('${type}', ${handle})`;
  return `if (${handle} !== undefined) { const ended = ${gone}; if (ended.length > 0) runAll(ended); }`;
}

/** Code that checks and removes handles that are freed to a pool. */
const freeCode = ({ arguments: values }: MethodCode, row: CommandRow, bind: Bind): string =>
  [
    `const values = [${values.join(', ')}];`,
    `${bind(checkEnd(row))}(call, values);`,
    `${RECHECK};`,
    `const ended = ${bind(lifetimeOf(row).end)}(call, values);`,
  ].join('\n');

/** Code that checks sizes which other arguments imply; an argument without a length has -1. */
function sizesCode(
  { arguments: values }: MethodCode,
  row: CommandRow,
  check: NonNullable<ReturnType<typeof sizeCheckOf>>,
  bind: Bind,
): string {
  const indexOf = (name: string) => row.params.findIndex(p => p.name === name);
  const checked = (self: VulkanBase, call: Call, given: NativeArguments, lengths: number[]) =>
    check({ self, call, value: name => given[indexOf(name)], length: name => lengths[indexOf(name)] });
  const lengths = row.params.map((_, i) =>
    values[i] === `x${i}` && row.params[i].pointers !== '' ? `l${i}` : '-1',
  );
  return `${bind(checked)}(this, call, [${values.join(', ')}], [${lengths.join(', ')}]);`;
}

/** Adds a rule: a test before the fast path for plain arguments, a check after encoding for others. */
function addRule(
  code: MethodCode,
  row: CommandRow,
  roles: readonly Role[],
  { index, counter, path, multiple, check }: ArgumentRule,
  bind: Bind,
): void {
  const a = `a${index}`;
  // With structs they are measured after those are encoded, since a getter may have detached them.
  const bytes = code.framed ? undefined : code.bytes.find(i => row.params[i].length[0] === path);
  if (bytes !== undefined)
    code.tests.push(multiple === 0 ? `l${bytes} > 0` : `l${bytes} % ${multiple} === 0`);
  else if (roles[index] === 'count' || row.params[index].pointers !== '') {
    const checked = `${bind(check)}(${code.arguments[index]}${counter < 0 ? '' : `, ${code.arguments[counter]}${code.framed ? ', call' : ''}`});`;
    const isPlain = roles[index] === 'count' && multiple === 0;
    code.steps.push(isPlain ? `if (!(${code.arguments[index]} > 0)) ${checked}` : checked);
  } else if (multiple === 0) code.tests.push(`${a} != 0`);
  else code.tests.push(`(typeof ${a} === 'number' ? ${a} % ${multiple} === 0 : ${a} % ${multiple}n === 0n)`);
}

/** Code that passes bytes without a copy. */
function bytesCode({ pointers }: Member, i: number, framed: boolean, bind: Bind): string {
  if (framed) return `const x${i} = ${bind(passBytes)}(call, a${i});\nl${i} = call.length;`;
  // What C writes must go to the caller's own memory, not to a copy.
  return pointers === '&'
    ? `const x${i} = l${i} > 0 ? addressOf(a${i}) : 0;`
    : `const x${i} = ${bind(bytesAddress())}(a${i}, l${i});`;
}
