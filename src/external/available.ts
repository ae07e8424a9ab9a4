// Which commands an object has: required ones, and those of Vulkan 1.1 under their core name or the extension's.
import { NotAvailableError } from '../errors/errors.ts';
import type { Dispatch } from '../handles/dispatch.ts';
import type { VulkanObject } from '../handles/object.ts';
import { API_VERSION_1_1 } from '../native/version.ts';
import type { Device } from '../objects/device.ts';
import { memoize } from '../registry/memoize.ts';

/** Whether a device or an instance has a command. */
const availabilityOf = memoize(
  (dispatch: Dispatch) => memoize((command: string) => dispatch.has(command)),
  new WeakMap(),
);

/** Throws NotAvailableError, saying what to enable, unless the device is alive and has the command. */
export function requireCommand(device: Device, command: string): void {
  if (!device.alive || !availabilityOf(device.dispatch)(command)) throw device.dispatch.notAvailable(command);
}

/** Throws NotAvailableError, saying what to enable, unless the device is alive and has the extensions. */
export function requireExtensions(device: Device, extensions: readonly string[], path: string): void {
  const error = device.dispatch.missingExtensions(path, extensions);
  if (error !== undefined) throw error;
}

/** What every import needs, which Vulkan 1.1 has in its core. */
const INSTANCE_EXTENSIONS = ['VK_KHR_get_physical_device_properties2', 'VK_KHR_external_memory_capabilities'];
const DEVICE_EXTENSIONS = [
  'VK_KHR_external_memory',
  'VK_KHR_get_memory_requirements2',
  'VK_KHR_dedicated_allocation',
];

/** What a device lacks for any import, one phrase for the instance and one for the device. */
const missingForImport = memoize(({ physicalDevice, enabledExtensions }: Device): readonly string[] => {
  const { instance } = physicalDevice;
  const missingOn = (
    owner: string,
    version: number,
    names: readonly string[],
    enabled: ReadonlySet<string>,
  ) => {
    const missing = version >= API_VERSION_1_1 ? [] : names.filter(name => !enabled.has(name));
    return missing.length === 0 ? [] : [`${missing.join(', ')} on the ${owner}`];
  };
  return [
    ...missingOn('instance', instance.apiVersion, INSTANCE_EXTENSIONS, instance.enabledExtensions),
    ...missingOn('device', physicalDevice.apiVersion, DEVICE_EXTENSIONS, enabledExtensions),
  ];
}, new WeakMap());

/** Throws NotAvailableError, saying what to enable, unless the device has what every import needs. */
export function requireImportCommands(device: Device, path: string): void {
  const missing = missingForImport(device);
  if (missing.length > 0)
    throw new NotAvailableError(
      path,
      `ask for Vulkan 1.1 in VkApplicationInfo.apiVersion, or enable ${missing.join(' and ')}`,
    );
}

const methodNamesOf = memoize(
  (dispatch: Dispatch) =>
    memoize((method: string) => {
      const command = `vk${method[0].toUpperCase()}${method.slice(1)}`;
      return !dispatch.has(command) && dispatch.has(`${command}KHR`) ? `${method}KHR` : method;
    }),
  new WeakMap(),
);

/**
 * The name under which an object has a method of Vulkan 1.1: its own or with KHR. Where it has neither it is the
 * method's own, whose error says what to enable.
 */
export function coreOrKhr<T extends VulkanObject, K extends keyof T & string>(object: T, method: K): K {
  return methodNamesOf(object.dispatch)(method) as K;
}
