// Wraps the functions that users call, so that the stack of this library's errors begins at the user's line.
import { types } from 'node:util';

// biome-ignore lint/suspicious/noExplicitAny: a function of whatever type.
type AnyFunction = (this: any, ...args: any[]) => any;

/** A stack trace; `stack` begins with a line that is not a frame. */
interface Trace {
  readonly stack?: string;
}

/** Where a call was made: the function that was called, if it is still on the stack, or a trace from when it began. */
export type Caller = AnyFunction | Trace;

/** The stack above a function, for errors that are thrown after an await, when it is lost. */
export function traceAbove(caller: AnyFunction): Trace {
  const trace = {};
  Error.captureStackTrace?.(trace, caller);
  return trace;
}

const ownErrors = new WeakSet<object>();

/** Marks an error as this library's, whose stack is cut; what a script's own function throws keeps its stack. */
export function ours<E extends Error>(error: E): E {
  ownErrors.add(error);
  return error;
}

/** Cuts the stack of this library's errors to begin above the caller, and returns the error; several callers may do so. */
export function withStackAbove(error: unknown, caller: Caller): unknown {
  if (!ownErrors.has(error as object)) return error;
  const thrown = error as Error;
  if (typeof caller === 'function') Error.captureStackTrace?.(thrown, caller);
  else {
    const { stack = '' } = caller;
    thrown.stack = `${thrown.name}: ${thrown.message}${stack.slice(stack.indexOf('\n    at '))}`;
  }
  return error;
}

/** The error for a class that a script made by `new`, although functions make its objects; its stack begins at that line. */
export const notByNew = (type: object, text: string): unknown =>
  withStackAbove(ours(new TypeError(text)), type as AnyFunction);

/** Runs a function of the script: whatever it throws, this library's errors too, keeps its stack. */
export function callUser<R>(fn: () => R): R {
  try {
    return fn();
  } catch (error) {
    ownErrors.delete(error as object);
    throw error;
  }
}

/**
 * Makes a function for users: the stack of what it throws, or rejects with, begins at their call. Bundlers may drop it if
 * it is unused.
 * @__NO_SIDE_EFFECTS__
 */
export function userCall<F extends AnyFunction>(fn: F): F {
  const called = function (this: unknown, ...args: unknown[]): unknown {
    try {
      const result = fn.apply(this, args);
      return typeof result === 'object' && types.isPromise(result)
        ? rejectsAbove(result, traceAbove(called))
        : result;
    } catch (error) {
      throw withStackAbove(error, called);
    }
  };
  return Object.defineProperty(called, 'name', { value: fn.name, configurable: true }) as F;
}

async function rejectsAbove<T>(promise: Promise<T>, caller: Caller): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw withStackAbove(error, caller);
  }
}

/**
 * Does the same to a class's own methods, static ones too; the others are refused on what is no object of the class.
 * @param name of the class, since bundlers change the class's own
 */
export function userMethods(
  type: { readonly prototype: object },
  name: string,
  isOne: (value: object) => boolean,
): void {
  for (const owner of [type, type.prototype])
    for (const key of Reflect.ownKeys(owner)) {
      const property = Reflect.getOwnPropertyDescriptor(owner, key)!;
      const method: unknown = property.value;
      if (typeof method !== 'function' || key === 'constructor') continue;
      const path = `${name}.${typeof key === 'string' ? key : `[${key.description}]`}`;
      const value = userCall(
        owner === type ? (method as AnyFunction) : onlyOn(isOne, method as AnyFunction, name, path),
      );
      Object.defineProperty(owner, key, { ...property, value });
    }
}

const onlyOn = (isOne: (value: object) => boolean, method: AnyFunction, name: string, path: string) =>
  Object.defineProperty(
    function (this: unknown, ...args: unknown[]): unknown {
      if (typeof this !== 'object' || this === null || !isOne(this))
        throw ours(new TypeError(`${path}: it must be called on a ${name}`));
      return method.apply(this, args);
    },
    'name',
    { value: method.name },
  );
