// In: a VkDevice that was created.
// Out: the object with its commands, each looked up with this device's vkGetDeviceProcAddr.
import type { DeviceCommands } from '../../ffi/types/methods.ts';
import type { PhysicalDevice } from '../../ffi/types/objects.ts';
import { defineCommands } from '../commands/define.ts';
import { Dispatch, procAddrAt } from '../handles/dispatch.ts';
import { checkRawHandle, VulkanObject } from '../handles/object.ts';
import { belongsToDevice, isDispatchable, Scope } from '../handles/scope.ts';
import { type AsyncDevice, DEVICE_WAITS, promiseForms } from './async.ts';
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

  /** @internal */
  constructor(
    handle: bigint,
    scope: Scope,
    dispatch: Dispatch,
    physicalDevice: PhysicalDevice,
    extensions: ReadonlySet<string>,
  ) {
    super('VkDevice', handle, scope, dispatch);
    this.physicalDevice = physicalDevice;
    this.enabledExtensions = extensions;
    Object.defineProperty(this, 'physicalDevice', { enumerable: false });
  }

  /** @internal */
  static create(physicalDevice: PhysicalDevice, handle: bigint, info: Record<string, unknown>): Device {
    defineCommands(Device, 'VkDevice');
    const { instance } = physicalDevice;
    const extensions = new Set((info.ppEnabledExtensionNames as string[] | null) ?? []);
    const scope = new Scope('VkDevice', instance.scope, handle);
    const getDeviceProcAddr = instance.procAddr('vkGetDeviceProcAddr');
    let apiVersion: number | undefined;
    const dispatch = new Dispatch(procAddrAt(getDeviceProcAddr, handle), {
      owner: 'device',
      // What a device may use is the lower of what the program asked for and what the device has, which is asked when
      // it is wanted.
      get apiVersion() {
        apiVersion ??= Math.min(instance.apiVersion, physicalDevice.getPhysicalDeviceProperties().apiVersion);
        return apiVersion;
      },
      extensions,
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
      return made;
    };
    scope.dispose = () => device[Symbol.dispose]();
    scope.wraps.VkCommandBuffer = commandBuffer => CommandBuffer.create(device, commandBuffer);
    return device;
  }

  /**
   * Wraps a VkDevice that this thread has not created: another worker's, or other native code's.
   * @param physicalDevice what it was created from, in this thread
   * @param handle its raw value, which is not validated
   * @param enabledExtensions the extensions that it was created with
   * @returns a device that knows none of the handles created elsewhere: {@link adopt} tells it of them
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
    checkRawHandle('Device.fromHandle', handle);
    return Device.create(physicalDevice, handle, { ppEnabledExtensionNames: enabledExtensions });
  }

  /**
   * Takes a handle of this device that was created elsewhere: in another worker, or by other native code. It may be
   * used from now on, and destroyed; whoever has created it must not use it after that.
   * @param type its C type
   * @param handle its raw value, which is not validated
   * @returns the same handle, typed
   */
  adopt<T extends bigint>(type: string, handle: bigint): T {
    checkRawHandle('Device.adopt', handle);
    if (isDispatchable(type) || !belongsToDevice(type))
      throw new TypeError(`Device.adopt: expected the type of a device's own handle, got ${type}`);
    this.scope.add(type, handle, false);
    return handle as T;
  }

  /** Promise forms of the commands that may block; see {@link AsyncDevice}. */
  get async(): AsyncDevice {
    return promiseForms<AsyncDevice>(this, 'VkDevice', DEVICE_WAITS);
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
}
