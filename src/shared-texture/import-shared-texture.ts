// A texture that Electron shares, imported by the way of the system that its handle is of.
import { QUEUE_FAMILY_EXTERNAL, QUEUE_FAMILY_IGNORED } from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type { VkDeviceMemory, VkImage } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { type SharedTexture, sharedTextureOf } from '../external/shared-texture-of.ts';
import type { ElectronTextureInfo } from '../external/texture-info.ts';
import { importDmaBuf } from '../linux/import-dma-buf.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { importTextureWin32 } from '../win32/import-texture.ts';
import { importIOSurface } from './io-surface.ts';
import {
  commandsFor,
  foreign,
  type Outside,
  type SharedCommands,
  type SharedResource,
} from './shared-image.ts';

/** What Vulkan is to do with the texture. */
export interface ImportSharedTextureOptions {
  /** VkImageUsageFlagBits. */
  readonly usage: number;
}

interface Imported extends SharedCommands {
  /** What Electron said of it. */
  readonly shared: SharedTexture;
  /** What the image or buffers are bound to; submitWithKeyedMutex of koffi-vulkan/win32 wants it. */
  readonly memories: readonly VkDeviceMemory[];
  /** Destroys the image or buffers and frees the memory; the texture stays Electron's. The device must be done with them. */
  [Symbol.dispose](): void;
}

/** A shared texture as Vulkan has it: an image, or for some linear ones of Linux buffers, as `kind` says. */
export type ImportedSharedTexture = Imported & SharedResource;

const PATH = 'importSharedTexture';

/**
 * Imports a texture that Electron shares, by the way of the system that its handle is of: importTextureWin32 for a
 * HANDLE, importDmaBuf for planes in dma-bufs, importIOSurface for an IOSurface.
 * @param device with what that way needs: VK_KHR_external_memory_win32, VK_EXT_external_memory_dma_buf with
 * VK_KHR_external_memory_fd, or VK_EXT_metal_objects
 * @param textureInfo of the `paint` event's texture; the handle stays Electron's
 * @param options what Vulkan is to do with it
 * @returns an image, or buffers where no image of this driver is laid out like a linear texture of Linux; the caller
 * disposes of it. The memory outlives the texture's `release()`, but then Electron draws into it again
 * @throws TypeError or RangeError with the path of what is wrong in the textureInfo, and what the system's import throws;
 * whatever it throws, nothing stays behind
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
  checkOptions(`${PATH}.options`, options, ['usage']);
  const { usage } = options;
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
      return withCommands({ ...imported, memories }, { family: foreign(device) });
    }
    case 'darwin': {
      const imported = importIOSurface(device, { ...shared, usage });
      // To Vulkan an IOSurface is no external memory: no queue family gives it, its image has a layout of its own.
      const outside = { family: QUEUE_FAMILY_IGNORED, first: VkImageLayout.PREINITIALIZED };
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
