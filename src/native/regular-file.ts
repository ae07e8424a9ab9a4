// What a path names that is no regular file: to open a pipe waits for ever, and to read /dev/zero never ends.
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
