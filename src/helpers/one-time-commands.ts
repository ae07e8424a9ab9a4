// Commands that are recorded, submitted once and waited for.
import { VkCommandBufferUsageFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkCommandBufferLevel } from '../../ffi/rows/enums.ts';
import type { VkCommandPool } from '../../ffi/types/structs.ts';
import { callUser, ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { describe } from '../native/argument-error.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';

/** Where commands go: a queue, and a pool of its family. */
export interface CommandTarget {
  /** The device that both belong to. */
  readonly device: Device;
  /** Where they are submitted. */
  readonly queue: Queue;
  /** What the command buffer is allocated from, and given back to. */
  readonly commandPool: VkCommandPool;
}

/** Throws a TypeError that names the path unless commands can be sent there. */
export function checkTarget(path: string, target: CommandTarget): void {
  if (typeof target !== 'object' || target === null)
    throw ours(new TypeError(`${path}: expected { device, queue, commandPool }, got ${describe(target)}`));
  checkClass(`${path}.device`, target.device, 'VkDevice');
  checkClass(`${path}.queue`, target.queue, 'VkQueue');
}

/**
 * Records commands into a command buffer, submits it, and returns when the GPU has done it. Makes
 * vkAllocateCommandBuffers, vkBeginCommandBuffer, vkEndCommandBuffer, vkCreateFence, vkQueueSubmit, vkWaitForFences,
 * vkDestroyFence, vkFreeCommandBuffers.
 * @param target device, queue and pool; they stay the caller's
 * @param record records; the command buffer is not to be used after it returns
 * @throws what `record` throws, and VulkanError; nothing is left behind then
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkQueueSubmit.html
 *
 * @example
 * const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
 * runOnce({ device, queue, commandPool }, commands => commands.cmdFillBuffer(buffer, 0, WHOLE_SIZE, 7));
 */
export const runOnce = userCall(function runOnce(
  target: CommandTarget,
  record: (commands: CommandBuffer) => void,
): void {
  checkTarget('runOnce.target', target);
  if (typeof record !== 'function')
    throw ours(new TypeError(`runOnce.record: expected a function, got ${describe(record)}`));
  submitOnce(target, commands => callUser(() => record(commands)));
});

/** The same for commands that another helper records. */
export function submitOnce(target: CommandTarget, record: (commands: CommandBuffer) => void): void {
  const { device, queue, commandPool } = target;
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  try {
    commands.beginCommandBuffer({ flags: VkCommandBufferUsageFlagBits.ONE_TIME_SUBMIT });
    // What an asynchronous function records after its first await would be recorded too late.
    if ((record(commands) as unknown) instanceof Promise)
      throw ours(
        new TypeError('runOnce.record: expected a function that has recorded when it returns, got a promise'),
      );
    commands.endCommandBuffer();
    const fence = device.createFence({});
    try {
      queue.queueSubmit([{ pCommandBuffers: [commands] }], fence);
      device.waitForFences([fence], true, FOREVER);
    } finally {
      device.destroyFence(fence);
    }
  } finally {
    device.freeCommandBuffers(commandPool, [commands]);
  }
}

/** UINT64_MAX nanoseconds */
const FOREVER = 0xffff_ffff_ffff_ffffn;
