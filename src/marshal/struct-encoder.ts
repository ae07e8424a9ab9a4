// Where the encoder of a member finds the encoder of a struct: a struct may contain itself, so encode.ts, which imports
// the members' encoders, puts its function here.
import type { Chunk } from '../native/argument-memory.ts';
import type { StructRow } from '../registry/rows.ts';
import type { Call } from './call.ts';

/** Writes a value into reserved and zeroed memory. */
export type StructEncoder = (call: Call, chunk: Chunk, at: number, value: unknown) => void;

/** Gives the encoder of a struct or union; set by encode.ts. */
export const nested: { encoder: (row: StructRow) => StructEncoder } = {
  encoder() {
    throw new Error('marshal/encode.ts is not loaded');
  },
};
