// Checks of options: one that nobody knows is a typo.
import { describe } from './argument-error.ts';
import { isArray } from './bytes.ts';

/** Throws a TypeError that names the path unless it is an object with nothing but these properties. */
export function checkOptions(path: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || isArray(options))
    throw new TypeError(`${path}: expected an object with ${known.join(', ')}, got ${describe(options)}`);
  const unknown = Object.keys(options).find(key => !known.includes(key));
  if (unknown !== undefined)
    throw new TypeError(`${path}.${unknown}: unknown, expected one of ${known.join(', ')}`);
}

/** Throws a TypeError that names the path unless it is an array of strings. */
export function checkNames(path: string, names: unknown): void {
  if (!isArray(names) || !names.every(name => typeof name === 'string'))
    throw new TypeError(`${path}: expected an array of names, got ${describe(names)}`);
}
