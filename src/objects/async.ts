// Promise forms of commands that may block: the event loop keeps running while another thread waits.
import type { DeviceCommands, QueueCommands } from '../../ffi/types/methods.ts';
import { promiseOf } from '../commands/method.ts';
import { ours } from '../errors/user-call.ts';
import { isVulkanBase, type VulkanObject } from '../handles/object.ts';
import { commandName } from '../registry/shape.ts';

/** The same arguments, and a promise of the same result; it rejects with what the sync form would throw. */
type Promised<T, K extends keyof T> = {
  readonly [P in K]: T[P] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** An AbortSignal, declared here for programs whose TypeScript settings do not have the type. */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why it was aborted. */
  readonly reason: unknown;
  /** Throws the reason if it has been aborted. */
  throwIfAborted(): void;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Stops calling `listener`. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Options of a wait, after the command's own arguments. */
export interface WaitOptions {
  /** Ends the wait when it is aborted: the promise rejects with its reason, and what the call used is free again. */
  readonly signal?: AbortSignalLike | undefined;
}

type Waiting<T, K extends keyof T> = {
  readonly [P in K]: T[P] extends (...args: infer A) => infer R
    ? (...args: [...A, options?: WaitOptions]) => Promise<R>
    : never;
};

/** Commands with a timeout. */
const WAITS = [
  'waitForFences',
  'waitSemaphores',
  'waitSemaphoresKHR',
  'waitForPresentKHR',
  'waitForPresent2KHR',
  'acquireNextImageKHR',
  'acquireNextImage2KHR',
] as const;

const DEVICE_CALLS = [
  'deviceWaitIdle',
  'createGraphicsPipelines',
  'createComputePipelines',
  'createRayTracingPipelinesKHR',
  'allocateMemory',
] as const;

export const DEVICE_FORMS: readonly string[] = [...WAITS, ...DEVICE_CALLS];

export const QUEUE_FORMS = [
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
 * Arguments are checked and copied at once, so they may change afterwards. Until the promise settles, neither the device
 * nor anything that the call uses can be destroyed. The specification's rules on threads apply: two calls at a time must
 * not use what it calls externally synchronized. Only calls on the same queue are put in order here, `deviceWaitIdle` among
 * those of every queue; meanwhile their sync forms on these queues are refused.
 *
 * A command with a timeout waits in slices, so that any number of waits leaves libuv's threads free, and takes an
 * AbortSignal. Each other call occupies a thread until it returns; at most one fewer run at a time than libuv has threads
 * (four unless UV_THREADPOOL_SIZE says otherwise; if there is only one, a call takes it). None keeps the process from exiting. `deviceWaitIdle` and
 * `queueWaitIdle` cannot be cancelled: Vulkan has no timeout there, so they take no AbortSignal.
 *
 * While Vulkan holds a JavaScript callback, such as a debug messenger's, all but those two are called in this thread,
 * because the callback can only run here: waits poll every few milliseconds, the others block until they return. With
 * `showMessagesInThread` of `koffi-vulkan/helpers` they run in other threads as usual.
 *
 * @example
 * await device.async.waitForFences([fence], true, 1_000_000_000n);
 * @example
 * const signal = AbortSignal.timeout(100);
 * await device.async.waitForFences([fence], true, 2n ** 64n - 1n, { signal }); // rejected after 100 ms
 */
export interface AsyncDevice
  extends Promised<DeviceCommands, Extract<(typeof DEVICE_CALLS)[number], keyof DeviceCommands>>,
    Waiting<DeviceCommands, Extract<(typeof WAITS)[number], keyof DeviceCommands>> {}

/** Promise forms of a queue's commands that may block; the rules are those of {@link AsyncDevice}. */
export interface AsyncQueue
  extends Promised<QueueCommands, Extract<(typeof QUEUE_FORMS)[number], keyof QueueCommands>> {}

const forms = new WeakMap<VulkanObject, object>();

/** @internal The promise forms of an object. Its class is checked, since C cannot tell one type of handle from another. */
export function promiseForms<T extends object>(
  object: VulkanObject,
  type: string,
  names: readonly string[],
): T {
  if (!isVulkanBase(object, type)) throw ours(new TypeError(`${type}.async: it must be read from a ${type}`));
  let known = forms.get(object);
  if (known === undefined) {
    known = Object.fromEntries(
      names.map(name => {
        const form = (...args: unknown[]) => promiseOf(commandName(name))(object, args, form);
        return [name, form];
      }),
    );
    forms.set(object, known);
  }
  return known as T;
}
