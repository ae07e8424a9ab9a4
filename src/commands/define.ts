// Defines the commands of each class as methods, each created when it is first used.
import { owners } from '../../ffi/rows/owners.ts';
import { isVulkanBase } from '../handles/object.ts';
import { registry } from '../registry/registry.ts';
import { methodName } from '../registry/shape.ts';
import type { AnyMethod } from './compile-method.ts';
import { makeMethod } from './method.ts';
import { isTracing, traced } from './trace.ts';

/** C names of the commands whose methods belong to a class: `VkDevice`, or `''` for the library. */
const commandsOf = (type: string): readonly string[] => owners[type].trim().split('\n');

/** A method that prints a line for each call, as NODE_DEBUG asks. */
const watchedMethod: typeof makeMethod = (row, type) => {
  let current = makeMethod(row, type, compiled => {
    current = compiled;
  });
  return traced(row, () => current);
};

const defined = new WeakSet<object>();

/**
 * Defines a class's commands as getters that create the method on first use and set it on the object's own subclass. That
 * has only the methods that are used, which V8 keeps in its fast form.
 * @param make creates the method of a row; the prompt wraps it before the first object is created
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
