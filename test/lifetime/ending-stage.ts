// Opens the instance and the device on which the ways of ending a process are tried, and the calls that they share.
import { isMainThread, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { API_VERSION_1_3, loadVulkan, VkSemaphoreType, VkStructureType } from '../../src/index.ts';

/** koffi's own function, as `import { reset } from 'koffi'` gives it: saved before the library replaces it. */
export const { reset } = koffi;
if (process.argv[2] === 'few asynchronous calls')
  koffi.config({ resident_async_pools: 1, max_async_calls: 1, async_stack_size: 1024 * 1024 });

export const FOREVER = 2n ** 64n - 1n;
export const name: string = isMainThread ? process.argv[2] : workerData;

export const driver = name.startsWith('embedded') ? createEmbeddedDriver() : undefined;
export const vulkan = loadVulkan({ getInstanceProcAddr: driver?.getInstanceProcAddr });
export const layers = vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
export const VALIDATION = 'VK_LAYER_KHRONOS_validation';
export const instance = vulkan.createInstance({
  pApplicationInfo: { apiVersion: API_VERSION_1_3 },
  ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
  ppEnabledLayerNames: layers.includes(VALIDATION) ? [VALIDATION] : [],
});
export const device = instance.enumeratePhysicalDevices()[0].createDevice({
  pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
  pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true }],
});
export const queue = device.getDeviceQueue(0, 0);

export const wait = () => device.async.waitForFences([device.createFence({})], true, FOREVER);
export const soon = (act: () => void) => setTimeout(act, 50);
export const listen = (act: () => void) =>
  instance.createDebugUtilsMessengerEXT({
    messageSeverity: 0x1100,
    messageType: 7,
    pfnUserCallback: () => {
      act();
      return false;
    },
  });
/** Makes a mistake that the validation layer reports. */
export const wrong = (on = device) => on.createBuffer({ size: 64, usage: 1 << 30 });
/** Handles that another thread adopts. */
export const own = { instance: instance.handle, device: device.handle };

/** Submits a wait that never ends. */
export function submitForever(): void {
  const semaphore = device.createSemaphore({
    pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
  });
  queue.queueSubmit([
    {
      pWaitSemaphores: [semaphore],
      pWaitDstStageMask: [1],
      pNext: [{ sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO, pWaitSemaphoreValues: [1n] }],
    },
  ]);
}

/** Throws unless the call is refused with a message like this. */
export function refused(act: () => unknown, words: RegExp): void {
  try {
    act();
  } catch (error) {
    if (words.test((error as Error).message)) return;
    throw error;
  }
  throw new Error('not refused');
}
