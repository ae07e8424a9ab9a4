// Device scopes: what is created through one is destroyed with it, in the right order.
import { isArray } from '../errors/bytes.ts';
import { notByNew, userCall, userMethods } from '../errors/user-call.ts';
import { callbacks, commandUsing, whenIdle } from '../handles/busy.ts';
import { destroyCommand, liveIndex } from '../handles/handle-type.ts';
import type { LiveHandle } from '../handles/live.ts';
import { checkClass, isVulkanBase } from '../handles/object.ts';
import { setImmediate } from '../native/clock.ts';
import type { CommandBuffer } from '../objects/command-buffer.ts';
import { Device } from '../objects/device.ts';
import { destroyHandle } from '../objects/end.ts';
import { untilIdle } from './waits.ts';

const isStillAlive = (device: Device, entry: LiveHandle) =>
  device.scope.entry(entry.type, entry.handle) === entry;

/** The handle itself, or one that is destroyed with it, if a call in progress uses it. */
function usedOf(entry: LiveHandle): LiveHandle | undefined {
  if (commandUsing(entry) !== undefined) return entry;
  return [...(entry.children ?? [])].map(usedOf).find(used => used !== undefined);
}

const firstUsed = (device: Device, made: readonly LiveHandle[]): LiveHandle | undefined =>
  made
    .map(entry => (isStillAlive(device, entry) ? usedOf(entry) : undefined))
    .find(used => used !== undefined);

/** Destroys or frees one handle; descriptor sets are freed with their pool. */
function destroy(device: Device, { type, handle, object, parent }: LiveHandle): void {
  if (type === 'VkCommandBuffer' && parent !== undefined)
    device.freeCommandBuffers(parent.handle as never, [object as unknown as CommandBuffer]);
  else if (destroyCommand(type) !== undefined) destroyHandle(device, type, handle);
}

/** Destroys all that is still alive, the latest first. What cannot be destroyed is reported, and the rest goes on. */
function destroyAll(device: Device, made: LiveHandle[]): void {
  for (const entry of made.splice(0).reverse())
    try {
      if (isStillAlive(device, entry)) destroy(device, entry);
    } catch (error) {
      const what = `${entry.type} 0x${entry.handle.toString(16)}`;
      process.emitWarning(`${what} could not be ended: ${(error as Error).message}`, 'KoffiVulkanWarning');
    }
}

function waitIdle(device: Device): void {
  try {
    device.deviceWaitIdle();
  } catch {
    // A lost device is idle.
  }
}

/** Destroys all of it, now or once no call in progress uses any of it. */
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
 * The same without blocking: during vkDeviceWaitIdle no other thread may use a queue, so a fence is submitted to each
 * queue and waited for instead.
 */
async function endAsync(device: Device, made: LiveHandle[]): Promise<void> {
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

/** The device as another object, whose end destroys what was created through it and not the device. */
export class DeviceScope extends Device implements AsyncDisposable {
  readonly #device: Device;
  readonly #made: LiveHandle[];

  /** @internal Use {@link createScope}. */
  constructor(device: Device, made: LiveHandle[]);
  constructor(...args: unknown[]) {
    const [device, made] = args as [Device, LiveHandle[]];
    if (!(isVulkanBase(device, 'VkDevice') && isArray(made)))
      throw notByNew(new.target, 'DeviceScope: call createScope, not the constructor');
    const { handle, scope, dispatch, physicalDevice, enabledExtensions } = device;
    super(handle, scope, dispatch, physicalDevice, enabledExtensions, made);
    this.#device = device;
    this.#made = made;
  }

  /** Waits for the device, and destroys what was created through the scope, the latest first. */
  override [Symbol.dispose](): void {
    end(this.#device, this.#made);
  }

  /** The same, while the event loop keeps running. */
  [Symbol.asyncDispose](): Promise<void> {
    return endAsync(this.#device, this.#made);
  }

  static {
    userMethods(DeviceScope, 'DeviceScope', value => #made in value);
  }
}

/**
 * Creates a scope for a part of a program: what is created through it is destroyed with it, the latest first. In every
 * other way it is the device, and can be passed wherever a device is expected.
 *
 * `using` waits for the device (vkDeviceWaitIdle) before it destroys. `await using` keeps the event loop running: it calls
 * vkCreateFence, vkQueueSubmit, vkWaitForFences and vkDestroyFence for each queue. Then come the vkDestroy… commands,
 * vkFreeMemory and vkFreeCommandBuffers for all that is still alive; descriptor sets are freed with their pool. What a
 * promise form in progress uses is destroyed once that has settled. It never throws, so that an error of the block is not
 * hidden; what cannot be destroyed is reported by a process warning.
 * @param device what everything is created on; it stays alive
 * @returns the scope, to be disposed of by `using`, `await using` or its `[Symbol.dispose]()`
 *
 * @example
 * {
 *   using scope = createScope(device);
 *   const staging = scope.createBuffer({ size: 4096, usage: VkBufferUsageFlagBits.TRANSFER_SRC });
 *   allocateFor(scope, { buffer: staging }, { required: VkMemoryPropertyFlagBits.HOST_VISIBLE });
 * } // both are destroyed here
 */
export const createScope = userCall(function createScope(device: Device): DeviceScope {
  checkClass('createScope.device', device, 'VkDevice');
  const Family = device.dispatch.subclass(DeviceScope) as typeof DeviceScope;
  return new Family(device, []);
});
