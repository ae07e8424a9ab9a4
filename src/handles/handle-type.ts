// What the registry says of a type of handles: what destroys it, and whether it belongs to the instance or to the device.
import { kept } from '../registry/kept.ts';
import { registry } from '../registry/registry.ts';
import { DISPATCHABLE_CLASSES } from '../registry/shape.ts';

/** The command that gives a handle back; display modes and the like are created and never destroyed. */
export const destroyCommand = kept((type: string): string | undefined => {
  if (type === 'VkDeviceMemory') return 'vkFreeMemory';
  const name = `vkDestroy${type.slice(2)}`;
  return registry.tables.commands.has(name) ? name : undefined;
});

let types = 0;

/** A handle type's place in the lists of what is alive. */
export const liveIndex = kept((_type: string): number => types++);

/** Surfaces, displays and messengers belong to the instance, the rest to the device. */
export const belongsToDevice: (type: string) => boolean = kept((type: string): boolean => {
  if (type === 'VkDevice') return true;
  const fact = registry.fact(type);
  const parent = fact.kind === 'handle' ? fact.row.parent : '';
  return parent !== '' && belongsToDevice(parent);
});

export const isDispatchable = (type: string): boolean => DISPATCHABLE_CLASSES.includes(type);
