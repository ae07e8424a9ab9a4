// Whether an object has a command; of a method of Vulkan 1.1, it or its KHR twin where the extension came before the version.
import { NotAvailableError } from '../errors/errors.ts';
import { ours } from '../errors/user-call.ts';
import type { Dispatch } from '../handles/dispatch.ts';
import type { VulkanObject } from '../handles/object.ts';
import { Device } from '../objects/device.ts';
import { memoize } from '../registry/memoize.ts';
import { API_VERSION_1_1 } from '../registry/version.ts';

const answersOf = memoize((_dispatch: Dispatch) => new Map<string, boolean>(), new WeakMap());

function isAvailable({ dispatch }: VulkanObject, command: string): boolean {
  const answers = answersOf(dispatch);
  let answer = answers.get(command);
  if (answer === undefined) {
    answer = dispatch.has(command);
    answers.set(command, answer);
  }
  return answer;
}

/** Throws the NotAvailableError that says what to enable, unless the command is there and the device alive. */
export function requireCommand(device: Device, command: string): void {
  if (!(device instanceof Device)) throw ours(new TypeError(`${command}: expected a Device`));
  if (!device.alive || !isAvailable(device, command)) throw device.dispatch.notAvailable(command);
}

/** Throws the NotAvailableError that says what to enable, unless the device is alive and has the extensions. */
export function requireExtensions(device: Device, extensions: readonly string[], path: string): void {
  if (!(device instanceof Device)) throw ours(new TypeError(`${path}: expected a Device`));
  const error = device.dispatch.missingExtensions(path, extensions);
  if (error !== undefined) throw error;
}

/** What Vulkan 1.1 took into itself and an import calls. */
const OF_INSTANCE = ['VK_KHR_get_physical_device_properties2', 'VK_KHR_external_memory_capabilities'];
const OF_DEVICE = [
  'VK_KHR_external_memory',
  'VK_KHR_get_memory_requirements2',
  'VK_KHR_dedicated_allocation',
];

/** Extensions that an import lacks, in words; none with Vulkan 1.1. */
const lackOf = memoize(({ physicalDevice, enabledExtensions }: Device): readonly string[] => {
  const { instance } = physicalDevice;
  const lack = (version: number, names: readonly string[], enabled: ReadonlySet<string>, of: string) => {
    const missing = version >= API_VERSION_1_1 ? [] : names.filter(name => !enabled.has(name));
    return missing.length === 0 ? [] : [`${missing.join(', ')} on the ${of}`];
  };
  return [
    ...lack(instance.apiVersion, OF_INSTANCE, instance.enabledExtensions, 'instance'),
    ...lack(physicalDevice.apiVersion, OF_DEVICE, enabledExtensions, 'device'),
  ];
}, new WeakMap());

/** Throws NotAvailableError with all that would do, unless an import has what it calls. */
export function requireImports(device: Device, path: string): void {
  const lack = lackOf(device);
  if (lack.length > 0)
    throw new NotAvailableError(
      path,
      `ask for Vulkan 1.1 in VkApplicationInfo.apiVersion, or enable ${lack.join(' and ')}`,
    );
}

const namesOf = memoize((_dispatch: Dispatch) => new Map<string, string>(), new WeakMap());

/** Name of the method that is there; where neither is, the 1.1 one's, whose error says what to enable. */
export function core11<T extends VulkanObject, K extends keyof T & string>(object: T, method: K): K {
  const names = namesOf(object.dispatch);
  let name = names.get(method);
  if (name === undefined) {
    const command = `vk${method[0].toUpperCase()}${method.slice(1)}`;
    const isKhr = !object.dispatch.has(command) && object.dispatch.has(`${command}KHR`);
    name = isKhr ? `${method}KHR` : method;
    names.set(method, name);
  }
  return name as K;
}
