// Records the commands for a shared texture, as an image or as buffers: acquire, copy, release.

import {
  VkImageAspectFlagBits as Aspect,
  VkPipelineStageFlagBits as Stage,
} from '../../ffi/rows/bitmasks.ts';
import {
  QUEUE_FAMILY_EXTERNAL,
  QUEUE_FAMILY_FOREIGN_EXT,
  QUEUE_FAMILY_IGNORED,
} from '../../ffi/rows/constants.ts';
import { VkFormat, VkImageLayout } from '../../ffi/rows/enums.ts';
import type {
  VkBufferMemoryBarrier,
  VkExtent2D,
  VkImage,
  VkImageMemoryBarrier,
} from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import {
  acquireExternalBuffer,
  acquireExternalImage,
  type ExternalImageUse,
  releaseExternalBuffer,
  releaseExternalImage,
} from '../external/barriers.ts';
import { checkClass } from '../handles/object.ts';
import type { DmaBufCopy } from '../linux/import-linear.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import type { Device } from '../objects/device.ts';

/** How commands use a shared texture between acquire and release. */
export interface SharedTextureUse extends ExternalImageUse {
  /** VkPipelineStageFlagBits of those commands. */
  readonly stageMask: number;
}

/** The texture in Vulkan. */
export type SharedResource =
  | {
      /** Tells it from buffers. */
      readonly kind: 'image';
      /** The image, bound to the texture's memory. */
      readonly image: VkImage;
    }
  | {
      /** A linear texture on Linux that the driver has no image of. */
      readonly kind: 'buffer';
      /** Buffers over the texture's memory, and the regions that are its planes. */
      readonly copies: readonly DmaBufCopy[];
    };

/** Commands for a shared texture, to be recorded in this order. */
export interface SharedCommands {
  /**
   * Records the barrier that acquires the texture; before it the contents are undefined.
   * @param commands a command buffer that is being recorded, outside a render pass
   * @param use how the commands after it use the texture
   */
  acquire(commands: CommandBuffer, use: SharedTextureUse): void;
  /**
   * Records a copy of the whole texture into an image; its stage is TRANSFER, its access TRANSFER_READ.
   * @param commands the same, after acquire with the layout GENERAL or TRANSFER_SRC_OPTIMAL
   * @param image of the texture's format and extent, with one level and layer, usage TRANSFER_DST
   * @param layout the image's current layout, GENERAL or TRANSFER_DST_OPTIMAL
   */
  copyTo(commands: CommandBuffer, image: VkImage, layout: VkImageLayout): void;
  /**
   * Records the barrier that releases the texture.
   * @param commands the same
   * @param use how the commands before it have used the texture
   */
  release(commands: CommandBuffer, use: SharedTextureUse): void;
}

/** The owner of the texture outside Vulkan. */
export interface Outside {
  /** QUEUE_FAMILY_EXTERNAL or QUEUE_FAMILY_FOREIGN_EXT; QUEUE_FAMILY_IGNORED where ownership is not transferred. */
  readonly family: number;
  /** Layout of the image at its first acquire, if nobody outside has had it before. */
  readonly firstLayout?: VkImageLayout;
}

/** The outside queue family of a dma-buf: foreign, if the device has that one. */
export const foreignFamily = ({ enabledExtensions }: Device): number =>
  enabledExtensions.has('VK_EXT_queue_family_foreign') ? QUEUE_FAMILY_FOREIGN_EXT : QUEUE_FAMILY_EXTERNAL;

const USE_NAMES = ['queueFamilyIndex', 'stageMask', 'accessMask', 'layout', 'subresourceRange'] as const;

/** Checks a use. @returns its stages apart from what a barrier takes */
function checkUse(path: string, use: SharedTextureUse) {
  const { stageMask, ...barrierUse } = checkOptions(path, use, USE_NAMES);
  checkCount(`${path}.stageMask`, stageMask);
  return { stageMask, barrierUse };
}

/** The barrier without a transfer between queue families. */
const withoutTransfer = (barrier: VkImageMemoryBarrier): VkImageMemoryBarrier => ({
  ...barrier,
  srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
});

/** The commands for an image or buffers of that format and extent. */
export function commandsFor(
  resource: SharedResource,
  { format, extent }: { readonly format: VkFormat; readonly extent: Required<VkExtent2D> },
  { family, firstLayout }: Outside,
): SharedCommands {
  let outsideLayout = firstLayout;
  let layoutInUse: VkImageLayout = VkImageLayout.GENERAL;
  const acquireBarrier = (image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier => {
    const barrier = acquireExternalImage(image, use, family, 'acquire');
    if (outsideLayout !== undefined) return { ...withoutTransfer(barrier), oldLayout: outsideLayout };
    return family === QUEUE_FAMILY_IGNORED ? withoutTransfer(barrier) : barrier;
  };
  const releaseBarrier = (image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier => {
    const barrier = releaseExternalImage(image, use, family, 'release');
    return family === QUEUE_FAMILY_IGNORED ? withoutTransfer(barrier) : barrier;
  };
  /** The buffers' and the images' barriers of a cmdPipelineBarrier. */
  const barriersOf = (
    use: ExternalImageUse,
    path: string,
    ofImage: typeof acquireBarrier,
    ofBuffer: typeof acquireExternalBuffer,
  ): [VkBufferMemoryBarrier[], VkImageMemoryBarrier[]] => {
    if (resource.kind === 'image') return [[], [ofImage(resource.image, use)]];
    const { queueFamilyIndex, accessMask } = use;
    const bufferUse = { queueFamilyIndex, accessMask };
    return [resource.copies.map(({ buffer }) => ofBuffer(buffer, bufferUse, family, path)), []];
  };
  return {
    acquire: userCall(function acquire(commands, use) {
      const { stageMask, barrierUse } = checkUse('acquire.use', use);
      checkClass('acquire.commands', commands, 'VkCommandBuffer');
      const barriers = barriersOf(barrierUse, 'acquire', acquireBarrier, acquireExternalBuffer);
      commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, stageMask, 0, [], ...barriers);
      outsideLayout = undefined;
      layoutInUse = barrierUse.layout ?? VkImageLayout.GENERAL;
    }),
    copyTo: userCall(function copyTo(commands, image, layout) {
      checkClass('copyTo.commands', commands, 'VkCommandBuffer');
      if (resource.kind === 'buffer')
        for (const { buffer, regions } of resource.copies)
          commands.cmdCopyBufferToImage(buffer, image, layout, regions);
      else commands.cmdCopyImage(resource.image, layoutInUse, image, layout, planesOf(format, extent));
    }),
    release: userCall(function release(commands, use) {
      const { stageMask, barrierUse } = checkUse('release.use', use);
      checkClass('release.commands', commands, 'VkCommandBuffer');
      const barriers = barriersOf(barrierUse, 'release', releaseBarrier, releaseExternalBuffer);
      commands.cmdPipelineBarrier(stageMask, Stage.BOTTOM_OF_PIPE, 0, [], ...barriers);
    }),
  };
}

/** The regions of a copy from image to image: one for each plane of nv12. */
function planesOf(format: VkFormat, { width, height }: Required<VkExtent2D>) {
  const region = (aspectMask: Aspect, extent: Required<VkExtent2D>) => {
    const subresource = { aspectMask, layerCount: 1 };
    return { srcSubresource: subresource, dstSubresource: subresource, extent: { ...extent, depth: 1 } };
  };
  if (format !== VkFormat.G8_B8R8_2PLANE_420_UNORM) return [region(Aspect.COLOR, { width, height })];
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  return [region(Aspect.PLANE_0, { width, height }), region(Aspect.PLANE_1, half)];
}
