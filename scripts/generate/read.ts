// Finds the registry's folder and reads vk.xml, video.xml and, where it is there, validusage.json.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidUsage } from './valid-usage.ts';
import { type Element, parseXml } from './xml.ts';

export interface Sources {
  readonly files: { readonly name: string; readonly root: Element; readonly sha256: string }[];
  /** Undefined where the folder has no validusage.json: older headers and Vulkan-Headers' releases may lack it. */
  readonly validUsage?: { readonly name: string; readonly usage: ValidUsage; readonly sha256: string };
}

const NAMES = ['vk.xml', 'video.xml'];
export const VALID_USAGE = 'validusage.json';

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
  const bytesOf = (name: string) => {
    const bytes = readFileSync(join(folder, name));
    return { text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const files = NAMES.map(name => {
    const { text, sha256 } = bytesOf(name);
    return { name, root: parseXml(text, name), sha256 };
  });
  if (!existsSync(join(folder, VALID_USAGE))) return { files };
  const { text, sha256 } = bytesOf(VALID_USAGE);
  return { files, validUsage: { name: VALID_USAGE, usage: JSON.parse(text) as ValidUsage, sha256 } };
}
