// The type of a function that checks an encoded struct.
import type { Call } from './call.ts';

/** Checks an encoded struct, read back from its bytes; `chained` reads one back that is in its chain. */
export type StructCheck = (
  info: Readonly<Record<string, unknown>>,
  call: Call,
  chained: (struct: string) => Readonly<Record<string, unknown>> | undefined,
) => void;
