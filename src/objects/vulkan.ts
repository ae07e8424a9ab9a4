// A loaded Vulkan library with the commands that need no instance, such as createInstance.
import type { VulkanCommands } from '../../ffi/types/methods.ts';
import { defineCommands } from '../commands/define.ts';
import { FATE_OF_RESET } from '../commands/method.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall, userMethods } from '../errors/user-call.ts';
import type { Possible } from '../handles/advice.ts';
import { Dispatch, procAddrAt } from '../handles/dispatch.ts';
import { addDriverScope, checkNotDisposed } from '../handles/driver-end.ts';
import { checkRawHandle, isVulkanBase, VulkanBase } from '../handles/object.ts';
import { offeredInstanceExtensions } from '../handles/offers.ts';
import { endAll, Scope } from '../handles/scope.ts';
import { checkNotReset, isCallback, whenReset } from '../native/koffi.ts';
import { openVulkanLibrary } from '../native/library.ts';
import { checkOptions } from '../native/options.ts';
import { API_VERSION_1_0, API_VERSION_1_4 } from '../native/version.ts';
import { releaseHandle } from './adopted-handle.ts';
import { Instance } from './instance.ts';

/** Where to load Vulkan from. */
export interface LoadOptions {
  /** Path of a Vulkan library; by default KOFFI_VULKAN_LIBRARY's, then the platform's usual names. */
  readonly library?: string;
  /** Address of a vkGetInstanceProcAddr from elsewhere (SDL, GLFW, the embedded driver), used instead of a library. */
  readonly getInstanceProcAddr?: bigint;
}

export interface Vulkan extends VulkanCommands {}

type This = Vulkan;
declare module '../../ffi/types/objects.ts' {
  interface ObjectClasses {
    Vulkan: This;
  }
}

/** A loaded Vulkan library; {@link loadVulkan} returns it. */
export class Vulkan extends VulkanBase {
  /** Path of the library, or `'(given address)'`. */
  readonly path: string;
  readonly #address: bigint;

  /** @internal Use {@link loadVulkan}. */
  constructor(path: string, address: bigint, scope: Scope, dispatch: Dispatch) {
    super('', 0n, scope, dispatch);
    this.path = path;
    this.#address = address;
    this.scope.wraps.VkInstance = (handle, created) =>
      Instance.create(
        this,
        handle,
        created(
          'pApplicationInfo',
          'enabledExtensionCount',
          'ppEnabledExtensionNames',
          'enabledLayerCount',
          'ppEnabledLayerNames',
        ),
      );
  }

  /** @internal vkGetInstanceProcAddr on behalf of an instance. */
  procAddr(instance: bigint): (name: string) => bigint {
    return procAddrAt(this.#address, instance);
  }

  /**
   * Forgets an instance that other code has destroyed, or will.
   * @param type its C type, `'VkInstance'`
   * @param instance what `Instance.fromHandle` or `createInstance` returned
   * @throws RangeError if it is not alive here
   */
  release(type: 'VkInstance', instance: Instance): void {
    releaseHandle(this, type, instance);
  }

  /** @internal What an instance with these layers could have enabled. */
  possible(layers: readonly string[]): Possible {
    return {
      version: () => ({ owner: 'this Vulkan library', version: this.instanceVersion }),
      notOfferedBy: extension =>
        offeredInstanceExtensions(this, layers).has(extension) ? undefined : 'this Vulkan library',
    };
  }

  /** @internal The version that it supports for instances; a library of Vulkan 1.0 has no command that returns it. */
  get instanceVersion(): number {
    return this.dispatch.has('vkEnumerateInstanceVersion')
      ? this.enumerateInstanceVersion()
      : API_VERSION_1_0;
  }

  /** For messages: `Vulkan(libvulkan.so.1)`. */
  override toString(): string {
    return `Vulkan(${this.path})`;
  }

  static {
    userMethods(Vulkan, 'Vulkan', value => isVulkanBase(value, ''));
  }
}

const endByReset = () => endAll(FATE_OF_RESET);

/**
 * Loads Vulkan; nothing happens before this is called.
 * @param options where to load it from; without them the system's loader
 * @returns the library, which stays loaded until the process exits
 * @throws LibraryNotFoundError with every path that was tried; TypeError for an option that is no path or address
 *
 * @example
 * const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
 * for (const gpu of instance.enumeratePhysicalDevices()) console.log(gpu.getPhysicalDeviceProperties().deviceName);
 */
export const loadVulkan = userCall(function loadVulkan(options: LoadOptions = {}): Vulkan {
  checkNotReset();
  defineCommands(Vulkan, '');
  whenReset(endByReset);
  const { library, getInstanceProcAddr } = checkOptions('loadVulkan.options', options, [
    'library',
    'getInstanceProcAddr',
  ]);
  if (getInstanceProcAddr !== undefined) {
    checkRawHandle('loadVulkan.getInstanceProcAddr', getInstanceProcAddr);
    checkNotDisposed('loadVulkan.getInstanceProcAddr', getInstanceProcAddr);
  }
  if (library !== undefined && typeof library !== 'string')
    throw ours(new TypeError(`loadVulkan.library: expected a path, got ${describe(library)}`));
  const { path, getInstanceProcAddr: address } =
    getInstanceProcAddr === undefined
      ? openVulkanLibrary(library)
      : { path: '(given address)', getInstanceProcAddr };
  // Nothing is refused by version here: a 1.0 loader itself returns NULL for vkEnumerateInstanceVersion.
  const scope = new Scope('process');
  if (isCallback(address)) addDriverScope(address, scope);
  const enabled = {
    owner: 'library',
    apiVersion: API_VERSION_1_4,
    extensions: new Set<string>(),
    possible: {
      version: () => ({ owner: 'this library', version: API_VERSION_1_4 }),
      notOfferedBy: () => undefined,
    },
    scope,
  } as const;
  const dispatch = new Dispatch(procAddrAt(address, 0n), enabled);
  return new (dispatch.subclass(Vulkan) as typeof Vulkan)(path, address, scope, dispatch);
});
