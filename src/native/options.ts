// Checks of options: one that nobody knows is a typo.
import { ours } from '../errors/user-call.ts';
import { API_VERSION_1_0 } from '../registry/version.ts';
import { describe } from './argument-error.ts';
import { isArray } from './bytes.ts';

/** Throws a TypeError that names the path unless it is an object with nothing but these properties. */
export function checkOptions(path: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || isArray(options))
    throw ours(
      new TypeError(`${path}: expected an object with ${known.join(', ')}, got ${describe(options)}`),
    );
  const unknown = Object.keys(options).find(key => !known.includes(key));
  if (unknown !== undefined)
    throw ours(new TypeError(`${path}.${unknown}: unknown, expected one of ${known.join(', ')}`));
}

/** Throws a TypeError that names the path unless it is an array of strings. */
export function checkNames(path: string, names: unknown): void {
  if (!isArray(names))
    throw ours(new TypeError(`${path}: expected an array of names, got ${describe(names)}`));
  const i = names.findIndex(name => typeof name !== 'string');
  if (i >= 0) throw ours(new TypeError(`${path}[${i}]: expected a name, got ${describe(names[i])}`));
}

/** Throws a TypeError that names the path unless it is a version as Vulkan packs it; 0 stands for 1.0. */
export function checkVersion(path: string, version: unknown): void {
  const isPacked = Number.isInteger(version) && (version as number) >= API_VERSION_1_0;
  if (version !== 0 && !(isPacked && (version as number) < 2 ** 32))
    throw ours(
      new TypeError(
        `${path}: expected a version as API_VERSION_1_3 or makeApiVersion gives it, got ${describe(version)}`,
      ),
    );
}

/** Throws a TypeError that names the path unless it is a mask of flags, 32 bits wide. */
export function checkFlags(path: string, flags: unknown, bits: string): void {
  if (!Number.isInteger(flags) || (flags as number) < 0 || (flags as number) >= 2 ** 32)
    throw ours(new TypeError(`${path}: expected flags of ${bits}, got ${describe(flags)}`));
}
