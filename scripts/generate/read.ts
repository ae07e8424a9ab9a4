// In: a folder that holds vk.xml and video.xml, or nothing.
// Out: both files' trees and what the lock pins of them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Element, parseXml } from './xml.ts';

export interface Sources {
  readonly files: { readonly name: string; readonly root: Element; readonly sha256: string }[];
}

const NAMES = ['vk.xml', 'video.xml'];

/** Where a Vulkan SDK and Debian's libvulkan-dev put the registry. */
export function registryFolder(given: string | undefined): string {
  const sdk = process.env.VULKAN_SDK;
  const tried =
    given !== undefined
      ? [given]
      : [...(sdk ? [join(sdk, 'share/vulkan/registry')] : []), '/usr/share/vulkan/registry'];
  const found = tried.find(folder => NAMES.every(name => existsSync(join(folder, name))));
  if (found !== undefined) return found;
  throw new Error(
    `no folder with vk.xml and video.xml: tried ${tried.join(', ')}. ` +
      'Name one (npm run generate -- <folder>), set VULKAN_SDK, or install libvulkan-dev.',
  );
}

export function read(folder: string): Sources {
  const files = NAMES.map(name => {
    const bytes = readFileSync(join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { name, root: parseXml(bytes.toString('utf8'), name), sha256 };
  });
  return { files };
}
