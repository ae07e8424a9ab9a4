// The GPUs that Vulkan enumerates, of all drivers or of one, or the reason why there are none.

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

export interface Gpu {
  readonly name: string;
  readonly type: string;
  readonly version: string;
}

/** The GPUs, and what was found on the way to them. */
export interface Found {
  /** Each library that could not be opened, with the system's reason. */
  readonly tried: readonly { readonly path: string; readonly reason: string }[];
  readonly vulkan?: Vulkan;
  /** The loader's version. */
  readonly version?: string;
  readonly gpus: readonly Gpu[];
  /** Why there is no GPU. */
  readonly fault?: string;
}

/** Variables that the loader reads in each vkCreateInstance; newer loaders read the first, older ones the second. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

/**
 * @param manifest of a driver, to ask that one alone
 * @param pipe a file for which the loader would wait for ever, so it is not asked
 */
export function gpusOf(manifest?: string, pipe?: string): Found {
  const before = DRIVER_VARIABLES.map(name => process.env[name]);
  if (manifest !== undefined) {
    for (const name of DRIVER_VARIABLES.slice(0, 2)) process.env[name] = manifest;
    delete process.env[DRIVER_VARIABLES[2]];
  }
  try {
    return findGpus(pipe);
  } finally {
    for (const [i, name] of DRIVER_VARIABLES.entries()) {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    }
  }
}

function findGpus(pipe?: string): Found {
  let vulkan: Vulkan;
  try {
    vulkan = loadVulkan();
  } catch (error) {
    if (!(error instanceof LibraryNotFoundError)) throw error;
    return { tried: error.tried, gpus: [], fault: 'no Vulkan library could be opened' };
  }
  const found = { tried: [], vulkan, version: formatVersion(vulkan.instanceVersion) };
  if (pipe !== undefined)
    return { ...found, gpus: [], fault: `the loader is not asked, which would wait for ever for ${pipe}` };
  let instance: Instance | undefined;
  try {
    instance = vulkan.createInstance({ pApplicationInfo: { apiVersion: vulkan.instanceVersion } });
    const gpus = instance.enumeratePhysicalDevices().map(gpuOf);
    return gpus.length === 0 ? { ...found, gpus, fault: 'it enumerates no GPU' } : { ...found, gpus };
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

/** The system's reason why a library cannot be opened; undefined if it can. */
export function openFault(library: string): string | undefined {
  try {
    openLibrary(library);
    return undefined;
  } catch (error) {
    const reason = (error as Error).message.replace(/^Failed to load shared library: /, '');
    return reason.includes(library) ? reason : `${library}: ${reason}`;
  }
}
