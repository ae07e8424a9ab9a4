// A VkDevice with its commands, each looked up with its own vkGetDeviceProcAddr.
import type { DeviceCommands } from '../../ffi/types/methods.ts';
import type { PhysicalDevice } from '../../ffi/types/objects.ts';
import type { DeviceHandleTypes } from '../../ffi/types/structs.ts';
import { defineCommands } from '../commands/define.ts';
import { userMethods } from '../errors/user-call.ts';
import { Dispatch, procAddrAt } from '../handles/dispatch.ts';
import type { LiveHandle } from '../handles/live.ts';
import { checkAlive, checkClass, checkRawHandle, VulkanObject } from '../handles/object.ts';
import { Scope } from '../handles/scope.ts';
import { checkNames } from '../native/options.ts';
import { adoptHandle, releaseHandle } from './adopted-handle.ts';
import { type AsyncDevice, DEVICE_FORMS, promiseForms } from './async.ts';
import { CommandBuffer } from './command-buffer.ts';
import { endWithAll } from './end.ts';
import { Queue } from './queue.ts';

export interface Device extends DeviceCommands {}

type This = Device;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    Device: This;
  }
}

/** A VkDevice: `physicalDevice.createDevice(…)` makes it, `destroyDevice()` or `using` ends it. */
export class Device extends VulkanObject {
  declare readonly type: 'VkDevice';
  /** What it was created from. */
  readonly physicalDevice: PhysicalDevice;
  /** Extensions that it was created with. */
  readonly enabledExtensions: ReadonlySet<string>;

  /** @internal `made` gets what is made through this object. */
  constructor(
    handle: bigint,
    scope: Scope,
    dispatch: Dispatch,
    physicalDevice: PhysicalDevice,
    extensions: ReadonlySet<string>,
    made?: LiveHandle[],
  ) {
    super('VkDevice', handle, scope, dispatch, made);
    this.physicalDevice = physicalDevice;
    this.enabledExtensions = extensions;
    Object.defineProperty(this, 'physicalDevice', { enumerable: false });
  }

  /** @internal */
  static create(
    physicalDevice: PhysicalDevice,
    handle: bigint,
    info: Record<string, unknown>,
    made = true,
  ): Device {
    defineCommands(Device, 'VkDevice');
    const { instance } = physicalDevice;
    const extensions = new Set((info.ppEnabledExtensionNames as string[] | null) ?? []);
    const scope = new Scope('VkDevice', instance.scope, handle, made);
    const getDeviceProcAddr = instance.procAddr('vkGetDeviceProcAddr');
    const dispatch = new Dispatch(procAddrAt(getDeviceProcAddr, handle), {
      owner: 'device',
      get apiVersion() {
        return physicalDevice.apiVersion;
      },
      // VK_EXT_debug_utils is an instance's, and has commands of devices, queues and command buffers.
      extensions: new Set([...instance.enabledExtensions, ...extensions]),
      instanceProcAddr: instance.procAddr,
      get possible() {
        return physicalDevice.possible;
      },
      scope,
    });
    const Family = dispatch.subclass(Device) as typeof Device;
    const device = new Family(handle, scope, dispatch, physicalDevice, extensions);
    const queues: Queue[] = [];
    scope.wraps.VkQueue = queue => {
      const known = queues.find(q => q.handle === queue);
      if (known !== undefined) return known;
      const made = Queue.create(device, queue);
      queues.push(made);
      scope.add('VkQueue', queue, false);
      return made;
    };
    scope.dispose = () => device[Symbol.dispose]();
    scope.wraps.VkCommandBuffer = commandBuffer => CommandBuffer.create(device, commandBuffer);
    return device;
  }

  /**
   * Wraps a VkDevice that other code made: another worker, or native code. It is not missed when its instance is
   * destroyed, and knows none of the handles that were made elsewhere: {@link adopt} tells it of them. When its owner
   * has destroyed it, `instance.release('VkDevice', device)` forgets it.
   * @param physicalDevice what it was created from, in this thread
   * @param handle its raw value, which is not validated
   * @param enabledExtensions the extensions that it was created with
   *
   * @example
   * const device = Device.fromHandle(gpu, workerData.device, ['VK_KHR_swapchain']);
   * const fence = device.adopt('VkFence', workerData.fence);
   */
  static fromHandle(
    physicalDevice: PhysicalDevice,
    handle: bigint,
    enabledExtensions: readonly string[] = [],
  ): Device {
    checkClass('Device.fromHandle.physicalDevice', physicalDevice, 'VkPhysicalDevice');
    checkAlive('Device.fromHandle', physicalDevice);
    checkRawHandle('Device.fromHandle.handle', handle);
    checkNames('Device.fromHandle.enabledExtensions', enabledExtensions);
    return Device.create(physicalDevice, handle, { ppEnabledExtensionNames: enabledExtensions }, false);
  }

  /**
   * Takes in a handle of this device that other code made: another worker, or native code. It is not missed when the
   * device is destroyed; here too it may be destroyed, and is then the other code's no longer.
   * @param type its C type
   * @param handle its raw value, which is not validated
   * @returns the same handle, typed; of a command buffer or a queue the object
   * @throws TypeError for the type of handles that do not belong to a device, and for what is no raw value
   *
   * @example
   * const recorded = device.adopt('VkCommandBuffer', rawFromWorker);
   * queue.queueSubmit([{ pCommandBuffers: [recorded] }]);
   */
  adopt<T extends keyof DeviceHandleTypes>(type: T, handle: bigint): DeviceHandleTypes[T] {
    return adoptHandle(this, type, handle) as DeviceHandleTypes[T];
  }

  /**
   * Forgets a handle that other code has destroyed, or will; with a pool goes what was allocated from it.
   * @param type its C type
   * @param handle what {@link adopt} gave, or a command of this device
   * @throws RangeError where it is not known to be alive, or a call that has not returned uses it
   */
  release<T extends Exclude<keyof DeviceHandleTypes, 'VkQueue'>>(
    type: T,
    handle: DeviceHandleTypes[T],
  ): void {
    releaseHandle(this, type, handle);
  }

  /** Promise forms of the commands that may block; see {@link AsyncDevice}. */
  get async(): AsyncDevice {
    return promiseForms<AsyncDevice>(this, 'VkDevice', DEVICE_FORMS);
  }

  /**
   * Waits until the device is idle and destroys it with all that was created on it, the latest first: `using` does
   * so at the end of its block. What a promise form still uses is waited for without blocking, so the device then
   * ends later. Nothing is thrown, so that a script's own error stays what it is; `destroyDevice()` refuses instead.
   *
   * @example
   * using device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
   * const fence = device.createFence({}); // destroyed with the device
   */
  [Symbol.dispose](): void {
    endWithAll(
      this,
      () => this.deviceWaitIdle(),
      () => this.destroyDevice(),
    );
  }

  static {
    userMethods(Device);
  }
}
