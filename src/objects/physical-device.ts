// In: a VkPhysicalDevice that an instance enumerated.
// Out: the object with its commands.
import type { PhysicalDeviceCommands } from '../../ffi/types/methods.ts';
import type { Instance } from '../../ffi/types/objects.ts';
import { defineCommands } from '../commands/define.ts';
import { Dispatch } from '../handles/dispatch.ts';
import { VulkanObject } from '../handles/object.ts';
import type { Scope } from '../handles/scope.ts';
import { Device } from './device.ts';

export interface PhysicalDevice extends PhysicalDeviceCommands {}

type This = PhysicalDevice;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    PhysicalDevice: This;
  }
}

/** A VkPhysicalDevice; it lives as long as its instance. */
export class PhysicalDevice extends VulkanObject {
  declare readonly type: 'VkPhysicalDevice';
  /** What enumerated it. */
  readonly instance: Instance;

  /** @internal */
  constructor(handle: bigint, scope: Scope, dispatch: Dispatch, instance: Instance) {
    super('VkPhysicalDevice', handle, scope, dispatch);
    this.instance = instance;
    Object.defineProperty(this, 'instance', { enumerable: false });
  }

  /** @internal */
  static create(instance: Instance, handle: bigint): PhysicalDevice {
    defineCommands(PhysicalDevice, 'VkPhysicalDevice');
    const { scope, apiVersion, enabledExtensions } = instance;
    let offered: Set<string> | undefined;
    // The loader jumps into nothing where a driver lacks such a command, so it is asked before.
    const dispatch = new Dispatch(instance.procAddr, {
      owner: 'instance',
      apiVersion,
      extensions: enabledExtensions,
      scope,
      offered: name => {
        offered ??= new Set(physicalDevice.enumerateDeviceExtensionProperties().map(e => e.extensionName));
        return offered.has(name);
      },
    });
    const Family = dispatch.subclass(PhysicalDevice) as typeof PhysicalDevice;
    const physicalDevice = new Family(handle, scope, dispatch, instance);
    scope.wraps.VkDevice ??= (device, created, self) =>
      Device.create(
        self as PhysicalDevice,
        device,
        created('enabledExtensionCount', 'ppEnabledExtensionNames'),
      );
    return physicalDevice;
  }
}
