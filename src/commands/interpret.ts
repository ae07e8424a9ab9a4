// Methods and promise forms without generated code: they check and encode arguments, call C, and decode the result.

import { memberPath } from '../errors/describe.ts';
import type { VulkanError } from '../errors/errors.ts';
import { callbacks } from '../handles/busy.ts';
import type { VulkanBase } from '../handles/object.ts';
import { runAll } from '../handles/run-all.ts';
import { needStack } from '../handles/stack-room.ts';
import { argumentEncoder } from '../marshal/argument.ts';
import { Call } from '../marshal/call.ts';
import { takesCallbacks } from '../marshal/callback.ts';
import { type ChainRequest, chainRequest, NO_REQUEST } from '../marshal/chain-request.ts';
import { countFrom, lengthCheckOf, lengthFromInputs } from '../marshal/count.ts';
import { objectArgumentCheck } from '../marshal/object-handle.ts';
import {
  extensible,
  fillArrays,
  isSingle,
  makeOutput,
  type OutputParam,
  reserveArrays,
} from '../marshal/output.ts';
import type { OutputStruct } from '../marshal/output-struct.ts';
import { scalarCodec } from '../marshal/scalar.ts';
import { checkObject, checkPlain } from '../marshal/struct-value.ts';
import { rulesOfCommand } from '../marshal/value-rules.ts';
import { ArgumentError, expected, under } from '../native/argument-error.ts';
import { isCallback, type NativeArguments, type NativeFunction } from '../native/koffi.ts';
import { unsigned } from '../native/uint64.ts';
import { uninterrupted } from '../native/worker-lock.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type Shape, shapeOf, VK_INCOMPLETE } from '../registry/shape.ts';
import { commandRules } from './command-rules.ts';
import { checkEnd } from './end-check.ts';
import {
  type CallResult,
  type Capacities,
  enumerate,
  isErrorResult,
  MAX_ROUNDS,
  type Native,
  requestOf,
} from './enumerate.ts';
import { failed, nothingMade } from './failure.ts';
import { CREATES, DESTROYS } from './handle-params.ts';
import { type Lifetime, lifetimeOf } from './lifetime.ts';
import { notPresent } from './not-present.ts';
import { inTurn, queueCheck } from './queues.ts';
import { sizeCheckOf } from './size-rules.ts';
import { inSlices, inThread } from './thread.ts';
import { timeoutOf } from './timeout.ts';

/** A command; `self` is the object on which it is called. Throws an ArgumentError for bad arguments. */
type Method = (self: VulkanBase, args: readonly unknown[]) => unknown;

/** The native function of a command for an object. */
type NativeOf = (self: VulkanBase) => NativeFunction;

/** What is done before and after C is called. */
interface Steps {
  readonly shape: Shape;
  readonly outputs: readonly OutputParam[];
  /** Arguments that it takes. */
  readonly maxArguments: number;
  /** Checks and encodes the arguments, and reads the chain request. */
  encode(
    call: Call,
    self: VulkanBase,
    args: readonly unknown[],
  ): { values: NativeArguments; request: ChainRequest };
  /** Removes the handles that the command destroys. */
  readonly end: Lifetime['end'];
  /** The value that the caller gets. */
  returnValue(call: Call, values: NativeArguments, done: CallResult): unknown;
  /** The error to throw if the command returned an error code. */
  toError(call: Call, values: NativeArguments, done: CallResult): VulkanError;
}

function stepsOf(row: CommandRow): Steps {
  const shape = shapeOf(row, registry);
  const passed = shape.roles.flatMap((role, index) =>
    role === 'in' || role === 'buffer' ? [{ index, pass: argumentEncoder(row.params[index], row) }] : [],
  );
  const counts = shape.roles.flatMap((role, index) =>
    role === 'count' ? [{ index, count: countFrom(row, row.params[index], passed) }] : [],
  );
  const outputs = shape.outputs.map(index => makeOutput(row, index));
  const chained = outputs
    .flatMap(({ index, name }) => {
      const struct = extensible(row.params[index]);
      return struct === undefined ? [] : [{ path: `${row.name}.${name}`, struct }];
    })
    .at(0);
  const maxArguments = passed.length + (chained === undefined ? 0 : 1);
  const checkRules = commandRules[row.name]?.check;
  const checkObject = objectArgumentCheck(row);
  const checkLengths = lengthCheckOf(row);
  const checkSizes = sizeCheckOf(row);
  const valueRules = rulesOfCommand(row);
  const lifetime = lifetimeOf(row);
  const end = checkEnd(row);
  // The index of an output whose elements may have been created before the command failed.
  const several = CREATES_SEVERAL.test(row.name) ? shape.roles.indexOf('sized') : -1;
  const indexOf = (name: string) => row.params.findIndex(p => p.name === name);

  return {
    shape,
    outputs,
    maxArguments,
    end: lifetime.end,
    encode(call, self, args) {
      checkArgumentCount(args, maxArguments);
      const values: NativeArguments = new Array(row.params.length).fill(0);
      const lengths: number[] = new Array(row.params.length).fill(-1);
      if (shape.roles[0] === 'self') values[0] = self.identity.argument;
      passed.forEach(({ index, pass }, i) => {
        call.length = -1;
        values[index] = pass(call, args[i], i < args.length);
        lengths[index] = call.length;
      });
      for (const { index, count } of counts) values[index] = count(lengths);
      checkLengths?.(values, lengths, call);
      checkObject?.(call, values);
      for (const { index, counter, check } of valueRules) check(values[index], values[counter], call);
      checkSizes?.({
        self,
        call,
        value: name => values[indexOf(name)],
        length: name => lengths[indexOf(name)],
      });
      checkRules?.(self, ...values.slice(1));
      const request = chained ? chainRequest(chained.path, chained.struct, args[passed.length]) : NO_REQUEST;
      end?.(call, values);
      call.recheck();
      return { values, request };
    },
    returnValue(call, values, { returned, filled }) {
      const results = filled.map(decodeResult(call));
      const failure = lifetime.receive(call, values, results);
      const nothing =
        returned === 0 ? results.find(({ index, value }) => isMissing(row, index, value)) : undefined;
      if (nothing !== undefined)
        throw nothingMade(row.name, nothing.name, Array.isArray(nothing.value) ? nothing.value : []);
      // A positive code that the registry does not list is returned too.
      const matters = shape.returnsResult || (row.returns === 'VkResult' && (returned as number) > 0);
      const result = row.returns === 'VkResult' && !matters ? undefined : returned;
      let given: unknown = result;
      if (results.length === 1 && !matters) given = results[0].value;
      else if (results.length > 0) {
        const named = Object.fromEntries(results.map(({ name, value }) => [name, value]));
        given = matters ? { result, ...named } : named;
      }
      if (failure !== undefined) throw failure.withResult(given);
      return given;
    },
    toError(call, values, { returned, filled }) {
      const take = () => {
        const partial = filled.filter(({ output }) => output.index === several).map(decodeResult(call));
        if (partial.length === 0) return [];
        lifetime.receive(call, values, partial);
        return partial[0].value as bigint[];
      };
      return failed(
        call,
        row.name,
        returned as number,
        take,
        notPresent(row, returned as number, call, values),
      );
    },
  };
}

/** Commands that wait without a timeout for all submitted work. */
const WAITS_FOR_ALL = /WaitIdle$/;

/** Commands that create several objects: if one fails, others may have been created. */
const CREATES_SEVERAL = /^vkCreate/;

const decodeResult =
  (call: Call) =>
  ({ output: { index, name, read }, slot, count }: CallResult['filled'][number]) => ({
    index,
    name,
    value: read(call, slot, count),
  });

/** Whether a command that creates objects returned none through an output. */
function isMissing(row: CommandRow, index: number, value: unknown): boolean {
  const isObject = CREATES.test(row.name) && registry.fact(row.params[index].base).kind === 'handle';
  return isObject && [value].flat().some(one => one === 0n || one === null);
}

/** Creates the method without generated code. */
export function interpretMethod(row: CommandRow, nativeOf: NativeOf): Method {
  const { shape, outputs, encode, end, returnValue, toError } = stepsOf(row);
  const convert =
    row.returns === 'void' || row.returns === 'VkResult' ? undefined : returnConverter(row.returns);
  const outCount = shape.roles.indexOf('outCount');
  const capacities: Capacities = new WeakMap();
  const checkQueue = checkEnd(row) === undefined ? queueCheck(row) : undefined;
  const mayCallBack = row.params.some((p, i) => shape.roles[i] === 'in' && takesCallbacks(p));
  const creates = CREATES.test(row.name);
  const method: Method = (self, args) => {
    const native = nativeOf(self);
    checkQueue?.(self);
    const fn: Native = values => {
      const returned = native(...values);
      return convert === undefined ? returned : convert(returned as number | bigint);
    };
    // A callback among the arguments may be called before C returns.
    const call = Call.begin(self, mayCallBack || callbacks.registered > 0);
    try {
      if (creates) needStack();
      const { values, request } = encode(call, self, args);
      const ended = end?.(call, values);
      call.beginUse(row.name);
      const done = shape.enumerates
        ? enumerate(call, row, fn, values, outputs, outCount, request, capacities)
        : once(call, row, fn, values, outputs, request);
      call.endUse();
      if (isErrorResult(row, done.returned)) throw toError(call, values, done);
      runAll(ended);
      return returnValue(call, values, done);
    } finally {
      call.end();
    }
  };
  // A worker that was terminated between what C does with a function and the note of it would leave the function behind.
  return mayCallBack || DESTROYS.test(row.name) ? uninterrupted(method) : method;
}

/** Creates the promise form, which runs in a thread of libuv; for commands that are called once and return a VkResult. */
export function promiseMethod(row: CommandRow, nativeOf: NativeOf): PromiseMethod {
  const { outputs, maxArguments, encode, returnValue, toError } = stepsOf(row);
  const timeout = timeoutOf(row);
  return async (self, args) => {
    const native = nativeOf(self);
    const call = Call.independent(self);
    try {
      if (timeout !== undefined) checkArgumentCount(args, maxArguments + 1);
      const signal = timeout && signalOf(row.name, args[maxArguments]);
      const { values, request } = encode(
        call,
        self,
        timeout === undefined ? args : args.slice(0, maxArguments),
      );
      const filled = reserveOnce(call, row, values, outputs, request);
      call.beginUse(row.name);
      const ownThread =
        WAITS_FOR_ALL.test(row.name) || isCallback(self.identity.dispatch.addressOf(row.name));
      const setSlice = (slice: number) => {
        // Throws once the driver was disposed of: there is no next slice.
        nativeOf(self);
        timeout?.write(values, slice);
      };
      const returned = await (timeout === undefined
        ? inTurn(row, self, () => inThread(native, values, ownThread))
        : inSlices(native, values, timeout.read(values), setSlice, signal));
      call.endUse();
      if (returned < 0) throw toError(call, values, { returned, filled });
      return returnValue(call, values, { returned, filled });
    } finally {
      call.end();
    }
  };
}

function checkArgumentCount(args: readonly unknown[], maxArguments: number): void {
  if (args.length > maxArguments)
    throw new ArgumentError('type', `expected at most ${maxArguments} arguments, got ${args.length}`);
}

/** The signal that aborts a wait, from its options. */
function signalOf(command: string, options: unknown): AbortSignal | undefined {
  if (options === undefined) return undefined;
  try {
    checkObject(options, '{ signal }');
    checkPlain(options, '{ signal }');
    for (const key of Object.keys(options))
      if (key !== 'signal')
        throw new ArgumentError('type', 'unknown member; the only one is signal').under(memberPath(key));
    const { signal } = options;
    if (signal === undefined || signal instanceof AbortSignal) return signal;
    throw expected('an AbortSignal', signal).under('.signal');
  } catch (error) {
    throw under(error, `${command}.options`);
  }
}

type PromiseMethod = (self: VulkanBase, args: readonly unknown[]) => Promise<unknown>;

function reserveOnce(
  call: Call,
  row: CommandRow,
  values: NativeArguments,
  outputs: readonly OutputParam[],
  request: ChainRequest,
): CallResult['filled'] {
  const otherOutputs = new Map<string, OutputStruct>();
  return outputs.map(output => {
    const p = row.params[output.index];
    const count = isSingle(p) ? 1 : lengthFromInputs(row, p.length[0], values, call);
    const slot = output.reserve(call, count, requestOf(row, output, request), otherOutputs);
    values[output.index] = slot.chunk.address + slot.at;
    return { output, slot, count };
  });
}

/** Calls C once, or again for arrays that it has only counted; the size of output arrays is an input. */
function once(
  call: Call,
  row: CommandRow,
  fn: Native,
  values: NativeArguments,
  outputs: readonly OutputParam[],
  request: ChainRequest,
): CallResult {
  const filled = reserveOnce(call, row, values, outputs, request);
  const slots = filled.map(({ slot }) => slot);
  const counted = filled.filter(({ output }) => output.countedElsewhere);
  for (let round = 0; ; round++) {
    for (const { output } of counted) values[output.index] = 0;
    const counts = fn(values);
    for (const { output, slot } of counted) values[output.index] = slot.chunk.address + slot.at;
    if (isErrorResult(row, counts)) return { returned: counts, filled };
    // An output that another one counts was not passed yet, whether or not there are arrays.
    const again = reserveArrays(call, slots) || counted.length > 0;
    const returned = again ? fillArrays(call, slots, () => fn(values)) : counts;
    if (counted.length === 0 || returned !== VK_INCOMPLETE || round === MAX_ROUNDS)
      return { returned, filled };
    for (const { slot } of counted) for (const struct of slot.structs) struct.forget();
  }
}

/** Converts a result of koffi. */
export function returnConverter(returns: string): (value: number | bigint) => unknown {
  const fact = registry.fact(returns);
  if (fact.kind === 'bool') return value => Number(value) !== 0;
  if (fact.kind === 'callback') return value => unsigned(value) || null;
  return fact.kind === 'scalar' && scalarCodec(fact)!.size === 8 ? unsigned : value => value;
}
