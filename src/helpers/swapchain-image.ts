// Images of a swapchain in a frame loop: acquired and presented, with one plain answer when the surface has changed.
import { VkResult } from '../../ffi/rows/enums.ts';
import type { VkSemaphore, VkSwapchainKHR } from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';

/** UINT64_MAX nanoseconds */
const FOREVER = 0xffff_ffff_ffff_ffffn;

/** What a call gives; undefined where it answers VK_ERROR_OUT_OF_DATE_KHR. */
function unlessOutOfDate<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof VulkanError && error.result === VkResult.ERROR_OUT_OF_DATE_KHR) return undefined;
    throw error;
  }
}

/**
 * Acquires the next image of a swapchain (vkAcquireNextImageKHR), for as long as it takes.
 * @param device with VK_KHR_swapchain enabled
 * @param semaphore signalled once the image may be drawn into; not signalled where none is acquired
 * @returns the image's index; undefined where the surface has changed so that the swapchain must be created anew. An
 *   image of a swapchain that is only suboptimal is acquired all the same: {@link presentImage} tells of it
 * @throws VulkanError for every other error
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkAcquireNextImageKHR.html
 *
 * @example
 * const imageIndex = acquireImage(device, swapchain, imageAvailable);
 * if (imageIndex === undefined) recreateSwapchain();
 */
export const acquireImage = userCall(function acquireImage(
  device: Device,
  swapchain: VkSwapchainKHR,
  semaphore: VkSemaphore,
): number | undefined {
  checkClass('acquireImage.device', device, 'VkDevice');
  return unlessOutOfDate(() => device.acquireNextImageKHR(swapchain, FOREVER, semaphore).pImageIndex);
});

/**
 * Presents an image of a swapchain (vkQueuePresentKHR).
 * @param queue of a family that can present to the surface
 * @param imageIndex what {@link acquireImage} gave
 * @param semaphore what the drawing signals; the presentation waits for it
 * @returns whether the swapchain still fits its surface: false for VK_SUBOPTIMAL_KHR and VK_ERROR_OUT_OF_DATE_KHR
 * @throws VulkanError for every other error
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkQueuePresentKHR.html
 *
 * @example
 * if (!presentImage(queue, swapchain, imageIndex, drawn)) recreateSwapchain();
 */
export const presentImage = userCall(function presentImage(
  queue: Queue,
  swapchain: VkSwapchainKHR,
  imageIndex: number,
  semaphore: VkSemaphore,
): boolean {
  checkClass('presentImage.queue', queue, 'VkQueue');
  const present = () =>
    queue.queuePresentKHR({
      pWaitSemaphores: [semaphore],
      pSwapchains: [swapchain],
      pImageIndices: [imageIndex],
    });
  return unlessOutOfDate(present) === VkResult.SUCCESS;
});
