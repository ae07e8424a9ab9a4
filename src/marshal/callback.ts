// In: a callback row and the user's function.
// Out: what koffi calls: arguments decoded to JS, result as C wants it, no exception lost.

import { callbacks } from '../handles/busy.ts';
import type { Scope } from '../handles/scope.ts';
import { unregisterCallback } from '../native/callback.ts';
import { registry } from '../registry/registry.ts';
import type { CallbackRow, Member, StructRow } from '../registry/rows.ts';
import { decodePointee, stringOrNull } from './decode.ts';
import { scalarCodec } from './scalar.ts';

/** Takes a callback's address away; from within one, when C has left it. */
export function unregister(address: bigint): void {
  if (callbacks.running > 0) setImmediate(() => unregister(address));
  else {
    callbacks.known--;
    unregisterCallback(address);
  }
}

const holders = new Map<string, boolean>();

/** Whether a struct, or one that it points to or that may extend it, has members for functions that C may call. */
export function holdsCallbacks(row: StructRow): boolean {
  let known = holders.get(row.name);
  if (known === undefined) {
    // A struct may hold itself.
    holders.set(row.name, false);
    known =
      row.members.some(m => {
        const fact = registry.fact(m.base);
        return fact.kind === 'callback' || (fact.kind === 'struct' && holdsCallbacks(fact.row));
      }) || row.extendedBy.some(name => holdsCallbacks(registry.struct(name)));
    holders.set(row.name, known);
  }
  return known;
}

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
export function callbackTrampoline(
  row: CallbackRow,
  fn: (...args: unknown[]) => unknown,
  scope: Scope | undefined,
) {
  const decoders = row.params.map(p => decoderOf(p, scope));
  return (...args: Argument[]): number | bigint => {
    callbacks.running++;
    try {
      const result = fn(...decoders.map((decode, i) => decode(args[i])));
      if (typeof result === 'boolean') return result ? 1 : 0;
      return typeof result === 'bigint' || Number.isSafeInteger(result) ? (result as number | bigint) : 0;
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
      return 0;
    } finally {
      callbacks.running--;
    }
  };
}
