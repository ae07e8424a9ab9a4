// Throws unless a device has the commands or extensions that are required, for one call or for any import.
import { NotAvailableError } from '../errors/errors.ts';
import type { Dispatch } from '../handles/dispatch.ts';
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
