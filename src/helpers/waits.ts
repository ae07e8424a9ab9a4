// Waits as promises: for fences, for a value of a timeline semaphore, for an idle queue.
import type { Integer64, VkFence, VkSemaphore } from '../../ffi/types/structs.ts';
import { builtinName } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { checkOptions } from '../native/options.ts';
import { UINT64_MAX } from '../native/uint64.ts';
import type { WaitOptions } from '../objects/async.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';

/**
 * Resolves when a fence, or each of several, is signalled (the promise form of vkWaitForFences).
 * @param device the device of the fences
 * @param fences one fence or an array of them; they can be destroyed once the promise has settled
 * @param options an AbortSignal that ends the wait
 * @throws the signal's reason, VulkanError if the device is lost
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkWaitForFences.html
 *
 * @example
 * queue.queueSubmit([], fence);
 * await untilSignaled(device, fence, { signal: AbortSignal.timeout(5000) });
 */
export const untilSignaled = userCall(async function untilSignaled(
  device: Device,
  fences: VkFence | readonly VkFence[],
  options?: WaitOptions,
): Promise<void> {
  checkClass('untilSignaled.device', device, 'VkDevice');
  await device.async.waitForFences(typeof fences === 'bigint' ? [fences] : fences, true, UINT64_MAX, options);
});

/**
 * Resolves when a timeline semaphore has reached a value (the promise form of vkWaitSemaphores or, on a version older than
 * that, vkWaitSemaphoresKHR).
 * @param device the device of the semaphore
 * @param semaphore a timeline semaphore; it can be destroyed once the promise has settled
 * @param value the value to wait for; a higher one will do
 * @param options an AbortSignal that ends the wait
 * @throws the signal's reason, VulkanError if the device is lost
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkWaitSemaphores.html
 *
 * @example
 * const semaphoreType = VkSemaphoreType.TIMELINE;
 * const timeline = device.createSemaphore({
 *   pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType, initialValue: 5 }],
 * });
 * await untilReached(device, timeline, 5);
 */
export const untilReached = userCall(async function untilReached(
  device: Device,
  semaphore: VkSemaphore,
  value: Integer64,
  options?: WaitOptions,
): Promise<void> {
  checkClass('untilReached.device', device, 'VkDevice');
  const info = { pSemaphores: [semaphore], pValues: [value] };
  await device.async[coreOrAlias(device, 'waitSemaphores')](info, UINT64_MAX, options);
});

/**
 * Resolves when all that was submitted to a queue before has finished. Calls vkCreateFence, vkQueueSubmit, vkWaitForFences
 * and vkDestroyFence: unlike during vkQueueWaitIdle, others may submit to the queue meanwhile.
 * @param device the device of the queue
 * @param queue the queue
 * @param options an AbortSignal that ends the wait; the fence is destroyed later, once the queue has reached it
 * @throws the signal's reason, VulkanError if the device is lost
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkQueueSubmit.html
 *
 * @example
 * await untilIdle(device, queue);
 */
export const untilIdle = userCall(async function untilIdle(
  device: Device,
  queue: Queue,
  options: WaitOptions = {},
): Promise<void> {
  checkClass('untilIdle.device', device, 'VkDevice');
  checkClass('untilIdle.queue', queue, 'VkQueue');
  const { signal } = checkOptions('untilIdle.options', options, ['signal']);
  if (signal !== undefined && (builtinName(signal) !== undefined || !(signal instanceof AbortSignal)))
    throw ours(new TypeError(`untilIdle.options.signal: expected an AbortSignal, got ${describe(signal)}`));
  signal?.throwIfAborted();
  const fence = device.createFence({});
  const done = reach(device, queue, fence).finally(() => {
    // It is gone if the device was destroyed meanwhile.
    if (device.scope.has('VkFence', fence)) device.destroyFence(fence);
  });
  if (signal === undefined) return done;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
  });
  try {
    await Promise.race([done, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
});

/** Submits a fence and waits for it. */
async function reach(device: Device, queue: Queue, fence: VkFence): Promise<void> {
  await queue.async.queueSubmit([], fence);
  // A device that was disposed of meanwhile is idle.
  if (device.alive) await untilSignaled(device, fence);
}
