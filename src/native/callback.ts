// Registers JavaScript functions as callbacks that C can call.
import { ours } from '../errors/user-call.ts';
import { callable, prototype, register, unregister } from './koffi.ts';
import { argumentTypes, resultType, type Signature } from './row-types.ts';
import { countCall } from './worker-lock.ts';

type Callback = (...args: never[]) => unknown;

let running = 0;

/** Why no callback can be registered now; undefined if one can. */
export const callbackRefusal = (): string | undefined =>
  running > 0
    ? 'a callback cannot be given to Vulkan while another one runs; do it when that has returned'
    : undefined;

/**
 * Registers a JavaScript function and returns its address. Unregister it when C can no longer call it.
 * @throws Error inside a running callback: koffi 3.3.4 would give an address whose calls end in a RangeError
 */
export function registerCallback(signature: Signature, fn: Callback): bigint {
  const refusal = callbackRefusal();
  if (refusal !== undefined) throw ours(new Error(refusal));
  const counted = (...args: never[]): unknown => {
    running++;
    countCall(1);
    try {
      return fn(...args);
    } finally {
      countCall(-1);
      running--;
    }
  };
  const [result, types] = [resultType(signature), argumentTypes(signature)];
  const first = firstOnStack(types);
  return first >= 0 && stackIsShifted()
    ? registerShifted(result, types, first, counted)
    : register(prototype(result, types), counted);
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

let isShifted: boolean | undefined;

/**
 * Whether koffi shifts a callback's arguments on the stack by one slot, as 3.0.2 to 3.3.4 do on arm64. It calls a callback
 * once to find out, since later releases may be right.
 * @throws Error if the arguments are wrong in another way
 */
function stackIsShifted(): boolean {
  isShifted ??= !passesArguments(register) && passesShiftedArguments();
  return isShifted;
}

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
