// Acquires and presents images of a swapchain, with a plain answer when the surface has changed.
import { VkResult } from '../../ffi/rows/enums.ts';
import type { VkSemaphore, VkSwapchainKHR } from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { UINT64_MAX } from '../native/uint64.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';

/** What a call returns; undefined if it fails with VK_ERROR_OUT_OF_DATE_KHR. */
function unlessOutOfDate<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof VulkanError && error.result === VkResult.ERROR_OUT_OF_DATE_KHR) return undefined;
    throw error;
  }
}

/**
 * Acquires the next image of a swapchain (vkAcquireNextImageKHR), and waits for it without a timeout.
 * @param device with VK_KHR_swapchain enabled
 * @param swapchain the swapchain
 * @param semaphore signalled once the image may be drawn into, unless no image is acquired
 * @returns the image's index; undefined if the swapchain must be created again, because the surface has changed. A
 *   suboptimal swapchain still gives an image, and {@link presentImage} returns false
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
  return unlessOutOfDate(() => device.acquireNextImageKHR(swapchain, UINT64_MAX, semaphore).pImageIndex);
});

/**
 * Presents an image of a swapchain (vkQueuePresentKHR).
 * @param queue of a family that can present to the surface
 * @param swapchain the swapchain
 * @param imageIndex what {@link acquireImage} returned
 * @param semaphore signalled by the submit that draws the image; presenting waits for it
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
