// The method of a command as users call it: interpreted at first, compiled once it is used often.

import { ours, traceAbove } from '../errors/user-call.ts';
import { callbacks } from '../handles/busy.ts';
import { isAlive, isVulkanBase, type VulkanBase } from '../handles/object.ts';
import { endAll } from '../handles/scope.ts';
import { isHot } from '../marshal/compile.ts';
import { ArgumentError, publicError } from '../native/argument-error.ts';
import { type NativeFunction, wasReset } from '../native/koffi.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type AnyMethod, compileMethod } from './compile-method.ts';
import { interpretMethod, promiseMethod } from './interpret.ts';
import { isTracing, tracedPromise } from './trace.ts';

/** Methods have places in every dispatch's functions. */
let methodCount = 0;

/**
 * @param type of the objects that have it, `''` for the library
 * @param install puts the compiled method where the first one is
 */
export function makeMethod(row: CommandRow, type: string, install?: (method: AnyMethod) => void): AnyMethod {
  const index = methodCount++;
  const interpreted = interpretMethod(row, self => nativeOf(self, row, index));
  let compiled: AnyMethod | undefined;
  let calls = 0;
  const slow: AnyMethod = function (...args) {
    try {
      // Nothing but what has the command, nor what only looks like it: its handle is an address to C.
      if (!isVulkanBase(this, type))
        throw ours(new TypeError(`${row.name}: called on another object than a ${type || 'Vulkan'}`));
      return interpreted(this, args);
    } catch (error) {
      throw publicError(error, row.name, compiled ?? first);
    }
  };
  const first: AnyMethod = function (...args) {
    if (compiled === undefined && isHot(++calls)) {
      compiled = compileMethod(row, type, index, slow) ?? slow;
      install?.(compiled);
    }
    try {
      return (compiled ?? slow).apply(this, args);
    } catch (error) {
      // The call that compiles it, and who kept the method from before, come in here.
      throw publicError(error, row.name, first);
    }
  };
  return first;
}

function nativeOf(self: VulkanBase, row: CommandRow, index: number): NativeFunction {
  // Asked where C has functions to call: they would be gone.
  if (callbacks.registered > 0 && wasReset()) endAll(FATE_OF_RESET);
  if (!isAlive(self))
    throw new ArgumentError('range', `${self} ${self.identity.scope.fate ?? 'was destroyed'}`);
  return self.identity.dispatch.native(row, index);
}

/** What errors say of everything then. */
export const FATE_OF_RESET =
  'cannot be used any more: the application has called koffi.reset(), which takes all types and callbacks away';

const promises = new Map<string, PromiseForm>();

/** A command that gives a promise; `caller` is the function that the script called. */
type PromiseForm = (
  self: VulkanBase,
  args: readonly unknown[],
  caller: (...args: never[]) => unknown,
) => Promise<unknown>;

/** The promise form of a command: what the method would throw rejects it. */
export function promiseOf(name: string): PromiseForm {
  let known = promises.get(name);
  if (known === undefined) {
    const row = registry.command(name);
    const index = methodCount++;
    const promised = promiseMethod(row, self => nativeOf(self, row, index));
    known = async (self, args, caller) => {
      const trace = traceAbove(caller);
      try {
        return await promised(self, args);
      } catch (error) {
        throw publicError(error, name, trace);
      }
    };
    if (isTracing) {
      const silent = known;
      known = (self, args, caller) => tracedPromise(name, self, args, silent(self, args, caller));
    }
    promises.set(name, known);
  }
  return known;
}
