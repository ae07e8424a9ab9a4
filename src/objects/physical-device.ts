// A VkPhysicalDevice with its commands.
import type { PhysicalDeviceCommands } from '../../ffi/types/methods.ts';
import type { Instance } from '../../ffi/types/objects.ts';
import { defineCommands } from '../commands/define.ts';
import type { Possible } from '../handles/advice.ts';
import { Dispatch } from '../handles/dispatch.ts';
import { VulkanObject } from '../handles/object.ts';
import { offeredDeviceExtensions } from '../handles/offers.ts';
import type { Scope } from '../handles/scope.ts';
import { registry } from '../registry/registry.ts';
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
  /** The instance that enumerated it. */
  readonly instance: Instance;
  #apiVersion: number | undefined;
  #extensions: ReadonlySet<string> | undefined;

  /** @internal */
  constructor(handle: bigint, scope: Scope, dispatch: Dispatch, instance: Instance) {
    super('VkPhysicalDevice', handle, scope, dispatch);
    this.instance = instance;
    Object.defineProperty(this, 'instance', { enumerable: false });
  }

  /** @internal */
  static create(instance: Instance, handle: bigint): PhysicalDevice {
    defineCommands(PhysicalDevice, 'VkPhysicalDevice');
    const { scope } = instance;
    // The loader crashes where the driver lacks such a command, so what the driver offers is asked first.
    const dispatch = new Dispatch(instance.procAddr, {
      owner: 'instance',
      get apiVersion() {
        return physicalDevice.apiVersion;
      },
      extensions: instance.enabledExtensions,
      scope,
      offered: name => physicalDevice.offers(name),
      get possible() {
        return physicalDevice.possible;
      },
    });
    const Family = dispatch.subclass(PhysicalDevice) as typeof PhysicalDevice;
    const physicalDevice = new Family(handle, scope, dispatch, instance);
    scope.add('VkPhysicalDevice', handle, false);
    scope.wraps.VkDevice ??= (device, created, self) =>
      Device.create(
        self as PhysicalDevice,
        device,
        created('enabledExtensionCount', 'ppEnabledExtensionNames'),
      );
    return physicalDevice;
  }

  /** The lower of the version that the instance asked for and the one that the device supports. */
  get apiVersion(): number {
    this.#apiVersion ??= Math.min(this.instance.apiVersion, this.getPhysicalDeviceProperties().apiVersion);
    return this.#apiVersion;
  }

  /** @internal Whether the driver, or a layer, offers a device extension. */
  offers(extension: string): boolean {
    this.#extensions ??= offeredDeviceExtensions(this);
    return this.#extensions.has(extension);
  }

  /** @internal */
  get possible(): Possible {
    return {
      version: () => ({
        owner: 'this physical device',
        version: this.getPhysicalDeviceProperties().apiVersion,
      }),
      notOfferedBy: extension =>
        registry.extension(extension)?.kind === 'instance'
          ? this.instance.possible.notOfferedBy(extension)
          : this.offers(extension)
            ? undefined
            : 'this physical device',
    };
  }
}
