// Tells pipes and devices from regular files: opening a pipe can wait for ever, and reading /dev/zero never ends.
import { type Stats, statSync } from 'node:fs';

/** Undefined where nothing can be found, which whoever opens it reports. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

export const isIrregularFile = (path: string): boolean => statsOf(path)?.isFile() === false;

export const isPipe = (path: string): boolean => statsOf(path)?.isFIFO() === true;
