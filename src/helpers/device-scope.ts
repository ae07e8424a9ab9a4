// A part of a program: what is made through it on a device ends with it, in the right order.
import { userCall, userMethods } from '../errors/user-call.ts';
import { callbacks, commandUsing, whenIdle } from '../handles/busy.ts';
import { destroyCommand, liveIndex } from '../handles/handle-type.ts';
import type { LiveHandle } from '../handles/live.ts';
import { checkClass } from '../handles/object.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import { Device } from '../objects/device.ts';
import { destroyHandle } from '../objects/end.ts';
import { untilIdle } from './waits.ts';

const isAlive = (device: Device, entry: LiveHandle) => device.scope.entry(entry.type, entry.handle) === entry;

/** The handle itself, or one that goes with it, if a call in progress uses it. */
function usedOf(entry: LiveHandle): LiveHandle | undefined {
  if (commandUsing(entry) !== undefined) return entry;
  return [...(entry.children ?? [])].map(usedOf).find(used => used !== undefined);
}

const firstUsed = (device: Device, made: readonly LiveHandle[]): LiveHandle | undefined =>
  made.map(entry => (isAlive(device, entry) ? usedOf(entry) : undefined)).find(used => used !== undefined);

/** Descriptor sets of a pool that stays, stay. */
function destroy(device: Device, { type, handle, object, parent }: LiveHandle): void {
  if (type === 'VkCommandBuffer' && parent !== undefined)
    device.freeCommandBuffers(parent.handle as never, [object as unknown as CommandBuffer]);
  else if (destroyCommand(type) !== undefined) destroyHandle(device, type, handle);
}

/** Destroys what is left of it, the latest first. What cannot end is told, and keeps nothing else from it. */
function destroyAll(device: Device, made: LiveHandle[]): void {
  for (const entry of made.splice(0).reverse())
    try {
      if (isAlive(device, entry)) destroy(device, entry);
    } catch (error) {
      const what = `${entry.type} 0x${entry.handle.toString(16)}`;
      process.emitWarning(`${what} could not be ended: ${(error as Error).message}`, 'KoffiVulkanWarning');
    }
}

/** A lost device is idle. */
function waitIdle(device: Device): void {
  try {
    device.deviceWaitIdle();
  } catch {
    // What the device is lost by was told to who caused it.
  }
}

/** Now, or when no call in progress uses any of it. */
function end(device: Device, made: LiveHandle[]): void {
  if (!device.alive || made.length === 0) return;
  const used = firstUsed(device, made);
  if (used !== undefined) whenIdle(used, () => end(device, made));
  else if (callbacks.running > 0) setImmediate(() => end(device, made));
  else {
    waitIdle(device);
    destroyAll(device, made);
  }
}

/**
 * The same without blocking. vkDeviceWaitIdle forbids everybody else to use a queue meanwhile, so each queue is given
 * a fence instead, behind what was submitted to it.
 */
async function endLater(device: Device, made: LiveHandle[]): Promise<void> {
  for (let used = firstUsed(device, made); used !== undefined; used = firstUsed(device, made)) {
    const using = used;
    await new Promise<void>(resolve => whenIdle(using, resolve));
  }
  while (callbacks.running > 0) await new Promise(resolve => setImmediate(resolve));
  if (!device.alive || made.length === 0) return;
  const known = device.scope.live[liveIndex('VkQueue')]?.values() ?? [];
  const queues = known.map(({ handle }) => device.adopt('VkQueue', handle));
  // A lost device is idle.
  await Promise.all(queues.map(queue => untilIdle(device, queue).catch(() => undefined)));
  destroyAll(device, made);
}

/** The device as another object: what ends with it is not the device, but what was made through it. */
export class DeviceScope extends Device implements AsyncDisposable {
  readonly #device: Device;
  readonly #made: LiveHandle[];

  /** @internal Use {@link createScope}. */
  constructor(device: Device, made: LiveHandle[]);
  constructor(...args: unknown[]) {
    const [device, made] = args as [Device, LiveHandle[]];
    const { handle, scope, dispatch, physicalDevice, enabledExtensions } = device;
    super(handle, scope, dispatch, physicalDevice, enabledExtensions, made);
    this.#device = device;
    this.#made = made;
  }

  /** Waits for the device, and destroys what was made through the scope, the latest first. */
  override [Symbol.dispose](): void {
    end(this.#device, this.#made);
  }

  /** The same, and lets the event loop turn while it waits. */
  [Symbol.asyncDispose](): Promise<void> {
    return endLater(this.#device, this.#made);
  }

  static {
    userMethods(DeviceScope);
  }
}

/**
 * A part of a program: what is made through the scope ends with it, the latest first, and what is made through the
 * device stays the device's. A scope is the device itself in every other way, and can be given to whatever takes one.
 *
 * `using` waits for the device (vkDeviceWaitIdle) before it destroys; `await using` lets the event loop turn meanwhile:
 * it makes vkCreateFence, vkQueueSubmit, vkWaitForFences and vkDestroyFence for each queue. Then come the vkDestroy…,
 * vkFreeMemory and vkFreeCommandBuffers of what was made and is still there; descriptor sets go with their pool. What
 * a promise form in progress uses ends when that has settled. Nothing is thrown, so that a script's own error stays what
 * it is; what cannot end is told in a warning of the process.
 * @param device what everything is made on; it stays the caller's
 * @returns the scope, to be ended by `using`, `await using` or its `[Symbol.dispose]()`
 *
 * @example
 * {
 *   using scope = createScope(device);
 *   const staging = scope.createBuffer({ size: 4096, usage: VkBufferUsageFlagBits.TRANSFER_SRC });
 *   allocateFor(scope, { buffer: staging }, { required: VkMemoryPropertyFlagBits.HOST_VISIBLE });
 * } // both have ended
 */
export const createScope = userCall(function createScope(device: Device): DeviceScope {
  checkClass('createScope.device', device, 'VkDevice');
  const Family = device.dispatch.subclass(DeviceScope) as typeof DeviceScope;
  return new Family(device, []);
});
