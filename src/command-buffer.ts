// In: a VkCommandBuffer that was allocated.
// Out: the object with its commands.
import type { CommandBufferCommands } from '../ffi/methods.ts';
import { defineCommands } from './commands.ts';
import type { Device } from './device.ts';
import { VulkanObject } from './object.ts';

export interface CommandBuffer extends CommandBufferCommands {}

/** A VkCommandBuffer; it lives until it or its pool is freed. */
export class CommandBuffer extends VulkanObject {
  declare readonly type: 'VkCommandBuffer';

  /** @internal */
  static create(device: Device, handle: bigint): CommandBuffer {
    defineCommands(CommandBuffer, 'VkCommandBuffer');
    const Family = device.dispatch.subclass(CommandBuffer) as typeof CommandBuffer;
    return new Family('VkCommandBuffer', handle, device.scope, device.dispatch);
  }
}
