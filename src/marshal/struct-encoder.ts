// Encoders of structs by name. A struct may hold itself, so what encodes a member finds the struct's encoder here, and
// encode.ts, which stands above, says how one is made.
import type { Chunk } from '../native/argument-memory.ts';
import type { StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';

/** Writes a value at a place that was reserved and is zero. */
export type StructEncoder = (call: Call, chunk: Chunk, at: number, value: unknown) => void;

/** The encoder of a struct or union; encode.ts puts it here. */
export const nested: { encoder: (row: StructRow) => StructEncoder } = {
  encoder() {
    throw new Error('marshal/encode.ts is not loaded');
  },
};
