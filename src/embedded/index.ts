// koffi-vulkan/embedded: a small Vulkan driver in TypeScript, to test Vulkan code without a GPU.
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
 * Creates a Vulkan driver in this process: real C functions behind a vkGetInstanceProcAddr, real shared memory, no GPU.
 *
 * It implements Vulkan 1.3 with instances, devices, queues, memory import and export, buffers, images, transfers, barriers,
 * fences, semaphores and debug messengers. It has no pipelines, descriptors, queries or surfaces: those commands have no
 * address.
 * @param options number of physical devices
 * @returns the driver, which the caller disposes of when nothing calls it any more
 *
 * @example
 * using driver = createEmbeddedDriver({ physicalDevices: 2 });
 * const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
 */
export const createEmbeddedDriver = userCall(function createEmbeddedDriver(
  options: EmbeddedDriverOptions = {},
): EmbeddedDriver {
  return new EmbeddedDriver(checkOptions('createEmbeddedDriver.options', options, ['physicalDevices']));
});
