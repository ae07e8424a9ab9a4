// Promise forms of commands that may block: the event loop goes on while a thread waits.
import type { DeviceCommands, QueueCommands } from '../../ffi/types/methods.ts';
import { promiseOf } from '../commands/method.ts';
import { ours } from '../errors/user-call.ts';
import { isVulkanBase, type VulkanObject } from '../handles/object.ts';

/** The same arguments and the same result, in a promise; what the sync form throws rejects it. */
type Promised<T, K extends keyof T> = {
  readonly [P in K]: T[P] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** An AbortSignal, also where a program's TypeScript settings know no such type. */
export interface AbortSignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why. */
  readonly reason: unknown;
  /** Throws the reason where it has been aborted. */
  throwIfAborted(): void;
  /** Calls `listener` when it is aborted. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Calls `listener` no more. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a wait takes besides. */
export interface WaitOptions {
  /** Aborted, it ends the wait: the promise is rejected with its reason, and nothing is in use any more. */
  readonly signal?: AbortSignalLike | undefined;
}

type Waiting<T, K extends keyof T> = {
  readonly [P in K]: T[P] extends (...args: infer A) => infer R
    ? (...args: [...A, options?: WaitOptions]) => Promise<R>
    : never;
};

/** Those that have a timeout. */
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
 * Arguments are checked and copied at once, so what was passed may change afterwards. Until the promise settles, what
 * the call uses cannot be destroyed, nor can its device. The specification's rules on threads hold: what it calls
 * externally synchronized must not be used by two calls at a time, but a queue's are made in their order, and
 * `deviceWaitIdle` among those of every queue. Meanwhile their sync forms on these queues are refused.
 *
 * What has a timeout waits in slices, so that any number of waits leaves libuv's threads to others, and takes an
 * AbortSignal. The other forms have a thread until they return, at most one fewer at a time than libuv has (four unless
 * UV_THREADPOOL_SIZE says otherwise). None keeps the process from ending. `deviceWaitIdle` and a queue's `queueWaitIdle`
 * cannot be given up: Vulkan has no timeout there, so they take no AbortSignal, and keep their thread until they return.
 *
 * While Vulkan has a function of the script's, a debug messenger's above all, forms other than those two are made in this
 * thread, where that function runs: waits ask every few milliseconds, the others return when they are done. With
 * `showMessagesInThread` of `koffi-vulkan/helpers` they have their threads.
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

/** @internal Only of an object of its class: what a queue's commands are called on goes to C as a VkQueue. */
export function promiseForms<T extends object>(
  object: VulkanObject,
  type: string,
  names: readonly string[],
): T {
  if (!isVulkanBase(object, type))
    throw ours(new TypeError(`${type}.async: called on another object than a ${type}`));
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
