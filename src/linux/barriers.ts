// Barriers that acquire an imported frame from its producer for a queue family, and release it; they need VK_EXT_queue_family_foreign.
import { QUEUE_FAMILY_FOREIGN_EXT } from '../../ffi/rows/constants.ts';
import type {
  VkBuffer,
  VkBufferMemoryBarrier,
  VkImage,
  VkImageMemoryBarrier,
} from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import {
  acquireExternalBuffer,
  acquireExternalImage,
  type ExternalImageUse,
  type ExternalUse,
  releaseExternalBuffer,
  releaseExternalImage,
} from '../external/barriers.ts';

/**
 * Builds the barrier that acquires an imported image from the frame's producer; without it the contents are undefined.
 * @param image an imported image, in the layout GENERAL, which it has outside
 * @param use how Vulkan will use it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with TOP_OF_PIPE as source stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 *
 * @example
 * const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
 * commands.cmdPipelineBarrier(TOP_OF_PIPE, TRANSFER, 0, [], [], [acquireFromForeign(image, use)]);
 * commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, buffer, regions);
 * commands.cmdPipelineBarrier(TRANSFER, BOTTOM_OF_PIPE, 0, [], [], [releaseToForeign(image, use)]);
 */
export const acquireFromForeign = userCall(function acquireFromForeign(
  image: VkImage,
  use: ExternalImageUse,
): VkImageMemoryBarrier {
  return acquireExternalImage(image, use, QUEUE_FAMILY_FOREIGN_EXT, 'acquireFromForeign');
});

/**
 * Builds the barrier that releases an imported image to the frame's producer.
 * @param image an imported image
 * @param use how Vulkan has used it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with BOTTOM_OF_PIPE as destination stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const releaseToForeign = userCall(function releaseToForeign(
  image: VkImage,
  use: ExternalImageUse,
): VkImageMemoryBarrier {
  return releaseExternalImage(image, use, QUEUE_FAMILY_FOREIGN_EXT, 'releaseToForeign');
});

/**
 * Builds the barrier that acquires an imported buffer from the frame's producer.
 * @param buffer an imported buffer
 * @param use how Vulkan will use it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const acquireBufferFromForeign = userCall(function acquireBufferFromForeign(
  buffer: VkBuffer,
  use: ExternalUse,
): VkBufferMemoryBarrier {
  return acquireExternalBuffer(buffer, use, QUEUE_FAMILY_FOREIGN_EXT, 'acquireBufferFromForeign');
});

/**
 * Builds the barrier that releases an imported buffer to the frame's producer.
 * @param buffer an imported buffer
 * @param use how Vulkan has used it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const releaseBufferToForeign = userCall(function releaseBufferToForeign(
  buffer: VkBuffer,
  use: ExternalUse,
): VkBufferMemoryBarrier {
  return releaseExternalBuffer(buffer, use, QUEUE_FAMILY_FOREIGN_EXT, 'releaseBufferToForeign');
});
