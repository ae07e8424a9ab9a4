// In: an object and the C name of a command, or a method of Vulkan 1.1.
// Out: whether it is there; of the method, it or its KHR twin where the extension came before the version.
import type { Dispatch } from '../handles/dispatch.ts';
import type { VulkanObject } from '../handles/object.ts';
import { Device } from '../objects/device.ts';

const known = new WeakMap<Dispatch, Map<string, boolean>>();

function isAvailable({ dispatch }: VulkanObject, command: string): boolean {
  let answers = known.get(dispatch);
  if (answers === undefined) {
    answers = new Map();
    known.set(dispatch, answers);
  }
  let answer = answers.get(command);
  if (answer === undefined) {
    answer = dispatch.has(command);
    answers.set(command, answer);
  }
  return answer;
}

/** Throws the NotAvailableError that says what to enable, unless the command is there. */
export function requireCommand(device: Device, command: string): void {
  if (!(device instanceof Device)) throw new TypeError(`${command}: expected a Device`);
  if (!isAvailable(device, command)) throw device.dispatch.absence(command);
}

/** Gives the method that is there; where neither is, the 1.1 one, whose error says what to enable. */
export function core11<T extends VulkanObject, K extends keyof T & string>(object: T, method: K): T[K] {
  const command = `vk${method[0].toUpperCase()}${method.slice(1)}`;
  const isKhr = !isAvailable(object, command) && isAvailable(object, `${command}KHR`);
  return (object[(isKhr ? `${method}KHR` : method) as K] as Function).bind(object);
}
