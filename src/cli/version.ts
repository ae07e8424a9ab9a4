// The versions of this package, of the registry that it was generated from, and of koffi.
import { readFileSync } from 'node:fs';
import { REGISTRY_VERSION } from '../index.ts';

export { koffiVersion } from '../native/koffi.ts';

/** package.json is two folders up in a checkout, and one or two up from the built file. */
export function versionText(): string {
  for (const path of ['../package.json', '../../package.json'])
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (name === 'koffi-vulkan') return `koffi-vulkan ${version}, Vulkan registry ${REGISTRY_VERSION}`;
    } catch {}
  return `koffi-vulkan, Vulkan registry ${REGISTRY_VERSION}`;
}
