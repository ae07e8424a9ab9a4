// Imports a texture that Electron shares, on any system.
import { QUEUE_FAMILY_EXTERNAL, QUEUE_FAMILY_IGNORED } from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type { VkDeviceMemory, VkImage } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { type SharedTexture, sharedTextureOf } from '../external/shared-texture-of.ts';
import type { ElectronTextureInfo } from '../external/texture-info.ts';
import { checkClass } from '../handles/object.ts';
import { importDmaBuf } from '../linux/import-dma-buf.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { importTextureWin32 } from '../win32/import-texture.ts';
import { importIOSurface } from './io-surface.ts';
import {
  commandsFor,
  foreignFamily,
  type Outside,
  type SharedCommands,
  type SharedResource,
} from './shared-image.ts';

/** How Vulkan will use the texture. */
export interface ImportSharedTextureOptions {
  /** VkImageUsageFlagBits. */
  readonly usage: number;
}

interface Imported extends SharedCommands {
  /** The textureInfo in Vulkan's terms. */
  readonly shared: SharedTexture;
  /** The memory that the image or buffers are bound to; submitWithKeyedMutex of koffi-vulkan/win32 takes it. */
  readonly memories: readonly VkDeviceMemory[];
  /** Destroys the image or buffers and frees the memory, but not Electron's texture. The device must have finished using them. */
  [Symbol.dispose](): void;
}

/** A shared texture in Vulkan: an image, or buffers for some linear textures on Linux; `kind` tells which. */
export type ImportedSharedTexture = Imported & SharedResource;

const PATH = 'importSharedTexture';

/**
 * Imports a texture that Electron shares: with importTextureWin32 for a HANDLE, importDmaBuf for planes in dma-bufs, and
 * importIOSurface for an IOSurface.
 * @param device with the extensions that the function needs: VK_KHR_external_memory_win32, VK_EXT_external_memory_dma_buf
 * with VK_KHR_external_memory_fd, or VK_EXT_metal_objects
 * @param textureInfo of the `paint` event's texture; the handle belongs to Electron
 * @param options how Vulkan will use it
 * @returns an image, or buffers for a linear texture on Linux if the driver has no image of its layout; the caller
 * disposes of it. The memory outlives the texture's `release()`, but then Electron draws into it again
 * @throws TypeError or RangeError with the path of what is wrong in the textureInfo, and what that function throws;
 * whatever it throws, nothing is left behind
 * @see https://www.electronjs.org/docs/latest/api/structures/offscreen-shared-texture
 *
 * @example
 * const use = { queueFamilyIndex: 0, stageMask: TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };
 * using imported = importSharedTexture(device, textureInfo, { usage: VkImageUsageFlagBits.TRANSFER_SRC });
 * imported.acquire(commands, use);
 * imported.copyTo(commands, image, VkImageLayout.TRANSFER_DST_OPTIMAL);
 * imported.release(commands, use);
 */
export const importSharedTexture = userCall(function importSharedTexture(
  device: Device,
  textureInfo: ElectronTextureInfo,
  options: ImportSharedTextureOptions,
): ImportedSharedTexture {
  checkClass('importSharedTexture.device', device, 'VkDevice');
  const { usage } = checkOptions(`${PATH}.options`, options, ['usage']);
  checkCount(`${PATH}.options.usage`, usage);
  const shared = sharedTextureOf(textureInfo);
  const withCommands = (made: Made, outside: Outside): ImportedSharedTexture => ({
    ...made,
    ...commandsFor(made, shared, outside),
    shared,
  });
  switch (shared.system) {
    case 'win32': {
      const imported = importTextureWin32(device, { ...shared, usage });
      return withCommands(imageOf(imported), { family: QUEUE_FAMILY_EXTERNAL });
    }
    case 'linux': {
      const imported = importDmaBuf(device, { ...shared, usage });
      const memories = imported.memories.map(({ memory }) => memory);
      return withCommands({ ...imported, memories }, { family: foreignFamily(device) });
    }
    case 'darwin': {
      const imported = importIOSurface(device, { ...shared, usage });
      // To Vulkan an IOSurface is not external memory: it comes from no queue family, and its image begins PREINITIALIZED.
      const outside = { family: QUEUE_FAMILY_IGNORED, firstLayout: VkImageLayout.PREINITIALIZED };
      return withCommands(imageOf(imported), outside);
    }
  }
});

type Made = SharedResource & Pick<Imported, 'memories'> & Disposable;

interface BoundImage extends Disposable {
  readonly image: VkImage;
  readonly memory: VkDeviceMemory;
}

const imageOf = (imported: BoundImage): Made => ({
  kind: 'image',
  image: imported.image,
  memories: [imported.memory],
  [Symbol.dispose]: () => imported[Symbol.dispose](),
});
