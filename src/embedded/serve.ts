// The C function of a command, made from its row and a JS implementation: the counterpart of the client's method.
//
// An implementation takes the handle that the command is called on and the method's parameters, and returns what the method
// returns: the output, several outputs as an object by name, or a VkResult if there is no output. To return an error code
// it throws an object with a `result` (VulkanError, Refusal). An output that is `undefined` stays unwritten.
import { VkResult } from '../../ffi/rows/enums.ts';
import { stringOrNull } from '../marshal/decode.ts';
import { scalarCodec } from '../marshal/scalar.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { unsigned } from '../native/uint64.ts';
import { evaluateLength } from '../registry/length.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, Member } from '../registry/rows.ts';
import { type Shape, shapeOf } from '../registry/shape.ts';
import { receiveElements } from './incoming.ts';
import { answerElements } from './outgoing.ts';
import { invalid } from './refusal.ts';

/** The implementation of a command in JS. */
// biome-ignore lint/suspicious/noExplicitAny: every command has its own parameters.
export type Implementation = (...args: any[]) => unknown;

/** What koffi passes to a callback. */
type Raw = number | bigint;
type Arguments = readonly Raw[];
type Native = (...raw: Raw[]) => Raw | undefined;

/** Makes the C function of a command. */
export function serve(row: CommandRow, implementation: Implementation): Native {
  const shape = shapeOf(row, registry);
  const readers = row.params.flatMap((p, i) =>
    shape.roles[i] === 'self' || shape.roles[i] === 'in' ? [reader(row, p, i)] : [],
  );
  return (...raw) => {
    try {
      const answer = implementation(...argumentsIn(raw));
      if (shape.outputs.length > 0) return write(row, shape, raw, answer);
      if (row.returns === 'void') return undefined;
      return typeof answer === 'number' || typeof answer === 'bigint' ? answer : Number(answer ?? 0);
    } catch (error) {
      const code = codeOf(error);
      // Anything but a VkResult is a bug of the implementation: it is rethrown to be reported, and C gets an error code.
      if (code === undefined) throw error instanceof ArgumentError ? error.toError(row.name) : error;
      if (row.returns === 'void') return undefined;
      return row.returns === 'VkResult' ? code : 0;
    }
  };

  function argumentsIn(raw: Arguments): unknown[] {
    try {
      return readers.map(read => read(raw));
    } catch {
      throw invalid(`${row.name}: what was passed cannot be read`);
    }
  }
}

/** What C gets where a command fails in a way that has no code. */
export const failureOf = ({ returns }: CommandRow): number =>
  returns === 'VkResult' ? VkResult.ERROR_UNKNOWN : 0;

/** The VkResult that was thrown; undefined for anything else, whatever its getters do. */
function codeOf(error: unknown): number | undefined {
  try {
    const { result } = error as { result?: unknown };
    return Number.isInteger(result) && (result as number) >> 0 === result ? result : undefined;
  } catch {
    return undefined;
  }
}

function reader(row: CommandRow, p: Member, index: number): (raw: Arguments) => unknown {
  const fact = registry.fact(p.base);
  if (p.pointers !== '') {
    if (p.base === 'char' && p.pointers.length === 1) return raw => stringOrNull(unsigned(raw[index]));
    const [length] = p.length;
    const isOpaque = fact.kind === 'opaque' && (p.base !== 'void' || length === undefined);
    if (isOpaque || p.pointers.length > 1) return raw => unsigned(raw[index]) || null;
    if (length === undefined || length === '1')
      return raw => (receiveElements(p, unsigned(raw[index]), 1) as unknown[] | null)?.[0] ?? null;
    return raw => receiveElements(p, unsigned(raw[index]), lengthIn(row, length, raw));
  }
  if (fact.kind === 'bool') return raw => raw[index] !== 0;
  const codec = scalarCodec(fact);
  if (codec !== undefined && codec.size < 8) return raw => raw[index];
  if (fact.kind === 'scalar' && fact.c === 'int64_t') return raw => BigInt.asIntN(64, BigInt(raw[index]));
  return raw => unsigned(raw[index]);
}

/** Evaluates a `len` with the arguments: `regionCount`, `pAllocateInfo->commandBufferCount`. */
function lengthIn(row: CommandRow, expression: string, raw: Arguments): number {
  return evaluateLength(expression, path => {
    const [name, member] = path.split('->');
    const index = row.params.findIndex(p => p.name === name);
    if (member === undefined) return Number(raw[index]);
    const value = reader(row, row.params[index], index)(raw) as Record<string, unknown>;
    return Number(value[member]);
  });
}

/** Writes the outputs that the implementation returned. @returns what the command returns */
function write(row: CommandRow, shape: Shape, raw: Arguments, answer: unknown): Raw | undefined {
  const single = shape.outputs.length === 1 && !shape.returnsResult;
  const named = (single ? undefined : answer) as Record<string, unknown> | undefined;
  let result = Number(named?.result ?? VkResult.SUCCESS);
  const counts = new Set<number>();
  for (const index of shape.outputs) {
    const p = row.params[index];
    const value = single ? answer : named?.[p.name];
    const address = unsigned(raw[index]);
    if (value === undefined) continue;
    switch (shape.roles[index]) {
      case 'outArray': {
        const list = value as unknown[] | Uint8Array;
        const counter = row.params.findIndex(other => other.name === p.length[0]);
        const capacity =
          address === 0n ? undefined : Number(countAt(row.params[counter], unsigned(raw[counter])));
        const written = Math.min(list.length, capacity ?? list.length);
        if (capacity !== undefined) answerElements(p, address, list.slice(0, written));
        if (capacity !== undefined && written < list.length) result = VkResult.INCOMPLETE;
        if (!counts.has(counter)) answerElements(row.params[counter], unsigned(raw[counter]), [written]);
        counts.add(counter);
        break;
      }
      case 'sized': {
        const length = lengthIn(row, p.length[0], raw);
        if (address !== 0n) answerElements(p, address, (value as unknown[]).slice(0, length));
        break;
      }
      default:
        if (address !== 0n) answerElements(p, address, [value]);
    }
  }
  return row.returns === 'void' ? undefined : result;
}

const countAt = (p: Member, address: bigint): number | bigint =>
  (receiveElements({ ...p, pointers: '' }, address, 1) as (number | bigint)[])[0];
