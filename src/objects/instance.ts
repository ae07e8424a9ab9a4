// A VkInstance with its commands.
import type { InstanceCommands } from '../../ffi/types/methods.ts';
import type { Device, Vulkan } from '../../ffi/types/objects.ts';
import type { InstanceHandleTypes } from '../../ffi/types/structs.ts';
import { defineCommands } from '../commands/define.ts';
import { userMethods } from '../errors/user-call.ts';
import type { Possible } from '../handles/advice.ts';
import { Dispatch, type GetProcAddr } from '../handles/dispatch.ts';
import { checkAlive, checkClass, checkRawHandle, isVulkanBase, VulkanObject } from '../handles/object.ts';
import { Scope } from '../handles/scope.ts';
import { checkNames, checkOptions, checkVersion } from '../native/options.ts';
import { API_VERSION_1_0 } from '../native/version.ts';
import { memoize } from '../registry/memoize.ts';
import { adoptHandle, releaseHandle } from './adopted-handle.ts';
import { endWithAll } from './end.ts';
import { PhysicalDevice } from './physical-device.ts';

export interface Instance extends InstanceCommands {}

type This = Instance;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    Instance: This;
  }
}

interface Released extends InstanceHandleTypes {
  VkDevice: Device;
}

/** A VkInstance: `vulkan.createInstance(…)` makes it, `destroyInstance()` or `using` ends it. */
export class Instance extends VulkanObject {
  declare readonly type: 'VkInstance';
  /** The version that the program asked for in VkApplicationInfo, 1.0 where it asked for none. */
  readonly apiVersion: number;
  /** Extensions that it was created with. */
  readonly enabledExtensions: ReadonlySet<string>;
  /** @internal vkGetInstanceProcAddr of this instance. */
  readonly procAddr: GetProcAddr;
  /** @internal What could be enabled, for messages about what is missing. */
  readonly possible: Possible;

  /** @internal */
  constructor(
    handle: bigint,
    scope: Scope,
    dispatch: Dispatch,
    procAddr: GetProcAddr,
    possible: Possible,
    apiVersion: number,
    extensions: ReadonlySet<string>,
  ) {
    super('VkInstance', handle, scope, dispatch);
    this.apiVersion = apiVersion;
    this.enabledExtensions = extensions;
    this.procAddr = procAddr;
    this.possible = possible;
    for (const key of ['procAddr', 'possible']) Object.defineProperty(this, key, { enumerable: false });
  }

  /** @internal */
  static create(vulkan: Vulkan, handle: bigint, info: Record<string, unknown>, made = true): Instance {
    defineCommands(Instance, 'VkInstance');
    const application = info.pApplicationInfo as { apiVersion: number } | null;
    const apiVersion = application?.apiVersion || API_VERSION_1_0;
    const extensions = new Set((info.ppEnabledExtensionNames as string[] | null) ?? []);
    const scope = new Scope('VkInstance', vulkan.scope, handle, made);
    const procAddr = vulkan.procAddr(handle);
    const possible = vulkan.possible((info.ppEnabledLayerNames as string[] | null) ?? []);
    const dispatch = new Dispatch(procAddr, { owner: 'instance', apiVersion, extensions, possible, scope });
    const Family = dispatch.subclass(
      Instance as unknown as new (
        ...args: ConstructorParameters<typeof Instance>
      ) => Instance,
    ) as typeof Instance;
    const instance = new Family(handle, scope, dispatch, procAddr, possible, apiVersion, extensions);
    // The same handle is the same object for as long as the instance lives.
    scope.wraps.VkPhysicalDevice = memoize(physical => PhysicalDevice.create(instance, physical));
    return instance;
  }

  /**
   * Wraps a VkInstance that other code made: another worker, or native code. Not destroying it here is no leak; when
   * its owner has destroyed it, call `vulkan.release('VkInstance', instance)`.
   * @param vulkan the library that created it, loaded in this thread
   * @param handle its raw value, which is not validated
   * @param created the version and the extensions that it was created with
   *
   * @example
   * const instance = Instance.fromHandle(loadVulkan(), workerData.instance, { apiVersion: API_VERSION_1_3 });
   */
  static fromHandle(
    vulkan: Vulkan,
    handle: bigint,
    created: { readonly apiVersion?: number; readonly enabledExtensions?: readonly string[] } = {},
  ): Instance {
    checkClass('Instance.fromHandle.vulkan', vulkan, '');
    checkAlive('Instance.fromHandle', vulkan);
    checkRawHandle('Instance.fromHandle.handle', handle);
    const { apiVersion = API_VERSION_1_0, enabledExtensions = [] } = checkOptions(
      'Instance.fromHandle.created',
      created,
      ['apiVersion', 'enabledExtensions'],
    );
    checkVersion('Instance.fromHandle.created.apiVersion', apiVersion);
    const names = checkNames('Instance.fromHandle.created.enabledExtensions', enabledExtensions);
    const info = { pApplicationInfo: { apiVersion }, ppEnabledExtensionNames: names };
    return Instance.create(vulkan, handle, info, false);
  }

  /**
   * Adopts a handle of this instance that other code made, such as a surface from GLFW or SDL. The instance can be
   * destroyed before it is. It may be destroyed here too; the other code must not do so then.
   * @param type its C type
   * @param handle its raw value, which is not validated
   * @returns the same handle, typed; for a physical device its object
   * @throws TypeError if handles of that type do not belong to an instance, or the handle is not a bigint above zero
   *
   * @example
   * const surface = instance.adopt('VkSurfaceKHR', rawSurface); // as glfwCreateWindowSurface gave it
   * gpu.getPhysicalDeviceSurfaceFormatsKHR(surface);
   */
  adopt<T extends keyof InstanceHandleTypes>(type: T, handle: bigint): InstanceHandleTypes[T] {
    return adoptHandle(this, type, handle) as InstanceHandleTypes[T];
  }

  /**
   * Forgets a handle that other code has destroyed, or will.
   * @param type its C type
   * @param handle what {@link adopt}, `Device.fromHandle` or a command of this instance returned
   * @throws RangeError if it is not alive here, or a call that has not returned uses it
   */
  release<T extends Exclude<keyof Released, 'VkPhysicalDevice'>>(type: T, handle: Released[T]): void {
    releaseHandle(this, type, handle);
  }

  /**
   * Disposes of its devices, then destroys it with all that was created from it, the latest first; `using` calls this
   * at the end of its block. It never throws; `destroyInstance()` does where something is left.
   */
  [Symbol.dispose](): void {
    endWithAll(
      this,
      () => {},
      () => this.destroyInstance(),
    );
  }

  static {
    userMethods(Instance, 'Instance', value => isVulkanBase(value, 'VkInstance'));
  }
}
