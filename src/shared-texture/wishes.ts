// The extensions with which a device imports the textures that Electron shares on this system.
import { ours, userCall } from '../errors/user-call.ts';
import type { DeviceWishes } from '../helpers/device-wishes.ts';

const WISHES: Partial<Record<NodeJS.Platform, DeviceWishes>> = {
  win32: {
    required: { extensions: ['VK_KHR_external_memory_win32'] },
    // For nv12.
    desired: { extensions: ['VK_KHR_win32_keyed_mutex'] },
  },
  linux: {
    required: { extensions: ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'] },
    // For textures that are not linear, for another driver's, and to wait for who has drawn them.
    desired: {
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
 * Says what a device needs to import the textures that Electron shares on this system.
 * @returns what chooseGpu and resolveDevice take, to be added to
 * @throws Error on a system of which Electron shares no textures
 *
 * @example
 * const { gpu, createInfo } = chooseGpu(instance, sharedTextureWishes());
 * using created = gpu.createDevice(createInfo);
 */
export const sharedTextureWishes = userCall(function sharedTextureWishes(): DeviceWishes {
  const wishes = WISHES[process.platform];
  if (wishes === undefined)
    throw ours(
      new Error(`Electron shares textures on Windows, Linux and macOS; this is ${process.platform}`),
    );
  return wishes;
});
