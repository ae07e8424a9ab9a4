// Checks wishes for an instance or a device before anything is asked.
import { ours } from '../errors/user-call.ts';
import { checkNames, checkOptions, checkVersion } from '../native/options.ts';
import { registry } from '../registry/registry.ts';

interface Wish {
  readonly apiVersion?: number;
  readonly extensions?: readonly string[];
}

const RESOLVERS = { instance: 'resolveInstance', device: 'resolveDevice' } as const;

/**
 * Throws a TypeError with the path of what cannot be a wish.
 * @param kind whether it is for an instance or a device
 * @param lists its members that are arrays of names, besides `extensions`
 * @returns a copy
 */
export function checkWish<T extends Wish>(
  path: string,
  wish: T,
  kind: 'instance' | 'device',
  lists: readonly string[],
): T {
  const arrays = ['extensions', ...lists];
  const given = checkOptions<unknown>(path, wish, ['apiVersion', ...arrays]) as Record<string, unknown>;
  checkVersion(`${path}.apiVersion`, given.apiVersion ?? 0);
  for (const name of arrays)
    if (given[name] !== undefined) given[name] = checkNames(`${path}.${name}`, given[name]);
  const wanted = given as T;
  const { extensions = [] } = wanted;
  for (const [i, name] of extensions.entries()) {
    const other = registry.extension(name)?.kind ?? kind;
    if (other !== kind)
      throw ours(
        new TypeError(
          `${path}.extensions[${i}]: ${name} is an extension of ${other}s: pass it to ${RESOLVERS[other]}`,
        ),
      );
  }
  return wanted;
}
