// koffi-vulkan: every Vulkan command from TypeScript, with nothing compiled.
//
//   import { loadVulkan, VkExternalMemoryHandleTypeFlagBits as HandleType } from 'koffi-vulkan';
//
//   const instance = loadVulkan().createInstance({});
//   const [gpu] = instance.enumeratePhysicalDevices();
//   const device = gpu.createDevice({
//     pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
//     ppEnabledExtensionNames: ['VK_KHR_external_memory_win32'],
//   });
//   console.log(device.getMemoryWin32HandlePropertiesKHR(HandleType.D3D11_TEXTURE, sharedTextureHandle));
export * from '../ffi/rows/bitmasks.ts';
export * from '../ffi/rows/constants.ts';
export * from '../ffi/rows/enums.ts';
export type * from '../ffi/rows/flag-types.ts';
export { REGISTRY_VERSION } from '../ffi/rows/version.ts';
export type * from '../ffi/types/structs.ts';
export { NotAvailableError, ValidUsageError, VulkanError } from './errors/errors.ts';
export { explain, explainC } from './errors/explain.ts';
export { LibraryNotFoundError } from './native/library.ts';
export {
  API_VERSION_1_0,
  API_VERSION_1_1,
  API_VERSION_1_2,
  API_VERSION_1_3,
  API_VERSION_1_4,
  formatVersion,
  makeApiVersion,
} from './native/version.ts';
export type { AbortSignalLike, AsyncDevice, AsyncQueue, WaitOptions } from './objects/async.ts';
export { CommandBuffer } from './objects/command-buffer.ts';
export { Device } from './objects/device.ts';
export { Instance } from './objects/instance.ts';
export { type Leak, leaksOf, trackLeaks } from './objects/leaks.ts';
export { MappedMemory, mapMemory } from './objects/mapped-memory.ts';
export { PhysicalDevice } from './objects/physical-device.ts';
export { Queue } from './objects/queue.ts';
export { type LoadOptions, loadVulkan, Vulkan } from './objects/vulkan.ts';
