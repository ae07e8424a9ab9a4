// Creates callbacks of the user's functions: decodes the arguments, converts the result, and reports exceptions.

import { callbackHolders } from '../../ffi/rows/callbacks.ts';
import { callbacks } from '../handles/busy.ts';
import type { Scope } from '../handles/scope.ts';
import { publicError } from '../native/argument-error.ts';
import { registerCallback, retireCallback } from '../native/callback.ts';
import { breakLine } from '../native/debug-line.ts';
import { endAtOnceWhile } from '../native/exit.ts';
import { unsigned } from '../native/uint64.ts';
import { registry } from '../registry/registry.ts';
import type { CallbackRow, Member, StructRow } from '../registry/rows.ts';
import { decodePointee, stringOrNull } from './decode.ts';
import { scalarCodec } from './scalar.ts';

type Callback = (...args: unknown[]) => unknown;

/** A function that has an address; `call` is undefined once its callback is destroyed. */
interface AddressedFunction {
  call: Callback | undefined;
}

const addressed = new Map<bigint, AddressedFunction>();

/** Whether C called one after `destroyCallback`. */
let calledLate = false;

/** Gives a function of the script an address, until `destroyCallback`. */
export function createCallback(row: CallbackRow, fn: Callback, scope: Scope | undefined): bigint {
  const callback: AddressedFunction = { call: fn };
  const address = registerCallback(row, callbackTrampoline(row, callback, scope));
  addressed.set(address, callback);
  callbacks.registered++;
  // A driver's thread, or a driver at exit, could call it when the JavaScript engine is gone.
  endAtOnceWhile(outlivesEngine);
  return address;
}

const outlivesEngine = () => callbacks.registered > 0 || calledLate;

/** Unregisters a callback: from now on it calls nothing. */
export function destroyCallback(address: bigint): void {
  const callback = addressed.get(address)!;
  addressed.delete(address);
  callback.call = undefined;
  callbacks.registered--;
  retireCallback(address);
}

/** Whether a struct, or one that it points to or that may extend it, has a member that is a callback. */
const holdsCallbacks = ({ name }: StructRow): boolean => callbackHolders.includes(`\n${name}\n`);

/** Whether a parameter takes callbacks. */
export function takesCallbacks(p: Member): boolean {
  const fact = registry.fact(p.base);
  return (
    fact.kind === 'callback' || (fact.kind === 'struct' && p.pointers === '*' && holdsCallbacks(fact.row))
  );
}

type Argument = number | bigint | null;

const wide = (value: Argument): bigint => unsigned(value ?? 0);

function decoderOf(p: Member, scope: Scope | undefined): (value: Argument) => unknown {
  const fact = registry.fact(p.base);
  if (p.pointers !== '') {
    if (p.base === 'char') return value => stringOrNull(wide(value));
    if (fact.kind === 'struct') return value => decodePointee(fact.row, wide(value), scope);
    return value => wide(value) || null;
  }
  if (fact.kind === 'bool') return value => value !== 0;
  const codec = scalarCodec(fact);
  if (codec !== undefined && codec.size < 8) return value => value;
  return wide;
}

/**
 * The function that C calls. What the user's function throws is reported as an uncaught exception, since it cannot pass
 * through the driver.
 */
function callbackTrampoline(row: CallbackRow, callback: AddressedFunction, scope: Scope | undefined) {
  const decoders = row.params.map(p => decoderOf(p, scope));
  return (...args: Argument[]): number | bigint => {
    const { call } = callback;
    if (call === undefined) {
      calledLate = true;
      return 0;
    }
    callbacks.running++;
    // What it writes is not part of the line of the call that it runs in.
    breakLine();
    try {
      const values = decoded(row, args, decoders);
      if (values === undefined) return 0;
      const result = call(...values);
      if (typeof result === 'boolean') return result ? 1 : 0;
      return typeof result === 'bigint' || Number.isSafeInteger(result) ? (result as number | bigint) : 0;
    } finally {
      callbacks.running--;
    }
  };
}

/** Undefined, with a process warning, if C passes something impossible, such as a count larger than memory. */
function decoded(
  row: CallbackRow,
  args: readonly Argument[],
  decoders: readonly ((value: Argument) => unknown)[],
): unknown[] | undefined {
  try {
    return decoders.map((decode, i) => decode(args[i]));
  } catch (error) {
    const { message } = publicError(error, row.name, decoded) as Error;
    process.emitWarning(`what C passed to a callback cannot be read: ${message}`, 'KoffiVulkanWarning');
    return undefined;
  }
}
