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
 */
export function checkWish(
  path: string,
  wish: Wish,
  kind: 'instance' | 'device',
  lists: readonly string[],
): void {
  checkOptions<unknown>(path, wish, ['apiVersion', 'extensions', ...lists]);
  const { apiVersion = 0, extensions = [] } = wish;
  checkVersion(`${path}.apiVersion`, apiVersion);
  for (const [name, names = []] of Object.entries(wish))
    if (name === 'extensions' || lists.includes(name)) checkNames(`${path}.${name}`, names);
  for (const [i, name] of extensions.entries()) {
    const other = registry.extension(name)?.kind ?? kind;
    if (other !== kind)
      throw ours(
        new TypeError(
          `${path}.extensions[${i}]: ${name} is an extension of ${other}s: pass it to ${RESOLVERS[other]}`,
        ),
      );
  }
}
