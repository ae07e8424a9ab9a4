// Reads and checks options: each is read once, an unknown one is a typo, and what a getter throws is told with its path.
import { isArray, isRecord } from '../errors/bytes.ts';
import { describe, memberPath } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { ArgumentError, argumentErrorOf, lengthOf } from './argument-error.ts';
import { UINT64_MAX } from './uint64.ts';
import { API_VERSION_1_0 } from './version.ts';

/** Runs code of the script: what a getter or the trap of a Proxy throws becomes the cause of an error with the path. */
export function readAt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw argumentErrorOf(error).toError(path);
  }
}

/** Reads these members of an object, each once. @returns those that are not undefined */
export function readMembers<T extends object>(path: string, object: T, names: readonly string[]): T {
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const value = readAt(`${path}.${name}`, () => (object as Record<string, unknown>)[name]);
    if (value !== undefined) read[name] = value;
  }
  return read as T;
}

/** Copies an array, or an object's own members, which are read once. */
export const copyAt = <T extends object>(path: string, value: T): T =>
  readAt(path, () => (isArray(value) ? copyOfArray(value) : { ...value }) as T);

/** More than any list of options has: to copy an array of four billion holes would end the process. */
const MOST_ELEMENTS = 2 ** 16;

function copyOfArray(list: readonly unknown[]): unknown[] {
  const length = lengthOf(list);
  if (length > MOST_ELEMENTS)
    throw new ArgumentError('range', `expected at most ${MOST_ELEMENTS} elements, got ${length}`);
  return Array.from({ length }, (_, i) => list[i]);
}

/**
 * Throws a TypeError that names the path unless it is an object with nothing but these properties.
 * @returns a copy with those that are given
 */
export function checkOptions<T>(
  path: string,
  options: T,
  known: readonly (T extends object ? keyof T & string : string)[],
): T {
  if (!isRecord(options))
    throw ours(new TypeError(`${path}: expected { ${known.join(', ')} }, got ${describe(options)}`));
  const keys = readAt(path, () => Object.keys(options));
  const unknown = keys.find(key => !(known as readonly string[]).includes(key));
  if (unknown !== undefined)
    throw ours(
      new TypeError(`${path}${memberPath(unknown)}: there is no such option; there are ${known.join(', ')}`),
    );
  return readMembers(path, options, known) as T;
}

/** Throws unless it is `{ width, height }`, each an integer above zero. @returns a copy */
export function checkExtent<T extends { width: number; height: number }>(path: string, extent: T): T {
  const size = checkOptions<{ width: number; height: number }>(path, extent, ['width', 'height']);
  checkCount(`${path}.width`, size.width);
  checkCount(`${path}.height`, size.height);
  return size as T;
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

/** A copy of the list of structs of a chain, which may be left out; throws a TypeError that names the path unless it is an array. */
export function chainOf<T>(path: string, pNext: readonly T[] | null | undefined): readonly T[] {
  const chain = pNext ?? [];
  if (!isArray(chain))
    throw ours(new TypeError(`${path}: expected an array of structs, got ${describe(chain)}`));
  return copyAt(path, chain);
}

/** Throws a TypeError that names the path unless it is an array of strings. @returns a copy */
export function checkNames(path: string, names: unknown): string[] {
  if (!isArray(names))
    throw ours(new TypeError(`${path}: expected an array of names, got ${describe(names)}`));
  const copy = copyAt(path, names);
  const i = copy.findIndex(name => typeof name !== 'string');
  if (i >= 0) throw ours(new TypeError(`${path}[${i}]: expected a name, got ${describe(copy[i])}`));
  return copy as string[];
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
