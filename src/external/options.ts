// The objects of options that helpers take: what is wrong in one is an error that names its path.
import { ours } from '../errors/user-call.ts';

const describe = (value: unknown): string =>
  Array.isArray(value)
    ? 'an array'
    : value === null || typeof value !== 'object'
      ? (JSON.stringify(value) ?? String(value))
      : 'an object';

/** Throws unless it is an object without a member that nobody knows: a typo would be left out without a word. */
export function checkOptions<T extends object>(
  options: T,
  path: string,
  known: readonly (T extends unknown ? keyof T & string : never)[],
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw ours(new TypeError(`${path}: expected { ${known.join(', ')} }, got ${describe(options)}`));
  for (const name of Object.keys(options))
    if (!(known as readonly string[]).includes(name))
      throw ours(new TypeError(`${path}.${name}: there is no such option; there are ${known.join(', ')}`));
}

/** Throws unless it is { width, height }, each an integer above zero. */
export function checkExtent(extent: { width: number; height: number }, path: string): void {
  checkOptions(extent, path, ['width', 'height']);
  checkCount(extent.width, `${path}.width`);
  checkCount(extent.height, `${path}.height`);
}

/** Throws unless it is an integer above zero that 32 bits hold. */
export function checkCount(value: unknown, path: string): void {
  if (!Number.isInteger(value))
    throw ours(new TypeError(`${path}: expected an integer, got ${describe(value)}`));
  if ((value as number) < 1 || (value as number) > 0xffff_ffff)
    throw ours(new RangeError(`${path}: expected 1 to 4294967295, got ${value}`));
}

/** A number of 64 bits, given as a bigint or a safe integer. */
export function uint64Of(value: unknown, path: string, least: 0n | 1n): bigint {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value))
    throw ours(new TypeError(`${path}: expected a bigint or a safe integer, got ${describe(value)}`));
  const number = BigInt(value as bigint | number);
  if (number < least || number >= 2n ** 64n)
    throw ours(new RangeError(`${path}: expected ${least} to 2^64 - 1, got ${number}`));
  return number;
}
