// What the registry says about a handle type: what destroys it, and whether it belongs to the instance or to the device.
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import { DISPATCHABLE_CLASSES } from '../registry/shape.ts';

/** The command that destroys a handle; undefined for types that are never destroyed, such as display modes. */
export const destroyCommand = memoize((type: string): string | undefined => {
  if (type === 'VkDeviceMemory') return 'vkFreeMemory';
  const name = `vkDestroy${type.slice(2)}`;
  return registry.tables.commands.has(name) ? name : undefined;
});

let types = 0;

/** The index of a handle type in {@link Scope.live}. */
export const liveIndex = memoize((_type: string): number => types++);

/** Whether a type belongs to the device; surfaces, displays and messengers belong to the instance. */
export const belongsToDevice: (type: string) => boolean = memoize((type: string): boolean => {
  if (type === 'VkDevice') return true;
  const fact = registry.fact(type);
  const parent = fact.kind === 'handle' ? fact.row.parent : '';
  return parent !== '' && belongsToDevice(parent);
});

/** Whether handles of this type are objects. */
export const isDispatchable = (type: string): boolean => DISPATCHABLE_CLASSES.includes(type);
