// Barriers that acquire an imported image or buffer from D3D for a queue family, and release it to D3D.
import { QUEUE_FAMILY_EXTERNAL } from '../../ffi/rows/constants.ts';
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
 * Builds the barrier that acquires an imported image from D3D for a queue family; without it the contents are undefined.
 * @param image an imported image, in the layout GENERAL, as D3D leaves it
 * @param use how Vulkan will use it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with TOP_OF_PIPE as source stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 *
 * @example
 * const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
 * commands.cmdPipelineBarrier(TOP_OF_PIPE, TRANSFER, 0, [], [], [acquireFromExternal(image, use)]);
 * commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, buffer, regions);
 * commands.cmdPipelineBarrier(TRANSFER, BOTTOM_OF_PIPE, 0, [], [], [releaseToExternal(image, use)]);
 */
export const acquireFromExternal = userCall(function acquireFromExternal(
  image: VkImage,
  use: ExternalImageUse,
): VkImageMemoryBarrier {
  return acquireExternalImage(image, use, QUEUE_FAMILY_EXTERNAL, 'acquireFromExternal');
});

/**
 * Builds the barrier that releases an imported image to D3D.
 * @param image an imported image
 * @param use how Vulkan has used it
 * @returns a barrier for the image barriers of cmdPipelineBarrier, with BOTTOM_OF_PIPE as destination stage
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const releaseToExternal = userCall(function releaseToExternal(
  image: VkImage,
  use: ExternalImageUse,
): VkImageMemoryBarrier {
  return releaseExternalImage(image, use, QUEUE_FAMILY_EXTERNAL, 'releaseToExternal');
});

/**
 * Builds the barrier that acquires an imported buffer from D3D for a queue family.
 * @param buffer an imported buffer
 * @param use how Vulkan will use it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const acquireBufferFromExternal = userCall(function acquireBufferFromExternal(
  buffer: VkBuffer,
  use: ExternalUse,
): VkBufferMemoryBarrier {
  return acquireExternalBuffer(buffer, use, QUEUE_FAMILY_EXTERNAL, 'acquireBufferFromExternal');
});

/**
 * Builds the barrier that releases an imported buffer to D3D.
 * @param buffer an imported buffer
 * @param use how Vulkan has used it
 * @returns a barrier over all of it, for the buffer barriers of cmdPipelineBarrier
 * @see https://registry.khronos.org/vulkan/specs/latest/html/vkspec.html#synchronization-queue-transfers
 */
export const releaseBufferToExternal = userCall(function releaseBufferToExternal(
  buffer: VkBuffer,
  use: ExternalUse,
): VkBufferMemoryBarrier {
  return releaseExternalBuffer(buffer, use, QUEUE_FAMILY_EXTERNAL, 'releaseBufferToExternal');
});
