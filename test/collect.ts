// The garbage collector, asked for by a test.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Collects all that nobody holds, and what only that held. */
export function collect(): void {
  gc();
  gc();
}
