// Checks of what a helper is given: an option that it does not know is a typo.
import { describe } from '../native/argument-error.ts';

/** Throws a TypeError that names the path unless it is an object with nothing but these properties. */
export function checkOptions(path: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${path}: expected an object with ${known.join(', ')}, got ${describe(options)}`);
  const unknown = Object.keys(options).find(key => !known.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`${path}.${unknown}: unknown, expected one of ${known.join(', ')}`);
}
