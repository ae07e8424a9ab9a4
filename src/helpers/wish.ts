// What an instance or a device shall have, as a program writes it: checked before anything is asked.
import { ours } from '../errors/user-call.ts';
import { checkNames, checkOptions, checkVersion } from '../native/options.ts';
import { registry } from '../registry/registry.ts';

interface Wish {
  readonly apiVersion?: number;
  readonly extensions?: readonly string[];
}

const RESOLVERS = { instance: 'resolveInstance', device: 'resolveDevice' } as const;

/**
 * Throws a TypeError that names the path to what cannot be a wish.
 * @param kind what it is a wish of
 * @param lists its members, besides `extensions`, that are arrays of names
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
          `${path}.extensions[${i}]: ${name} is an extension of ${other}s: ${RESOLVERS[other]} takes it`,
        ),
      );
  }
}
