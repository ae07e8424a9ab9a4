// Registers JavaScript functions as callbacks that C can call.
import { types as is } from 'node:util';
import { ours } from '../errors/user-call.ts';
import { memoize } from '../registry/memoize.ts';
import { setImmediate } from './clock.ts';
import { callable, prototype, refuseReset, register, TooManyCallbacks, unregister } from './koffi.ts';
import { argumentTypes, resultType, type Signature } from './row-types.ts';
import { countCall } from './worker-lock.ts';

type Callback = (...args: never[]) => unknown;

/** How many functions of JavaScript's C is calling in this thread, those of other copies of this library among them. */
const calls = sharedCalls();

function sharedCalls(): { running: number } {
  const shared = globalThis as unknown as Record<symbol, { running: number } | undefined>;
  const key = Symbol.for('koffi-vulkan.calls');
  shared[key] ??= { running: 0 };
  return shared[key];
}

/** Why no callback can be registered now; undefined if one can. */
export const callbackRefusal = (): string | undefined =>
  calls.running > 0
    ? 'a callback cannot be given to Vulkan while another one runs; do it when that has returned'
    : undefined;

const resetRefusal = () =>
  calls.running > 0 ? 'a function that C called has not returned, which would end the process' : undefined;

/**
 * Registers a JavaScript function and returns its address. Unregister it when C can no longer call it.
 * @param signature of the C function
 * @param fn an error that it throws becomes an uncaught one once C has its result
 * @param failure what C gets in that case
 * @throws Error inside a running callback: koffi 3.3.4 would give an address whose calls end in a RangeError
 */
export function registerCallback(signature: Signature, fn: Callback, failure = 0): bigint {
  const refusal = callbackRefusal();
  if (refusal !== undefined) throw ours(new Error(refusal));
  refuseReset(resetRefusal);
  const guarded = (...args: never[]): unknown => {
    calls.running++;
    let isCounted = false;
    try {
      countCall?.(1);
      isCounted = true;
      return fn(...args);
    } catch (error) {
      tellLater(error);
      return failure;
    } finally {
      calls.running--;
      if (isCounted) countCall?.(-1);
    }
  };
  const [result, types] = [resultType(signature), argumentTypes(signature)];
  const first = firstOnStack(types);
  const give = () =>
    first >= 0 && stackIsShifted()
      ? registerShifted(result, types, first, guarded)
      : register(prototype(result, types), guarded);
  for (;;)
    try {
      return give();
    } catch (error) {
      if (!(error instanceof TooManyCallbacks) || retired.length === 0) throw error;
      unregister(retired.shift() as bigint);
    }
}

/**
 * Throws an error of a callback later, since C waits for the callback to return. A stack overflow becomes a warning: it is the
 * code that called C that had used up the stack.
 */
function tellLater(error: unknown): void {
  try {
    setImmediate(() => {
      if (!is.isNativeError(error) || error.message !== OVERFLOW) throw error;
      process.emitWarning(`a function that C called has failed: ${error.stack}`, 'KoffiVulkanWarning');
    });
  } catch {
    // Not even this much stack is left.
  }
}

const OVERFLOW = 'Maximum call stack size exceeded';

/**
 * Addresses that are kept registered for a while, the latest last: a driver's thread may be about to call one, which would
 * crash if nothing was there.
 */
const retired: bigint[] = [];
const MAX_RETIRED = 64;

/** Unregisters, after a while, a function that does nothing any more. */
export function retireCallback(address: bigint): void {
  retired.push(address);
  freeRetired();
}

/** Frees the oldest; inside a callback it waits until C has left it. */
function freeRetired(): void {
  if (retired.length <= MAX_RETIRED) return;
  if (calls.running > 0) setImmediate(freeRetired);
  else unregister(retired.shift() as bigint);
}

export { unregister as unregisterCallback };

/** Index of the first argument that C passes on the stack on arm64, which has registers for eight of each kind. */
function firstOnStack(types: readonly string[]): number {
  let [integers, floats] = [0, 0];
  return types.findIndex(type => (isFloat(type) ? ++floats : ++integers) > 8);
}

const isFloat = (type: string) => type === 'float' || type === 'double';

/** Works around koffi reading the stack one slot too early: that slot becomes an extra argument, which is dropped. */
function registerShifted(result: string, types: readonly string[], first: number, fn: Callback): bigint {
  const slot = isFloat(types[first]) ? 'double' : 'uint64_t';
  return register(prototype(result, types.toSpliced(first, 0, slot)), (...args) =>
    fn(...args.toSpliced(first, 1)),
  );
}

/**
 * Whether koffi shifts a callback's arguments on the stack by one slot, as 3.0.2 to 3.3.4 do on arm64. It calls a callback
 * once to find out, since later releases may be right.
 * @throws Error if the arguments are wrong in another way
 */
const stackIsShifted = memoize(() => !passesArguments(register) && passesShiftedArguments());

const PROBE = Array<string>(9).fill('uint64_t');
const SENT = PROBE.map((_, i) => i + 1);

function passesShiftedArguments(): boolean {
  if (passesArguments((_type, fn) => registerShifted('void', PROBE, 8, fn))) return true;
  throw ours(
    new Error(
      'koffi passes wrong arguments to callbacks on this system: callbacks of more than eight arguments cannot be used',
    ),
  );
}

/** Whether a callback receives nine numbers as they were sent. */
function passesArguments(make: typeof register): boolean {
  const type = prototype('void', PROBE);
  let got: readonly number[] = [];
  const address = make(type, (...args: number[]) => {
    got = args;
  });
  callable(address, type)(...SENT);
  unregister(address);
  return SENT.every((value, i) => Number(got[i]) === value);
}
