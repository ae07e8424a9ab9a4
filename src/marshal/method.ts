// In: a command row, the address of the function, and whose it is.
// Out: the method as users call it: compiled where code may be made, interpreted else, with the same errors.
import type { Dispatch } from '../commands.ts';
import { functionAt } from '../native.ts';
import { isVulkanObject, VulkanObject } from '../object.ts';
import type { CommandRow } from '../rows.ts';
import { shapeOf } from '../shape.ts';
import { registry } from '../tables.ts';
import type { Callee } from './call.ts';
import { interpretMethod, type PromiseMethod, promiseMethod } from './command.ts';
import { canCompile } from './compile.ts';
import { compileMethod } from './compile-method.ts';
import { Mismatch } from './mismatch.ts';

export type AnyMethod = (this: Callee, ...args: unknown[]) => unknown;

export function makeMethod(row: CommandRow, address: bigint, dispatch: Dispatch): AnyMethod {
  const native = functionAt(address, row);
  const interpreted = interpretMethod(row, native);
  const shaped = shapeOf(row, registry).roles[0] === 'self';
  const method: AnyMethod = function (...args) {
    // The address is this device's: another's handle must not go there, nor what only looks like one of ours.
    if (this?.dispatch !== dispatch || ((shaped || this instanceof VulkanObject) && !isVulkanObject(this)))
      throw new TypeError(`${row.name}: called on another object than the one it was read from`);
    try {
      return interpreted(this, args);
    } catch (error) {
      throw publicError(error, row.name, fn);
    }
  };
  const fn = (canCompile() ? compileMethod(row, native, dispatch, method) : undefined) ?? method;
  return fn;
}

/** The promise form: what the method would throw rejects it. */
export function makePromiseMethod(row: CommandRow, address: bigint): PromiseMethod {
  const promised = promiseMethod(row, functionAt(address, row));
  return async (self, args) => {
    try {
      return await promised(self, args);
    } catch (error) {
      throw publicError(error, row.name, makePromiseMethod as never);
    }
  };
}

/** What a user catches: the stack begins at the call. */
export function publicError(error: unknown, name: string, caller: AnyMethod): unknown {
  return error instanceof Mismatch ? error.toError(error.hasPath ? '' : name, caller as never) : error;
}
