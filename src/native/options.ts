// Checks options: an unknown one is a typo.
import { isArray, isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { UINT64_MAX } from './uint64.ts';
import { API_VERSION_1_0 } from './version.ts';

/** Throws a TypeError that names the path unless it is an object with nothing but these properties. */
export function checkOptions<T>(
  path: string,
  options: T,
  known: readonly (T extends object ? keyof T & string : string)[],
): void {
  if (!isRecord(options))
    throw ours(new TypeError(`${path}: expected { ${known.join(', ')} }, got ${describe(options)}`));
  const unknown = Object.keys(options).find(key => !(known as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw ours(new TypeError(`${path}.${unknown}: there is no such option; there are ${known.join(', ')}`));
}

/** Throws unless it is `{ width, height }`, each an integer above zero. */
export function checkExtent(path: string, extent: { width: number; height: number }): void {
  checkOptions(path, extent, ['width', 'height']);
  checkCount(`${path}.width`, extent.width);
  checkCount(`${path}.height`, extent.height);
}

/** Throws unless it is an integer above zero that 32 bits hold. */
export function checkCount(path: string, value: unknown): void {
  if (!Number.isInteger(value))
    throw ours(new TypeError(`${path}: expected an integer, got ${describe(value)}`));
  if ((value as number) < 1 || (value as number) > 0xffff_ffff)
    throw ours(new RangeError(`${path}: expected 1 to 4294967295, got ${value}`));
}

/** An unsigned 64-bit integer from a bigint or a safe integer. */
export function uint64Of(path: string, value: unknown, least: 0n | 1n): bigint {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value))
    throw ours(new TypeError(`${path}: expected a bigint or a safe integer, got ${describe(value)}`));
  const number = BigInt(value as bigint | number);
  if (number < least || number > UINT64_MAX)
    throw ours(new RangeError(`${path}: expected ${least} to 2^64 - 1, got ${number}`));
  return number;
}

/** Throws a TypeError that names the path unless it can be a handle that is no object: a bigint. */
export function checkHandle(path: string, handle: unknown, type: string): void {
  if (typeof handle !== 'bigint')
    throw ours(new TypeError(`${path}: expected a ${type}, got ${describe(handle)}`));
}

/** The structs of a chain, which may be left out; throws a TypeError that names the path unless it is an array. */
export function chainOf<T>(path: string, pNext: readonly T[] | null | undefined): readonly T[] {
  const chain = pNext ?? [];
  if (!isArray(chain))
    throw ours(new TypeError(`${path}: expected an array of structs, got ${describe(chain)}`));
  return chain;
}

/** Throws a TypeError that names the path unless it is an array of strings. */
export function checkNames(path: string, names: unknown): void {
  if (!isArray(names))
    throw ours(new TypeError(`${path}: expected an array of names, got ${describe(names)}`));
  const i = names.findIndex(name => typeof name !== 'string');
  if (i >= 0) throw ours(new TypeError(`${path}[${i}]: expected a name, got ${describe(names[i])}`));
}

/** Throws a TypeError that names the path unless it is a packed version; 0 means 1.0. */
export function checkVersion(path: string, version: unknown): void {
  const isPacked = Number.isInteger(version) && (version as number) >= API_VERSION_1_0;
  if (version !== 0 && !(isPacked && (version as number) < 2 ** 32))
    throw ours(
      new TypeError(
        `${path}: expected a version such as API_VERSION_1_3 or the result of makeApiVersion, got ${describe(version)}`,
      ),
    );
}

/** Throws a TypeError that names the path unless it is a mask of flags, 32 bits wide. */
export function checkFlags(path: string, flags: unknown, bits: string): void {
  if (!Number.isInteger(flags) || (flags as number) < 0 || (flags as number) >= 2 ** 32)
    throw ours(new TypeError(`${path}: expected flags of ${bits}, got ${describe(flags)}`));
}
