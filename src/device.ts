// In: a VkDevice that was created.
// Out: the object with its commands, each looked up with this device's vkGetDeviceProcAddr.
import type { DeviceCommands } from '../ffi/methods.ts';
import { CommandBuffer } from './command-buffer.ts';
import { Dispatch, defineCommands, procAddrAt } from './commands.ts';
import { VulkanObject } from './object.ts';
import type { PhysicalDevice } from './physical-device.ts';
import { Queue } from './queue.ts';
import { Scope } from './scope.ts';

export interface Device extends DeviceCommands {}

/** A VkDevice: `physicalDevice.createDevice(…)` makes it, `destroyDevice()` or `using` ends it. */
export class Device extends VulkanObject {
  override readonly type = 'VkDevice';
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
    super(handle, scope, dispatch);
    this.physicalDevice = physicalDevice;
    this.enabledExtensions = extensions;
    Object.defineProperty(this, 'physicalDevice', { enumerable: false });
  }

  /** @internal */
  static create(physicalDevice: PhysicalDevice, handle: bigint, info: Record<string, unknown>): Device {
    defineCommands(Device, 'VkDevice');
    const { instance } = physicalDevice;
    const extensions = new Set((info.ppEnabledExtensionNames as string[] | null) ?? []);
    const scope = new Scope('VkDevice', instance.scope);
    const getDeviceProcAddr = instance.procAddr('vkGetDeviceProcAddr');
    // What a device may use is the lower of what the program asked for and what the device has.
    const apiVersion = Math.min(instance.apiVersion, physicalDevice.getPhysicalDeviceProperties().apiVersion);
    const dispatch = new Dispatch(procAddrAt(getDeviceProcAddr, handle), {
      owner: 'device',
      apiVersion,
      extensions,
    });
    const device = new (dispatch.subclass(Device) as typeof Device)(
      handle,
      scope,
      dispatch,
      physicalDevice,
      extensions,
    );
    const queues: Queue[] = [];
    scope.wraps.VkQueue = queue => {
      const known = queues.find(q => q.handle === queue);
      if (known !== undefined) return known;
      const made = Queue.create(device, queue);
      queues.push(made);
      return made;
    };
    scope.wraps.VkCommandBuffer = commandBuffer => CommandBuffer.create(device, commandBuffer);
    return device;
  }

  /** Destroys it if it still lives. */
  [Symbol.dispose](): void {
    if (this.alive) this.destroyDevice();
  }
}
