// In: a device or a queue.
// Out: promise forms of its commands that may block: the event loop goes on while a thread of libuv's waits.
import type { DeviceCommands, QueueCommands } from '../../ffi/types/methods.ts';
import { promiseOf } from '../commands/method.ts';
import { isVulkanBase, type VulkanObject } from '../handles/object.ts';

/** The same arguments and the same result, in a promise; what the sync form throws rejects it. */
type Promised<T, K extends keyof T> = {
  readonly [P in K]: T[P] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

export const DEVICE_WAITS = [
  'waitForFences',
  'waitSemaphores',
  'waitSemaphoresKHR',
  'waitForPresentKHR',
  'waitForPresent2KHR',
  'deviceWaitIdle',
  'acquireNextImageKHR',
  'acquireNextImage2KHR',
  'createGraphicsPipelines',
  'createComputePipelines',
  'createRayTracingPipelinesKHR',
  'allocateMemory',
] as const;

export const QUEUE_WAITS = [
  'queueWaitIdle',
  'queueSubmit',
  'queueSubmit2',
  'queueSubmit2KHR',
  'queuePresentKHR',
  'queueBindSparse',
] as const;

/**
 * Promise forms of a device's commands that may block.
 *
 * Arguments are checked and copied at once, so what was passed may change afterwards. Until the promise settles, what
 * the call uses cannot be destroyed, nor can its device. The specification's rules on threads hold: what it calls
 * externally synchronized must not be used by two calls at a time. libuv has four threads unless UV_THREADPOOL_SIZE
 * says otherwise: a wait that only a later promise form can end needs one more.
 *
 * @example
 * await device.async.waitForFences([fence], true, 1_000_000_000n);
 */
export interface AsyncDevice
  extends Promised<DeviceCommands, Extract<(typeof DEVICE_WAITS)[number], keyof DeviceCommands>> {}

/** Promise forms of a queue's commands that may block; the rules are those of {@link AsyncDevice}. */
export interface AsyncQueue
  extends Promised<QueueCommands, Extract<(typeof QUEUE_WAITS)[number], keyof QueueCommands>> {}

const forms = new WeakMap<VulkanObject, object>();

/** @internal Only of an object of its class: what a queue's commands are called on goes to C as a VkQueue. */
export function promiseForms<T extends object>(
  object: VulkanObject,
  type: string,
  names: readonly string[],
): T {
  if (!isVulkanBase(object, type))
    throw new TypeError(`${type}.async: called on another object than a ${type}`);
  let known = forms.get(object);
  if (known === undefined) {
    known = Object.fromEntries(
      names.map(name => {
        const form = (...args: unknown[]) =>
          promiseOf(`vk${name[0].toUpperCase()}${name.slice(1)}`)(object, args, form);
        return [name, form];
      }),
    );
    forms.set(object, known);
  }
  return known as T;
}
