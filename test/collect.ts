// Runs the garbage collector when a test asks for it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Collects twice: what the first collection frees may have kept other objects alive. */
export function collect(): void {
  gc();
  gc();
}
