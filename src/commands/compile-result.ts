// Generates the code for the result of a compiled command: its memory, the native call, and how it is read.
import { liveIndex } from '../handles/handle-type.ts';
import { chainRequest } from '../marshal/chain-request.ts';
import type { Bind } from '../marshal/compile.ts';
import type { MethodCode } from '../marshal/compile-input.ts';
import { compiledDecoder } from '../marshal/decode.ts';
import { extensible, fillArrays, makeOutput } from '../marshal/output.ts';
import { outputPlan } from '../marshal/output-struct.ts';
import { reservePermanent } from '../native/argument-memory.ts';
import { layoutOf } from '../native/row-types.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import type { PoolPlace } from './create-info.ts';
import { returnConverter } from './interpret.ts';
import { takeAllocated } from './lifetime.ts';

/** The code for a result. */
interface OutputCode {
  readonly reserve: string[];
  /** Calls it again for arrays that it has only counted. */
  readonly fill: string;
  readonly read: string[];
  readonly name: string;
}

/** The code for the one output, if there is one. */
export function resultOf(
  code: MethodCode,
  row: CommandRow,
  index: number | undefined,
  bind: Bind,
): OutputCode {
  if (index === undefined) return { reserve: [], fill: '', read: [], name: '' };
  const p = row.params[index];
  const fact = registry.fact(p.base);
  const chained = extensible(p);
  // The requested chain comes after the other arguments.
  if (chained !== undefined) code.names.push('chain');
  const plan = fact.kind === 'struct' ? outputPlan(fact.row) : undefined;
  const isWhole = plan === undefined || plan.structs.length + plan.arrays.length === 0;
  if (chained === undefined && isWhole && p.pointers === '&') {
    if (fact.kind === 'struct') {
      const { size } = layoutOf(fact.row);
      const sType = fact.row.sType === undefined ? '' : `chunk.i32[at >> 2] = ${fact.row.sType};`;
      return {
        name: p.name,
        fill: '',
        reserve: [memoryCode(code, size, bind), sType],
        read: [`const value = ${bind(compiledDecoder(fact.row))}(chunk, at, me.scope);`],
      };
    }
    if (fact.kind === 'handle' && !fact.row.dispatchable)
      return {
        name: p.name,
        fill: '',
        reserve: [memoryCode(code, 8, bind)],
        read: ['const value = chunk.u64[at >> 3];'],
      };
  }
  code.framed = true;
  const output = bind(makeOutput(row, index));
  const fill = (slot: string) =>
    `if (${slot}.structs.length > 0 && ${slot}.structs[0].reserve(call)) r = ${bind(fillArrays)}(call, [${slot}], () => ${nativeCall(code)});`;
  if (chained === undefined)
    return {
      name: p.name,
      reserve: [`const slot = ${output}.reserve(call, 1), out = slot.chunk.address + slot.at;`],
      fill: plan === undefined ? '' : fill('slot'),
      read: [`const value = ${output}.read(call, slot, 1);`],
    };
  const struct = bind(chained);
  return {
    name: p.name,
    reserve: [
      `const request = ${bind(chainRequest)}('${row.name}.${p.name}', ${struct}, chain), block = request.block(${struct});`,
      'let slot, chunk, at;',
      `if (block === undefined) { slot = ${output}.reserve(call, 1, request); chunk = slot.chunk; at = slot.at; }`,
      'else { at = call.stack.reserve(block.size); chunk = call.stack.chunk; block.link(chunk, at); }',
      'const out = chunk.address + at;',
    ],
    fill: `if (block === undefined) { ${fill('slot')} }`,
    read: [
      `const value = block === undefined ? ${output}.read(call, slot, 1) : block.read(chunk, at, call.scope);`,
    ],
  };
}

/**
 * Code that reserves zeroed memory for an output: on the stack of the call; or, in a method that needs no Call, memory that
 * is reserved once and zeroed at each call.
 */
function memoryCode(code: MethodCode, size: number, bind: Bind): string {
  if (code.framed)
    return `const at = call.stack.reserve(${size}), chunk = call.stack.chunk, out = chunk.address + at;`;
  const { chunk, at } = reservePermanent(size);
  const [first, end] = [at / 8, Math.ceil((at + size) / 8)];
  const zero =
    end - first > UNROLLED
      ? `for (let i = ${first}; i < ${end}; i++) f64[i] = 0;`
      : Array.from({ length: end - first }, (_, i) => `f64[${first + i}] = 0;`).join(' ');
  return `const chunk = ${bind(chunk)}, at = ${at}, out = ${chunk.address + at}, { f64 } = chunk;\n${zero}`;
}

/** Up to this number of words are zeroed one by one, more of them by a loop. */
const UNROLLED = 8;

/** The code for handles that are allocated from a pool; the encoded info has their number. */
export function allocationOf(
  code: MethodCode,
  row: CommandRow,
  index: number,
  { type, pool }: { readonly type: string; readonly pool: PoolPlace },
  bind: Bind,
): OutputCode {
  const p = row.params[index];
  const info = row.params[pool.index];
  const [, count] = p.length[0].split('->');
  const { offset } = layoutOf(registry.struct(info.base)).members.get(count)!;
  const [a, c, x] = [`a${pool.index}`, `c${pool.index}`, `x${pool.index}`];
  code.framed = true;
  code.tests.push(`typeof ${a} === 'object' && ${a} !== null`);
  const output = bind(makeOutput(row, index));
  const from = `me.scope.live[${liveIndex(parentOf(type))}]?.get(${c}.u64[(${x} - ${c}.address + ${pool.offset}) / 8])`;
  return {
    name: p.name,
    fill: '',
    reserve: [
      `const count = ${c}.u32[(${x} - ${c}.address + ${offset}) / 4];`,
      `const slot = ${output}.reserve(call, count), out = slot.chunk.address + slot.at;`,
    ],
    read: [
      `const value = ${bind(takeAllocated)}(call, '${type}', ${output}.read(call, slot, count), ${from});`,
      `if (r === 0 && (value.includes(0n) || value.includes(null))) throw nothingMade(name, '${p.name}', value);`,
    ],
  };
}

function parentOf(type: string): string {
  const fact = registry.fact(type);
  return fact.kind === 'handle' ? fact.row.parent : '';
}

/**
 * Code that calls C. Where a getter of the script may have run, the arguments are checked again just before it; a method that
 * needs no Call runs no getters.
 */
export const nativeCall = ({ framed, arguments: values }: MethodCode): string =>
  `${framed ? `(${RECHECK}, native)` : 'native'}(${values.join(', ')})`;

/** Code that checks the call again if anything may have changed. */
export const RECHECK = '(call.needsCleanup || call.isOutdated || callbacks.registered > 0) && call.recheck()';

/** The expression for what the method returns. */
export function returned(row: CommandRow, returnsResult: boolean, result: string, bind: Bind): string {
  const named = `{ result: r, ${result}: value }`;
  const isResult = row.returns === 'VkResult';
  // A positive code that the registry does not list is returned too.
  if (result !== '') return returnsResult ? named : isResult ? `(r > 0 ? ${named} : value)` : 'value';
  if (row.returns === 'void') return 'undefined';
  if (isResult) return returnsResult ? 'r' : '(r > 0 ? r : undefined)';
  return `${bind(returnConverter(row.returns))}(r)`;
}
