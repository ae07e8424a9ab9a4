// Encodes a value, and returns all bytes and the handles that it uses, or the message of its error.
import { ValidUsageError } from '../../src/errors/errors.ts';
import type { LiveHandle } from '../../src/handles/live.ts';
import type { Scope } from '../../src/handles/scope.ts';
import { Call } from '../../src/marshal/call.ts';
import type { StructEncoder } from '../../src/marshal/struct-encoder.ts';
import { ArgumentError } from '../../src/native/argument-error.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { layoutOf } from '../../src/native/row-types.ts';
import type { StructRow } from '../../src/registry/rows.ts';

export function encoded(encode: StructEncoder, row: StructRow, scope: Scope, value: unknown): string {
  const stack = argumentStack();
  const call = Call.begin({ identity: { scope } } as never, true);
  try {
    const at = stack.reserve(layoutOf(row).size);
    encode(call, stack.chunk, at, value);
    // What it uses counts as much: under a promise form or a callback it must not be destroyed.
    const used = (call.used as LiveHandle[]).map(({ type, handle }) => `${type} ${handle}`).sort();
    return `${Buffer.from(stack.chunk.u8.slice(0, stack.top)).toString('hex')} ${used.join()}`;
  } catch (error) {
    if (error instanceof ArgumentError) return error.toError(row.name).toString();
    if (error instanceof ValidUsageError) return error.toString();
    throw error;
  } finally {
    call.end();
  }
}
