// Picks the extension's alias where the core command is newer than the object's version.
import { memoize } from '../registry/memoize.ts';
import { commandName, methodName } from '../registry/shape.ts';
import { otherNames } from './advice.ts';
import type { Dispatch } from './dispatch.ts';

const namesOn = memoize(
  (dispatch: Dispatch) =>
    memoize((method: string): string => {
      const command = commandName(method);
      if (dispatch.has(command)) return method;
      return methodName(otherNames(command).find(name => dispatch.has(name)) ?? command);
    }),
  new WeakMap(),
);

/**
 * The name under which an object has a method that a version of Vulkan took over from an extension: its own, or the
 * extension's (`…KHR`). Where it has neither it is the method's own, whose error says what to enable.
 */
export function coreOrAlias<T extends { readonly dispatch: Dispatch }, K extends keyof T & string>(
  object: T,
  method: K,
): K {
  return namesOn(object.dispatch)(method) as K;
}
