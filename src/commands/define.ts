// Gives the classes of objects their methods, each made at its first touch.
import { owners } from '../../ffi/rows/owners.ts';
import { isVulkanBase } from '../handles/object.ts';
import { registry } from '../registry/registry.ts';
import type { AnyMethod } from './compile-method.ts';
import { makeMethod } from './method.ts';
import { isTracing, traced } from './trace.ts';

/** `vkCmdDraw` → `cmdDraw` */
export const methodName = (name: string) => name[2].toLowerCase() + name.slice(3);

/** C names of the commands whose methods belong to a class: `VkDevice`, or `''` for the library. */
const commandsOf = (type: string): readonly string[] => owners[type].trim().split('\n');

/** A method that writes a line for each call where NODE_DEBUG asks for it. */
const watchedMethod: typeof makeMethod = (row, type) => {
  let current = makeMethod(row, type, compiled => {
    current = compiled;
  });
  return traced(row.name, () => current);
};

const defined = new WeakSet<object>();

/**
 * Gives a class its commands: getters that make the method at the first touch and leave it on the object's own
 * subclass, which so has what is used and no more: V8 keeps that in a form that it can look into.
 * @param make the method of a row; who wants to hear of all calls wraps it, before the first object is made
 */
export function defineCommands(
  base: { prototype: object },
  type: string,
  make = isTracing ? watchedMethod : makeMethod,
): void {
  if (defined.has(base)) return;
  defined.add(base);
  for (const name of commandsOf(type)) {
    const key = methodName(name);
    Object.defineProperty(base.prototype, key, {
      configurable: true,
      get() {
        const home = isVulkanBase(this, type) ? Object.getPrototypeOf(this) : {};
        const install = (value: AnyMethod): AnyMethod => {
          Object.defineProperty(home, key, { value, configurable: true, writable: true });
          return value;
        };
        return install(make(registry.command(name), type, install));
      },
    });
  }
}
