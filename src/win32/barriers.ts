// The barriers with which an image or buffer that another API shares passes from there to a queue family and back.
import { VkImageAspectFlagBits } from '../../ffi/rows/bitmasks.ts';
import {
  QUEUE_FAMILY_EXTERNAL,
  REMAINING_ARRAY_LAYERS,
  REMAINING_MIP_LEVELS,
  WHOLE_SIZE,
} from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkBufferMemoryBarrier,
  VkImage,
  VkImageMemoryBarrier,
  VkImageSubresourceRange,
} from '../../ffi/types/structs.ts';
import { checkOptions } from './options.ts';

/** What Vulkan does with it. */
export interface ExternalUse {
  /** The queue family that uses it. */
  readonly queueFamilyIndex: number;
  /** VkAccessFlagBits of that use. */
  readonly accessMask: number;
}

export interface ExternalImageUse extends ExternalUse {
  /** Layout of that use; GENERAL if left out, which is the one that it has outside. */
  readonly layout?: VkImageLayout;
  /** Which part; all of the colour if left out. */
  readonly subresourceRange?: VkImageSubresourceRange;
}

const USE = ['queueFamilyIndex', 'accessMask'] as const;
const IMAGE_USE = [...USE, 'layout', 'subresourceRange'] as const;

const WHOLE: VkImageSubresourceRange = {
  aspectMask: VkImageAspectFlagBits.COLOR,
  levelCount: REMAINING_MIP_LEVELS,
  layerCount: REMAINING_ARRAY_LAYERS,
};

/**
 * Builds the barrier by which a queue family takes an imported image over from D3D; without it the contents are undefined.
 * @param image an imported image, in the layout GENERAL that D3D leaves it in
 * @param use what Vulkan is to do with it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with TOP_OF_PIPE as source stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 *
 * @example
 * const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
 * commands.cmdPipelineBarrier(TOP_OF_PIPE, TRANSFER, 0, [], [], [acquireFromExternal(image, use)]);
 * commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, buffer, regions);
 * commands.cmdPipelineBarrier(TRANSFER, BOTTOM_OF_PIPE, 0, [], [], [releaseToExternal(image, use)]);
 */
export function acquireFromExternal(image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier {
  checkOptions(use, 'acquireFromExternal.use', IMAGE_USE);
  return {
    srcAccessMask: 0,
    dstAccessMask: use.accessMask,
    oldLayout: VkImageLayout.GENERAL,
    newLayout: use.layout ?? VkImageLayout.GENERAL,
    srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
    dstQueueFamilyIndex: use.queueFamilyIndex,
    image,
    subresourceRange: use.subresourceRange ?? WHOLE,
  };
}

/**
 * Builds the barrier by which a queue family gives an imported image back to D3D.
 * @param image an imported image
 * @param use what Vulkan did with it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with BOTTOM_OF_PIPE as destination stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export function releaseToExternal(image: VkImage, use: ExternalImageUse): VkImageMemoryBarrier {
  checkOptions(use, 'releaseToExternal.use', IMAGE_USE);
  return {
    srcAccessMask: use.accessMask,
    dstAccessMask: 0,
    oldLayout: use.layout ?? VkImageLayout.GENERAL,
    newLayout: VkImageLayout.GENERAL,
    srcQueueFamilyIndex: use.queueFamilyIndex,
    dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
    image,
    subresourceRange: use.subresourceRange ?? WHOLE,
  };
}

const WHOLE_BUFFER = { offset: 0n, size: WHOLE_SIZE };

/**
 * Builds the barrier by which a queue family takes an imported buffer over from D3D.
 * @param buffer an imported buffer
 * @param use what Vulkan is to do with it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export function acquireBufferFromExternal(buffer: VkBuffer, use: ExternalUse): VkBufferMemoryBarrier {
  checkOptions(use, 'acquireBufferFromExternal.use', USE);
  return {
    srcAccessMask: 0,
    dstAccessMask: use.accessMask,
    srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
    dstQueueFamilyIndex: use.queueFamilyIndex,
    buffer,
    ...WHOLE_BUFFER,
  };
}

/**
 * Builds the barrier by which a queue family gives an imported buffer back to D3D.
 * @param buffer an imported buffer
 * @param use what Vulkan did with it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export function releaseBufferToExternal(buffer: VkBuffer, use: ExternalUse): VkBufferMemoryBarrier {
  checkOptions(use, 'releaseBufferToExternal.use', USE);
  return {
    srcAccessMask: use.accessMask,
    dstAccessMask: 0,
    srcQueueFamilyIndex: use.queueFamilyIndex,
    dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
    buffer,
    ...WHOLE_BUFFER,
  };
}
