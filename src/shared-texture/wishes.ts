// The extensions that a device needs to import the textures that Electron shares on this system.
import { ours, userCall } from '../errors/user-call.ts';
import type { DeviceWishes } from '../helpers/device-wishes.ts';
import { DMA_BUF_EXTENSIONS } from '../linux/query.ts';

const WISHES: Partial<Record<NodeJS.Platform, DeviceWishes>> = {
  win32: {
    required: { extensions: ['VK_KHR_external_memory_win32'] },
    // For nv12 textures.
    preferred: { extensions: ['VK_KHR_win32_keyed_mutex'] },
  },
  linux: {
    required: { extensions: DMA_BUF_EXTENSIONS },
    // For textures that are not linear, for those of another driver, and to wait for their rendering.
    preferred: {
      extensions: [
        'VK_EXT_image_drm_format_modifier',
        'VK_EXT_queue_family_foreign',
        'VK_KHR_external_semaphore_fd',
      ],
    },
  },
  darwin: { required: { extensions: ['VK_EXT_metal_objects'] } },
};

/**
 * Returns what a device needs to import the textures that Electron shares on this system.
 * @returns wishes for chooseGpu and resolveDevice, which a program may extend
 * @throws Error on a system where Electron shares no textures
 *
 * @example
 * const { gpu, createInfo } = chooseGpu(instance, sharedTextureWishes());
 * using created = gpu.createDevice(createInfo);
 */
export const sharedTextureWishes = userCall(function sharedTextureWishes(): DeviceWishes {
  const wishes = WISHES[process.platform];
  if (wishes === undefined)
    throw ours(
      new Error(
        `sharedTextureWishes: Electron shares textures on Windows, Linux and macOS; this is ${process.platform}`,
      ),
    );
  return wishes;
});
