// The GPUs that Vulkan gives, all of them or those of one driver, or the reason why it gives none.

import {
  explain,
  formatVersion,
  type Instance,
  LibraryNotFoundError,
  loadVulkan,
  type PhysicalDevice,
  type Vulkan,
} from '../../index.ts';
import { openLibrary } from '../../native/koffi.ts';
import { instanceVersion } from '../open.ts';

export interface Gpu {
  readonly name: string;
  readonly type: string;
  readonly version: string;
}

/** What was found on the way to the GPUs, as far as it led. */
export interface Found {
  /** Each library that was tried and did not open, with the system's reason. */
  readonly tried: readonly { readonly path: string; readonly reason: string }[];
  readonly vulkan?: Vulkan;
  /** The loader's version. */
  readonly version?: string;
  readonly gpus: readonly Gpu[];
  /** Why there is no GPU. */
  readonly fault?: string;
}

/** Variables that the loader reads at each vkCreateInstance: the first is that of newer ones. */
const CHOICE = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

/** @param manifest of the one driver to ask */
export function gpusOf(manifest?: string): Found {
  const before = CHOICE.map(name => process.env[name]);
  if (manifest !== undefined) {
    for (const name of CHOICE.slice(0, 2)) process.env[name] = manifest;
    delete process.env[CHOICE[2]];
  }
  try {
    return ask();
  } finally {
    for (const [i, name] of CHOICE.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
}

function ask(): Found {
  let vulkan: Vulkan;
  try {
    vulkan = loadVulkan();
  } catch (error) {
    if (!(error instanceof LibraryNotFoundError)) throw error;
    return { tried: error.tried, gpus: [], fault: 'no Vulkan library could be opened' };
  }
  const found = { tried: [], vulkan, version: formatVersion(instanceVersion(vulkan)) };
  let instance: Instance | undefined;
  try {
    instance = vulkan.createInstance({ pApplicationInfo: { apiVersion: instanceVersion(vulkan) } });
    const gpus = instance.enumeratePhysicalDevices().map(gpuOf);
    return gpus.length === 0 ? { ...found, gpus, fault: 'it finds no GPU of its own' } : { ...found, gpus };
  } catch (error) {
    return { ...found, gpus: [], fault: (error as Error).message };
  } finally {
    instance?.destroyInstance();
  }
}

function gpuOf(gpu: PhysicalDevice): Gpu {
  const { deviceName, deviceType, apiVersion } = gpu.getPhysicalDeviceProperties();
  return {
    name: deviceName,
    type: explain('VkPhysicalDeviceType', deviceType),
    version: formatVersion(apiVersion),
  };
}

/** Why a library does not open, in the system's words; undefined where it does. */
export function openFault(library: string): string | undefined {
  try {
    openLibrary(library);
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.replace(/^Failed to load shared library: /, '');
    return reason.includes(library) ? reason : `${library}: ${reason}`;
  }
}
