// Finds the folder of a registry: the given one, or else one with the files that ffi/ was generated from.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCK, readLock } from './lock.ts';
import { NAMES, VALID_USAGE } from './read.ts';

/** Where registries may be: VULKAN_REGISTRY, beside the checkout, in a Vulkan SDK, in Debian's libvulkan-dev. */
function places(): string[] {
  const { VULKAN_REGISTRY: named, VULKAN_SDK: sdk } = process.env;
  return [
    ...(named ? [named] : []),
    fileURLToPath(new URL('../../../shared/registry', import.meta.url)),
    ...(sdk ? [join(sdk, 'share/vulkan/registry')] : []),
    '/usr/share/vulkan/registry',
  ];
}

const isRegistry = (folder: string): boolean => NAMES.every(name => existsSync(join(folder, name)));

/** Whether the files in the folder have the checksums of the lock. */
function isLocked(folder: string, lock: string): boolean {
  const there = [...NAMES, VALID_USAGE].filter(name => existsSync(join(folder, name)));
  return there.every(name => {
    const sum = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    return lock.includes(`${name} sha256 ${sum}\n`);
  });
}

function described(folder: string): string {
  if (!isRegistry(folder)) return `${folder} (not there)`;
  const header = /<name>VK_HEADER_VERSION<\/name> (\d+)/.exec(
    readFileSync(join(folder, NAMES[0]), 'utf8'),
  )?.[1];
  return `${folder} (header version ${header})`;
}

/**
 * @param given a folder with a registry of any version
 * @returns that folder; if none is given, the first folder with the lock's files, by their checksums
 * @throws Error that says what was searched and where
 */
export function registryFolder(given?: string): string {
  if (given !== undefined) {
    if (isRegistry(given)) return given;
    throw new Error(`${given}: expected a folder with ${NAMES.join(' and ')}`);
  }
  const lock = readLock();
  const found = places().find(folder => isRegistry(folder) && isLocked(folder, lock));
  if (found !== undefined) return found;
  const version = /^version (.*)$/m.exec(lock)?.[1];
  throw new Error(
    `no registry ${version} with the checksums of ${LOCK} in ${places().map(described).join(', ')}: name its folder as the argument or in VULKAN_REGISTRY; it is registry/ of Vulkan-Headers v${version}`,
  );
}
