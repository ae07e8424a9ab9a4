// A VkCommandBuffer with its commands.
import type { CommandBufferCommands } from '../../ffi/types/methods.ts';
import type { Device } from '../../ffi/types/objects.ts';
import { defineCommands } from '../commands/define.ts';
import { VulkanObject } from '../handles/object.ts';

export interface CommandBuffer extends CommandBufferCommands {}

type This = CommandBuffer;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    CommandBuffer: This;
  }
}

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
