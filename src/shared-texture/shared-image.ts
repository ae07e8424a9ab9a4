// What Vulkan has of a shared texture, an image or buffers over its memory: taken over, copied, given back.
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
import type { VkExtent2D, VkImage, VkImageMemoryBarrier } from '../../ffi/types/structs.ts';
import { ours } from '../errors/user-call.ts';
import {
  acquireBuffer,
  acquireImage,
  type ExternalImageUse,
  releaseBuffer,
  releaseImage,
} from '../external/barriers.ts';
import type { DmaBufCopy } from '../linux/import-linear.ts';
import { describe } from '../native/argument-error.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import { CommandBuffer } from '../objects/command-buffer.ts';
import type { Device } from '../objects/device.ts';

/** What commands do with a shared texture, between its acquisition and its release. */
export interface SharedTextureUse extends ExternalImageUse {
  /** VkPipelineStageFlagBits of those commands. */
  readonly stageMask: number;
}

/** What the texture is to Vulkan. */
export type SharedResource =
  | {
      /** It is an image. */
      readonly kind: 'image';
      /** Bound to the texture's memory. */
      readonly image: VkImage;
    }
  | {
      /** A linear texture of Linux, of which this driver makes no image. */
      readonly kind: 'buffer';
      /** Buffers over the texture's memory, and the regions that are its planes. */
      readonly copies: readonly DmaBufCopy[];
    };

/** Commands for it, to be recorded in this order. */
export interface SharedCommands {
  /**
   * Records the barrier that takes the texture over; before it the contents are undefined.
   * @param commands a command buffer that is being recorded, outside of a render pass
   * @param use what the commands after it do
   */
  acquire(commands: CommandBuffer, use: SharedTextureUse): void;
  /**
   * Records the copy of the whole texture into an image; the stage is TRANSFER, the access TRANSFER_READ.
   * @param commands the same, after an acquisition in the layout GENERAL or TRANSFER_SRC_OPTIMAL
   * @param image of the texture's format and extent, one level and layer, usage TRANSFER_DST
   * @param layout its layout then, GENERAL or TRANSFER_DST_OPTIMAL
   */
  copyTo(commands: CommandBuffer, image: VkImage, layout: VkImageLayout): void;
  /**
   * Records the barrier that gives the texture back.
   * @param commands the same
   * @param use what the commands before it did
   */
  release(commands: CommandBuffer, use: SharedTextureUse): void;
}

/** Who has the texture when Vulkan has not, as queue families go. */
export interface Outside {
  /** QUEUE_FAMILY_EXTERNAL or QUEUE_FAMILY_FOREIGN_EXT; QUEUE_FAMILY_IGNORED where the driver knows of nobody. */
  readonly family: number;
  /** Layout of an image that nobody outside has had yet. */
  readonly first?: VkImageLayout;
}

/** The family of who has a dma-buf: of another driver, as far as the device can say that. */
export const foreign = ({ enabledExtensions }: Device): number =>
  enabledExtensions.has('VK_EXT_queue_family_foreign') ? QUEUE_FAMILY_FOREIGN_EXT : QUEUE_FAMILY_EXTERNAL;

const USE = ['queueFamilyIndex', 'stageMask', 'accessMask', 'layout', 'subresourceRange'] as const;

function checked(use: SharedTextureUse, path: string) {
  checkOptions(path, use, USE);
  checkCount(`${path}.stageMask`, use.stageMask);
  const { stageMask, ...rest } = use;
  return { stageMask, rest };
}

function checkCommands(commands: CommandBuffer, path: string): void {
  if (!(commands instanceof CommandBuffer))
    throw ours(new TypeError(`${path}: expected a CommandBuffer, got ${describe(commands)}`));
}

const within = (barrier: VkImageMemoryBarrier): VkImageMemoryBarrier => ({
  ...barrier,
  srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
});

/** The commands for an image or buffers of that format and extent. */
export function commandsFor(
  resource: SharedResource,
  { format, extent }: { readonly format: VkFormat; readonly extent: Required<VkExtent2D> },
  { family, first }: Outside,
): SharedCommands {
  let oldLayout = first;
  let copied: VkImageLayout = VkImageLayout.GENERAL;
  const acquired = (image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier => {
    const barrier = acquireImage(image, use, family, 'acquire.use');
    if (oldLayout !== undefined) return { ...within(barrier), oldLayout };
    return family === QUEUE_FAMILY_IGNORED ? within(barrier) : barrier;
  };
  const released = (image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier => {
    const barrier = releaseImage(image, use, family, 'release.use');
    return family === QUEUE_FAMILY_IGNORED ? within(barrier) : barrier;
  };
  return {
    acquire(commands, use) {
      const { stageMask, rest } = checked(use, 'acquire.use');
      checkCommands(commands, 'acquire.commands');
      const { queueFamilyIndex, accessMask } = rest;
      const [buffers, images] =
        resource.kind === 'image'
          ? [[], [acquired(resource.image, rest)]]
          : [
              resource.copies.map(({ buffer }) =>
                acquireBuffer(buffer, { queueFamilyIndex, accessMask }, family, 'acquire.use'),
              ),
              [],
            ];
      commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, stageMask, 0, [], buffers, images);
      oldLayout = undefined;
      copied = rest.layout ?? VkImageLayout.GENERAL;
    },
    copyTo(commands, image, layout) {
      checkCommands(commands, 'copyTo.commands');
      if (resource.kind === 'buffer')
        for (const { buffer, regions } of resource.copies)
          commands.cmdCopyBufferToImage(buffer, image, layout, regions);
      else commands.cmdCopyImage(resource.image, copied, image, layout, planesOf(format, extent));
    },
    release(commands, use) {
      const { stageMask, rest } = checked(use, 'release.use');
      checkCommands(commands, 'release.commands');
      const { queueFamilyIndex, accessMask } = rest;
      const [buffers, images] =
        resource.kind === 'image'
          ? [[], [released(resource.image, rest)]]
          : [
              resource.copies.map(({ buffer }) =>
                releaseBuffer(buffer, { queueFamilyIndex, accessMask }, family, 'release.use'),
              ),
              [],
            ];
      commands.cmdPipelineBarrier(stageMask, Stage.BOTTOM_OF_PIPE, 0, [], buffers, images);
    },
  };
}

/** The regions of a copy from image to image: planes of nv12 each by itself. */
function planesOf(format: VkFormat, { width, height }: Required<VkExtent2D>) {
  const region = (aspectMask: Aspect, extent: Required<VkExtent2D>) => {
    const subresource = { aspectMask, layerCount: 1 };
    return { srcSubresource: subresource, dstSubresource: subresource, extent: { ...extent, depth: 1 } };
  };
  if (format !== VkFormat.G8_B8R8_2PLANE_420_UNORM) return [region(Aspect.COLOR, { width, height })];
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  return [region(Aspect.PLANE_0, { width, height }), region(Aspect.PLANE_1, half)];
}
