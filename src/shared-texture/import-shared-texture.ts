// A texture that Electron shares, as an image of Vulkan's: each system's import, and the barriers that go with it.
import { VkPipelineStageFlagBits as Stage } from '../../ffi/rows/bitmasks.ts';
import { QUEUE_FAMILY_EXTERNAL, QUEUE_FAMILY_IGNORED } from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type { VkImage, VkImageMemoryBarrier } from '../../ffi/types/structs.ts';
import { NotAvailableError } from '../errors/errors.ts';
import { acquireImage, type ExternalImageUse, releaseImage } from '../external/barriers.ts';
import { checkCount, checkOptions } from '../external/options.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import type { Device } from '../objects/device.ts';
import { importTextureWin32 } from '../win32/import-texture.ts';
import { importIOSurface } from './io-surface.ts';
import { type SharedTexture, sharedTextureOf } from './shared-texture-of.ts';
import type { ElectronTextureInfo } from './texture-info.ts';

/** What Vulkan is to do with the texture. */
export interface ImportSharedTextureOptions {
  /** VkImageUsageFlagBits. */
  readonly usage: number;
}

/** What commands do with it, between its acquisition and its release. */
export interface SharedTextureUse extends ExternalImageUse {
  /** VkPipelineStageFlagBits of those commands. */
  readonly stageMask: number;
}

/** A shared texture as Vulkan has it. */
export interface ImportedSharedTexture {
  /** What Electron said of it. */
  readonly shared: SharedTexture;
  /** The image, bound to the texture's memory. */
  readonly image: VkImage;
  /**
   * Records the barrier that takes the texture over; before it the contents are undefined.
   * @param use what the commands after it do
   */
  acquire(commands: CommandBuffer, use: SharedTextureUse): void;
  /**
   * Records the barrier that gives the texture back.
   * @param use what the commands before it did
   */
  release(commands: CommandBuffer, use: SharedTextureUse): void;
  /** Destroys the image and frees the memory; the texture stays Electron's. The device must be done with them. */
  [Symbol.dispose](): void;
}

const PATH = 'importSharedTexture';

/**
 * Imports a texture that Electron shares, by the way of the system that its handle is of: importTextureWin32 for a
 * HANDLE, importDmaBuf for planes in dma-bufs, importIOSurface for an IOSurface.
 * @param device with what that way needs: VK_KHR_external_memory_win32, VK_EXT_external_memory_dma_buf with
 * VK_KHR_external_memory_fd, or VK_EXT_metal_objects
 * @param textureInfo of the `paint` event's texture; the handle stays Electron's
 * @param options what Vulkan is to do with it
 * @returns the image; the caller disposes of it. The memory outlives `release()`, but then Electron draws into it again
 * @throws TypeError or RangeError with the path of what is wrong in the textureInfo, and what the system's import throws;
 * whatever it throws, nothing stays behind
 * @see https://www.electronjs.org/docs/latest/api/structures/offscreen-shared-texture
 *
 * @example
 * const use = { queueFamilyIndex: 0, stageMask: TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };
 * using imported = importSharedTexture(device, textureInfo, { usage: VkImageUsageFlagBits.TRANSFER_SRC });
 * imported.acquire(commands, use);
 * commands.cmdCopyImageToBuffer(imported.image, VkImageLayout.GENERAL, buffer, regions);
 * imported.release(commands, use);
 */
export function importSharedTexture(
  device: Device,
  textureInfo: ElectronTextureInfo,
  options: ImportSharedTextureOptions,
): ImportedSharedTexture {
  checkOptions(options, `${PATH}.options`, ['usage']);
  const { usage } = options;
  checkCount(usage, `${PATH}.options.usage`);
  const shared = sharedTextureOf(textureInfo);
  const { format, extent } = shared;
  switch (shared.system) {
    case 'win32': {
      const { handle, handleType } = shared;
      const texture = importTextureWin32(device, { handle, handleType, format, extent, usage });
      return withBarriers(shared, texture, {
        acquire: (image, use) => acquireImage(image, use, QUEUE_FAMILY_EXTERNAL, 'acquire.use'),
        release: (image, use) => releaseImage(image, use, QUEUE_FAMILY_EXTERNAL, 'release.use'),
      });
    }
    case 'darwin': {
      const { ioSurface } = shared;
      return withBarriers(shared, importIOSurface(device, { ioSurface, format, extent, usage }), metal());
    }
    case 'linux':
      throw new NotAvailableError(PATH, 'it does not import dma-bufs yet');
  }
}

interface Barriers {
  acquire(image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier;
  release(image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier;
}

/** An IOSurface is no external memory to Vulkan: no queue family gives it, and its image has a layout of its own. */
function metal(): Barriers {
  const none = { srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED, dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED };
  let oldLayout: VkImageLayout = VkImageLayout.PREINITIALIZED;
  return {
    acquire(image, use) {
      const barrier = {
        ...acquireImage(image, use, QUEUE_FAMILY_IGNORED, 'acquire.use'),
        ...none,
        oldLayout,
      };
      oldLayout = VkImageLayout.GENERAL;
      return barrier;
    },
    release: (image, use) => ({ ...releaseImage(image, use, QUEUE_FAMILY_IGNORED, 'release.use'), ...none }),
  };
}

const USE = ['queueFamilyIndex', 'stageMask', 'accessMask', 'layout', 'subresourceRange'] as const;

function withBarriers(
  shared: SharedTexture,
  made: { readonly image: VkImage; [Symbol.dispose](): void },
  barriers: Barriers,
): ImportedSharedTexture {
  const { image } = made;
  const checked = (use: SharedTextureUse, path: string) => {
    checkOptions(use, path, USE);
    checkCount(use.stageMask, `${path}.stageMask`);
    const { stageMask, ...rest } = use;
    return { stageMask, rest };
  };
  return {
    shared,
    image,
    acquire(commands, use) {
      const { stageMask, rest } = checked(use, 'acquire.use');
      commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, stageMask, 0, [], [], [barriers.acquire(image, rest)]);
    },
    release(commands, use) {
      const { stageMask, rest } = checked(use, 'release.use');
      commands.cmdPipelineBarrier(
        stageMask,
        Stage.BOTTOM_OF_PIPE,
        0,
        [],
        [],
        [barriers.release(image, rest)],
      );
    },
    [Symbol.dispose]: () => made[Symbol.dispose](),
  };
}
