// A VkQueue with its commands.
import type { QueueCommands } from '../../ffi/types/methods.ts';
import type { Device } from '../../ffi/types/objects.ts';
import { defineCommands } from '../commands/define.ts';
import { VulkanObject } from '../handles/object.ts';
import { type AsyncQueue, promiseForms, QUEUE_FORMS } from './async.ts';

export interface Queue extends QueueCommands {}

type This = Queue;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    Queue: This;
  }
}

/** A VkQueue; it lives as long as its device. */
export class Queue extends VulkanObject {
  declare readonly type: 'VkQueue';

  /** Promise forms of the commands that may block; see {@link AsyncQueue}. */
  get async(): AsyncQueue {
    return promiseForms<AsyncQueue>(this, 'VkQueue', QUEUE_FORMS);
  }

  /** @internal */
  static create(device: Device, handle: bigint): Queue {
    defineCommands(Queue, 'VkQueue');
    const Family = device.dispatch.subclass(Queue) as typeof Queue;
    return new Family('VkQueue', handle, device.scope, device.dispatch);
  }
}
