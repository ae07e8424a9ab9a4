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
export * from '../ffi/bitmasks.ts';
export * from '../ffi/constants.ts';
export * from '../ffi/enums.ts';
export type * from '../ffi/types.ts';
export { REGISTRY_VERSION } from '../ffi/version.ts';
export type { AsyncDevice, AsyncQueue } from './async.ts';
export { CommandBuffer } from './command-buffer.ts';
export { Device } from './device.ts';
export { NotAvailableError, ValidUsageError, VulkanError } from './errors.ts';
export { explain, explainC } from './explain.ts';
export { Instance } from './instance.ts';
export { type Leak, leaksOf, trackLeaks } from './leaks.ts';
export { LibraryNotFoundError } from './library.ts';
export { MappedMemory, mapMemory } from './mapped-memory.ts';
export { PhysicalDevice } from './physical-device.ts';
export { Queue } from './queue.ts';
export {
  API_VERSION_1_0,
  API_VERSION_1_1,
  API_VERSION_1_2,
  API_VERSION_1_3,
  API_VERSION_1_4,
  formatVersion,
  makeApiVersion,
} from './version.ts';
export { type LoadOptions, loadVulkan, Vulkan } from './vulkan.ts';
