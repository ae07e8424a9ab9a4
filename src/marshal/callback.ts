// What C calls for a user's function: arguments decoded to JS, the result as C wants it, no exception lost.

import { callbackHolders } from '../../ffi/rows/callbacks.ts';
import { callbacks } from '../handles/busy.ts';
import type { Scope } from '../handles/scope.ts';
import { publicError } from '../native/argument-error.ts';
import { registerCallback, unregisterCallback } from '../native/callback.ts';
import { endAtOnceWhile } from '../native/exit.ts';
import { registry } from '../registry/registry.ts';
import type { CallbackRow, Member, StructRow } from '../registry/rows.ts';
import { decodePointee, stringOrNull } from './decode.ts';
import { scalarCodec } from './scalar.ts';

type Callback = (...args: unknown[]) => unknown;

/** A function that has an address; nothing is called any more once it was taken away. */
interface AddressedFunction {
  readonly address: bigint;
  call: Callback | undefined;
}

const addressed = new Map<bigint, AddressedFunction>();

/**
 * Those whose address was taken away, the latest last. A driver's thread may be on its way into one: it finds it
 * silent, where it would find nothing, and that ends the process.
 */
const retired: AddressedFunction[] = [];
const MAX_RETIRED = 64;
/** Whether C went on to call one of them. */
let calledLate = false;

/** Gives one of the script's functions an address, until `unregister`. */
export function createCallback(row: CallbackRow, fn: Callback, scope: Scope | undefined): bigint {
  const callback: { address: bigint; call: Callback | undefined } = { address: 0n, call: fn };
  callback.address = registerCallback(row, callbackTrampoline(row, callback, scope));
  addressed.set(callback.address, callback);
  callbacks.registered++;
  // A driver's thread, or what a driver does at the end, would call into an engine that is gone.
  endAtOnceWhile(outlivesEngine);
  return callback.address;
}

const outlivesEngine = () => callbacks.registered > 0 || calledLate;

/** Takes a callback's address away: it calls nothing any more. */
export function unregister(address: bigint): void {
  const callback = addressed.get(address)!;
  addressed.delete(address);
  callback.call = undefined;
  callbacks.registered--;
  retired.push(callback);
  free();
}

/** From within a callback not before C has left it. */
function free(): void {
  if (retired.length <= MAX_RETIRED) return;
  if (callbacks.running > 0) setImmediate(free);
  else unregisterCallback(retired.shift()!.address);
}

/** Whether a struct, or one that it points to or that may extend it, has members for functions that C may call. */
const holdsCallbacks = ({ name }: StructRow): boolean => callbackHolders.includes(`\n${name}\n`);

/** Whether a parameter takes functions that C may call. */
export function takesCallbacks(p: Member): boolean {
  const fact = registry.fact(p.base);
  return (
    fact.kind === 'callback' || (fact.kind === 'struct' && p.pointers === '*' && holdsCallbacks(fact.row))
  );
}

type Argument = number | bigint | null;

/** koffi gives a 64-bit argument as a number or a bigint, and 2^64 - 1 as -1. */
const unsigned = (value: Argument): bigint => BigInt.asUintN(64, BigInt(value ?? 0));

function decoderOf(p: Member, scope: Scope | undefined): (value: Argument) => unknown {
  const fact = registry.fact(p.base);
  if (p.pointers !== '') {
    if (p.base === 'char') return value => stringOrNull(unsigned(value));
    if (fact.kind === 'struct') return value => decodePointee(fact.row, unsigned(value), scope);
    return value => unsigned(value) || null;
  }
  if (fact.kind === 'bool') return value => value !== 0;
  const codec = scalarCodec(fact);
  if (codec !== undefined && codec.size < 8) return value => value;
  return unsigned;
}

/**
 * What the user's function throws is reported as an uncaught exception: the driver that called it could not carry
 * it, and to drop it would hide it.
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
    try {
      const values = decoded(row, args, decoders);
      if (values === undefined) return 0;
      const result = call(...values);
      if (typeof result === 'boolean') return result ? 1 : 0;
      return typeof result === 'bigint' || Number.isSafeInteger(result) ? (result as number | bigint) : 0;
    } catch (error) {
      // Not before C has the result: its thread waits for that.
      setImmediate(() => {
        throw error;
      });
      return 0;
    } finally {
      callbacks.running--;
    }
  };
}

/** Undefined, with a warning of the process, where C passes what cannot be: a count of more than there is memory. */
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
