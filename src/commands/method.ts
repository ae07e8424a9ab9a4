// Creates the methods that users call, interpreted at first and compiled once they are used often, and promise forms.

import { ours, traceAbove } from '../errors/user-call.ts';
import { callbacks } from '../handles/busy.ts';
import { isAlive, isVulkanBase, type VulkanBase } from '../handles/object.ts';
import { endAll } from '../handles/scope.ts';
import { isHot } from '../marshal/tier-up.ts';
import { ArgumentError, publicError } from '../native/argument-error.ts';
import { type NativeFunction, RESET, wasReset } from '../native/koffi.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type AnyMethod, compileMethod } from './compile-method.ts';
import { interpretMethod, promiseMethod } from './interpret.ts';
import { isTracing, tracedPromise } from './trace.ts';

/** How many methods there are: each has its own index into {@link Dispatch.natives}. */
let methodCount = 0;

/**
 * Creates the method of a command.
 * @param type the C type of the objects that have it, `''` for the library
 * @param install replaces the first method by the compiled one
 */
export function makeMethod(row: CommandRow, type: string, install?: (method: AnyMethod) => void): AnyMethod {
  const index = methodCount++;
  const interpreted = interpretMethod(row, self => nativeOf(self, row, index));
  let compiled: AnyMethod | undefined;
  let calls = 0;
  const slow: AnyMethod = function (...args) {
    try {
      // Only real objects of the class, since C uses the handle as an address.
      if (!isVulkanBase(this, type))
        throw ours(new TypeError(`${row.name}: it must be called on a ${type || 'Vulkan'}`));
      return interpreted(this, args);
    } catch (error) {
      throw publicError(error, row.name, compiled ?? first);
    }
  };
  // Not by tiered(): once compiled, a method is the property itself, without a function in between.
  const first: AnyMethod = function (...args) {
    if (compiled === undefined && isHot(++calls)) {
      compiled = compileMethod(row, type, index, slow) ?? slow;
      install?.(compiled);
    }
    try {
      return (compiled ?? slow).apply(this, args);
    } catch (error) {
      // Reached by the call that compiles it, and by scripts that kept a reference to this function.
      throw publicError(error, row.name, first);
    }
  };
  return first;
}

function nativeOf(self: VulkanBase, row: CommandRow, index: number): NativeFunction {
  // Tested only if there are callbacks, which koffi.reset() destroys.
  if (callbacks.registered > 0 && wasReset()) endAll(FATE_OF_RESET);
  if (!isAlive(self))
    throw new ArgumentError('range', `${self} ${self.identity.scope.fate ?? 'was destroyed'}`);
  return self.identity.dispatch.native(row, index);
}

/** What errors say about every object after koffi.reset(). */
export const FATE_OF_RESET = `cannot be used any more: ${RESET}`;

/** The promise form of a command; `caller` is the function that the script called. */
type PromiseForm = (
  self: VulkanBase,
  args: readonly unknown[],
  caller: (...args: never[]) => unknown,
) => Promise<unknown>;

/** The promise form of a command: it rejects with what the method would throw. */
export const promiseOf = memoize((name: string): PromiseForm => {
  const row = registry.command(name);
  const index = methodCount++;
  const promised = promiseMethod(row, self => nativeOf(self, row, index));
  const form: PromiseForm = async (self, args, caller) => {
    const trace = traceAbove(caller);
    try {
      return await promised(self, args);
    } catch (error) {
      throw publicError(error, name, trace);
    }
  };
  return isTracing
    ? (self, args, caller) => tracedPromise(row, self, args, () => form(self, args, caller))
    : form;
});
