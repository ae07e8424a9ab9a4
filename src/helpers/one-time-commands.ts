// Records commands, submits them once and waits until they have finished.
import { VkCommandBufferUsageFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkCommandBufferLevel } from '../../ffi/rows/enums.ts';
import type { VkCommandPool } from '../../ffi/types/structs.ts';
import { builtinName, isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { callUser, ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { readMembers } from '../native/options.ts';
import { UINT64_MAX } from '../native/uint64.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import type { Device } from '../objects/device.ts';
import type { Queue } from '../objects/queue.ts';

/** Where commands are submitted: a queue, and a command pool of its family. */
export interface CommandTarget {
  /** The device that both belong to. */
  readonly device: Device;
  /** The queue that they are submitted to. */
  readonly queue: Queue;
  /** The pool that the command buffer is allocated from. */
  readonly commandPool: VkCommandPool;
}

/** Throws a TypeError with the path unless it is a target. @returns a copy */
export function checkTarget(path: string, target: CommandTarget): CommandTarget {
  if (!isRecord(target))
    throw ours(new TypeError(`${path}: expected { device, queue, commandPool }, got ${describe(target)}`));
  const given = readMembers(path, target as CommandTarget, ['device', 'queue', 'commandPool']);
  checkClass(`${path}.device`, given.device, 'VkDevice');
  checkClass(`${path}.queue`, given.queue, 'VkQueue');
  return given;
}

/**
 * Records commands into a command buffer, submits it, and returns when the GPU has finished. Calls
 * vkAllocateCommandBuffers, vkBeginCommandBuffer, vkEndCommandBuffer, vkCreateFence, vkQueueSubmit, vkWaitForFences,
 * vkDestroyFence and vkFreeCommandBuffers.
 * @param target device, queue and command pool
 * @param record records the commands; the command buffer must not be used after it returns
 * @throws what `record` throws, and VulkanError; nothing is left behind
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
  const given = checkTarget('runOnce.target', target);
  if (typeof record !== 'function')
    throw ours(new TypeError(`runOnce.record: expected a function, got ${describe(record)}`));
  submitOnce(given, commands => callUser(() => record(commands)));
});

/** {@link runOnce} for commands that another helper records. */
export function submitOnce(target: CommandTarget, record: (commands: CommandBuffer) => void): void {
  const { device, queue, commandPool } = target;
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  try {
    commands.beginCommandBuffer({ flags: VkCommandBufferUsageFlagBits.ONE_TIME_SUBMIT });
    // An asynchronous function would record what follows its first await too late.
    if (builtinName(record(commands)) === 'Promise')
      throw ours(
        new TypeError('runOnce.record: expected a function that has recorded when it returns, got a promise'),
      );
    commands.endCommandBuffer();
    const fence = device.createFence({});
    try {
      queue.queueSubmit([{ pCommandBuffers: [commands] }], fence);
      device.waitForFences([fence], true, UINT64_MAX);
    } finally {
      device.destroyFence(fence);
    }
  } finally {
    device.freeCommandBuffers(commandPool, [commands]);
  }
}
