// A VkDevice with its commands, each looked up with its own vkGetDeviceProcAddr.
import type { DeviceCommands } from '../../ffi/types/methods.ts';
import type { PhysicalDevice } from '../../ffi/types/objects.ts';
import type { DeviceHandleTypes } from '../../ffi/types/structs.ts';
import { defineCommands } from '../commands/define.ts';
import { userMethods } from '../errors/user-call.ts';
import { Dispatch, procAddrAt } from '../handles/dispatch.ts';
import type { LiveHandle } from '../handles/live.ts';
import { checkAlive, checkClass, checkRawHandle, isVulkanBase, VulkanObject } from '../handles/object.ts';
import { Scope } from '../handles/scope.ts';
import { checkNames } from '../native/options.ts';
import { memoize } from '../registry/memoize.ts';
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
  /** The physical device that it was created on. */
  readonly physicalDevice: PhysicalDevice;
  /** Extensions that it was created with. */
  readonly enabledExtensions: ReadonlySet<string>;

  /** @internal `made` collects the handles that are created through this object. */
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
      // Instance extensions too: VK_EXT_debug_utils has commands of devices, queues and command buffers.
      extensions: new Set([...instance.enabledExtensions, ...extensions]),
      instanceProcAddr: instance.procAddr,
      get possible() {
        return physicalDevice.possible;
      },
      scope,
    });
    const Family = dispatch.subclass(Device) as typeof Device;
    const device = new Family(handle, scope, dispatch, physicalDevice, extensions);
    scope.wraps.VkQueue = memoize(handle => {
      const queue = Queue.create(device, handle);
      scope.add('VkQueue', handle, false);
      return queue;
    });
    scope.dispose = () => device[Symbol.dispose]();
    scope.wraps.VkCommandBuffer = commandBuffer => CommandBuffer.create(device, commandBuffer);
    return device;
  }

  /**
   * Wraps a VkDevice that other code made: another worker, or native code. Its instance can be destroyed before it is,
   * and no handle made elsewhere is known here before {@link adopt}. When its owner has destroyed it, call
   * `instance.release('VkDevice', device)`.
   * @param physicalDevice the one that it was created on, as an object of this thread
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
    const names = checkNames('Device.fromHandle.enabledExtensions', enabledExtensions);
    return Device.create(physicalDevice, handle, { ppEnabledExtensionNames: names }, false);
  }

  /**
   * Adopts a handle of this device that other code made: another worker, or native code. The device can be destroyed
   * before it is. It may be destroyed here too; the other code must not do so then.
   * @param type its C type
   * @param handle its raw value, which is not validated
   * @returns the same handle, typed; for a command buffer or a queue its object
   * @throws TypeError if handles of that type do not belong to a device, or the handle is not a bigint above zero
   *
   * @example
   * const recorded = device.adopt('VkCommandBuffer', rawFromWorker);
   * queue.queueSubmit([{ pCommandBuffers: [recorded] }]);
   */
  adopt<T extends keyof DeviceHandleTypes>(type: T, handle: bigint): DeviceHandleTypes[T] {
    return adoptHandle(this, type, handle) as DeviceHandleTypes[T];
  }

  /**
   * Forgets a handle that other code has destroyed, or will; a pool with all that was allocated from it.
   * @param type its C type
   * @param handle what {@link adopt} or a command of this device returned
   * @throws RangeError if it is not alive here, or a call that has not returned uses it
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
   * Waits until the device is idle and destroys it with all that was created on it, the latest first; `using` calls
   * this at the end of its block. If a promise form is still running, the device is destroyed once that has settled,
   * without blocking. It never throws, so that an error of the block is not hidden; `destroyDevice()` throws.
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
    userMethods(Device, 'Device', value => isVulkanBase(value, 'VkDevice'));
  }
}
