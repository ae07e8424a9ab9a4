// Writes to standard error at once, which process.stderr does not do everywhere: the process may end right after.
import { writeSync } from 'node:fs';

/**
 * Makes a function that writes text to standard error and never throws. It uses nothing outside itself, because its source
 * text also runs in another thread.
 * @param write node:fs's `writeSync`
 */
export function stderrWriter(write: typeof writeSync): (text: string) => void {
  /** Milliseconds to wait for a reader that takes nothing; it is not waited for again until it reads. */
  const LONGEST = 5000;
  let patience = LONGEST;
  return text => {
    try {
      let waited = 0;
      for (let left: Uint8Array = new TextEncoder().encode(text); left.length > 0; )
        try {
          left = left.subarray(write(2, left));
          waited = 0;
          patience = LONGEST;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || waited++ >= patience) throw error;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
    } catch {
      // The reader has gone, reads nothing, or the disk is full: nobody can be told.
      patience = 0;
    }
  };
}

/** Writes text to standard error. */
export const writeStderr = stderrWriter(writeSync);
