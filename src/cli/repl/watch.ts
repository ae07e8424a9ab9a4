// Reports every call of the session to a listener.

import { defineCommands } from '../../commands/define.ts';
import { makeMethod } from '../../commands/method.ts';
import { CommandBuffer } from '../../objects/command-buffer.ts';
import { Device } from '../../objects/device.ts';
import { Instance } from '../../objects/instance.ts';
import { PhysicalDevice } from '../../objects/physical-device.ts';
import { Queue } from '../../objects/queue.ts';
import { Vulkan } from '../../objects/vulkan.ts';
import { registry } from '../../registry/registry.ts';
import type { CommandRow } from '../../registry/rows.ts';
import { shapeOf } from '../../registry/shape.ts';

type Listener = (row: CommandRow, self: object, returned: unknown) => void;

const rows = new WeakMap<object, CommandRow>();

/** The command of a method. */
export const commandOf = (method: object): CommandRow | undefined => rows.get(method);

const CLASSES = {
  '': Vulkan,
  VkInstance: Instance,
  VkPhysicalDevice: PhysicalDevice,
  VkDevice: Device,
  VkQueue: Queue,
  VkCommandBuffer: CommandBuffer,
};

/** Wraps all methods; must be called before the first object is created. */
export function watch(listener: Listener): void {
  const make: typeof makeMethod = (row, type) => {
    const method = makeMethod(row, type);
    const watched: typeof method = function (...args) {
      const returned = method.apply(this, args);
      listener(row, this, returned);
      return returned;
    };
    Object.defineProperty(watched, 'name', { value: row.name });
    rows.set(watched, row);
    return watched;
  };
  for (const [type, base] of Object.entries(CLASSES)) defineCommands(base, type, make);
}

/** The outputs that a command returned, by index of their parameter. */
export function returnedValues(row: CommandRow, returned: unknown): { index: number; value: unknown }[] {
  const { outputs, returnsResult } = shapeOf(row, registry);
  if (outputs.length === 0) return [];
  if (outputs.length === 1 && !returnsResult) return [{ index: outputs[0], value: returned }];
  const named = returned as Record<string, unknown>;
  return outputs.map(index => ({ index, value: named[row.params[index].name] }));
}
