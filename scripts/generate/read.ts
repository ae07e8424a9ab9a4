// Reads a registry's files: vk.xml, video.xml and, if there is one, validusage.json.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidUsage } from './valid-usage.ts';
import { type Element, parseXml } from './xml.ts';

export interface Sources {
  readonly files: { readonly name: string; readonly root: Element; readonly sha256: string }[];
  /** Undefined if the folder has no validusage.json, which some releases of Vulkan-Headers do not have. */
  readonly validUsage?: { readonly name: string; readonly usage: ValidUsage; readonly sha256: string };
}

export const NAMES = ['vk.xml', 'video.xml'];
export const VALID_USAGE = 'validusage.json';

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
