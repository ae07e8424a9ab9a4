// koffi-vulkan/embedded: a small Vulkan driver in TypeScript, to test Vulkan code where there is no GPU.
//
//   import { loadVulkan, VkExternalMemoryHandleTypeFlagBits as HandleType } from 'koffi-vulkan';
//   import { createEmbeddedDriver } from 'koffi-vulkan/embedded';
//
//   const driver = createEmbeddedDriver();
//   const { getInstanceProcAddr } = driver;
//   const instance = loadVulkan({ getInstanceProcAddr }).createInstance({});
//   const [gpu] = instance.enumeratePhysicalDevices();
//   console.log(gpu.getPhysicalDeviceProperties().deviceName); // embedded driver (simulated)
import { userCall } from '../errors/user-call.ts';
import { checkOptions } from '../native/options.ts';
import { EmbeddedDriver, type EmbeddedDriverOptions } from './driver.ts';

export type { CommandFunction, EmbeddedDriver, EmbeddedDriverOptions, FailureOptions } from './driver.ts';
export type { ExternalOptions } from './sharing/outside-objects.ts';

/**
 * Makes a Vulkan driver in this process: real C functions behind a vkGetInstanceProcAddr, real shared memory, no GPU.
 *
 * It has instances, devices, queues, memory with import and export, buffers, images, transfers, barriers, fences,
 * semaphores and debug messengers, of Vulkan 1.3; no pipelines, descriptors, queries or surfaces: those commands
 * have no address.
 * @param options how many physical devices it has
 * @returns the driver, the caller's to dispose of when nothing calls it any more
 *
 * @example
 * using driver = createEmbeddedDriver({ physicalDevices: 2 });
 * const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
 */
export const createEmbeddedDriver = userCall(function createEmbeddedDriver(
  options: EmbeddedDriverOptions = {},
): EmbeddedDriver {
  checkOptions('createEmbeddedDriver.options', options, ['physicalDevices']);
  return new EmbeddedDriver(options);
});
