// The text of one small program, written as ESM, CommonJS and TypeScript users write it.

/**
 * The way from a HANDLE to its memory types; valid JavaScript and strictly typed TypeScript. It asks often enough for
 * the method to be compiled.
 */
const ASK = `
const driver = createEmbeddedDriver();
const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
const instance = vulkan.createInstance({});
const [gpu] = instance.enumeratePhysicalDevices();
if (gpu === undefined) throw new Error('no physical device');
const device = gpu.createDevice({
  pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
  ppEnabledExtensionNames: ['VK_KHR_external_memory_win32'],
});
const handle = driver.createExternalHandle(HandleType.D3D11_TEXTURE, { size: 65536 });
const ask = () => device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, handle);
const answer = Array.from({ length: 40 }, ask).at(-1);
device.destroyDevice();
instance.destroyInstance();
`;

const PRINT = 'console.log(JSON.stringify(answer));\n';

/** As a program of ESM or TypeScript; by default from the installed package. */
export const importing = (main = 'koffi-vulkan', embedded = 'koffi-vulkan/embedded'): string =>
  `import { loadVulkan, VkExternalMemoryHandleTypeFlagBits as HandleType } from '${main}';
import { createEmbeddedDriver } from '${embedded}';
${ASK}${PRINT}`;

export const requiring = `'use strict';
const { loadVulkan, VkExternalMemoryHandleTypeFlagBits: HandleType } = require('koffi-vulkan');
const { createEmbeddedDriver } = require('koffi-vulkan/embedded');
${ASK}${PRINT}`;

/** For what follows `import` and `require` into one file: both have to lead to the same classes. */
export const mixed = `import { Device } from 'koffi-vulkan';
import required from './required.cjs';
${importing()}if (required !== Device || !(device instanceof Device)) throw new Error('there are two classes Device');
`;
export const required = `module.exports = require('koffi-vulkan').Device;\n`;

/** One process that has the package both ways: prints which exports are the same, and what the main entry loaded. */
export const bothWays = (entries: readonly string[]): string => `'use strict';
require('koffi-vulkan');
const loaded = Object.keys(require.cache).map(file => file.replace(/.*[\\\\/]/, ''));
const same = async entry => {
  const [required, imported] = [require(entry), await import(entry)];
  const names = Object.keys(required).sort();
  return names.join() === Object.keys(imported).sort().join() && names.every(name => required[name] === imported[name]);
};
(async () => {
  const entries = {};
  for (const entry of ${JSON.stringify(entries)}) entries[entry] = await same(entry);
  const { loadVulkan, VkExternalMemoryHandleTypeFlagBits: HandleType } = require('koffi-vulkan');
  const { createEmbeddedDriver } = await import('koffi-vulkan/embedded');
  ${ASK.trim().replaceAll('\n', '\n  ')}
  const { Device, Instance } = await import('koffi-vulkan');
  const instances = device instanceof Device && instance instanceof Instance;
  console.log(JSON.stringify({ entries, instances, loaded }));
})();
`;

/** Types that are no `any`, under every kind of module resolution. */
export const typed = `import {
  type Device, loadVulkan, type PhysicalDevice, VkFormat, type VkImageCreateInfo, VkStructureType,
} from 'koffi-vulkan';
import type { EmbeddedDriver } from 'koffi-vulkan/embedded';
import type * as win32 from 'koffi-vulkan/win32';

export type Win32 = typeof win32;
export const extent: VkImageCreateInfo['extent'] = { width: 1, height: 1, depth: 1 };
export const format: 9 = VkFormat.R8_UNORM;
export function wrong(device: Device, driver: EmbeddedDriver, helpers: Win32): void {
  // @ts-expect-error the handle is missing
  device.getMemoryWin32HandlePropertiesKHR(8);
  // @ts-expect-error no such option
  loadVulkan({ libary: 'libvulkan.so.1' });
  // @ts-expect-error no such method
  driver.createExternalHandel(8);
  // @ts-expect-error no such helper
  helpers.importMemoryWin23;
}
/** What it returns can be named in the declarations of the program. */
export function identified(gpu: PhysicalDevice) {
  return gpu.getPhysicalDeviceProperties2({ pNext: [VkStructureType.PHYSICAL_DEVICE_ID_PROPERTIES] });
}
export function disposed(device: Device): void {
  using open = device;
  open.deviceWaitIdle();
}
`;

/** One class for both module kinds, where a compiler tells them apart. */
export const typedBothWays = `${typed}
import type { Device as Imported } from 'koffi-vulkan' with { 'resolution-mode': 'import' };
import type { Device as Required } from 'koffi-vulkan' with { 'resolution-mode': 'require' };

export const there = (device: Imported): Required => device;
export const back = (device: Required): Imported => device;
`;

/** A package of a monorepo that has its own copy. */
export const member = `import { loadVulkan, VkExternalMemoryHandleTypeFlagBits as HandleType } from 'koffi-vulkan';
import { createEmbeddedDriver } from 'koffi-vulkan/embedded';
export { Device } from 'koffi-vulkan';
export { createEmbeddedDriver };
export function ask(given) {${ASK.replace('= create', '= given ?? create').replaceAll('\n', '\n  ')}return answer;
}
`;

/** Loads two such packages and prints what they answer, the same answer once. */
export const monorepo = (
  calls: readonly string[],
): string => `import * as one from './packages/one/index.mjs';
import * as two from './packages/two/index.mjs';
if (one.Device === two.Device) throw new Error('one copy was loaded, not two');
const answers = [${calls.join(', ')}].map(answer => JSON.stringify(answer));
console.log([...new Set(answers)].join(' and '));
`;

/** All that the programs need beyond the language: a user may have neither lib.dom nor @types/node. */
export const globals = 'declare const console: { log(text: string): void };\n';
