// What users call: an error of ours begins, in its stack, at the line that made the call.

// biome-ignore lint/suspicious/noExplicitAny: a function of whatever type.
type AnyFunction = (this: any, ...args: any[]) => any;

/** The stack at a moment; `stack` begins with a line that is no frame. */
interface Trace {
  readonly stack?: string;
}

/** Where a call was made: its function, which stands in the stack still, or a trace that was taken when it began. */
export type Caller = AnyFunction | Trace;

/** The stack above a function, for what is thrown after an await, which forgets it. */
export function traceAbove(caller: AnyFunction): Trace {
  const trace = {};
  Error.captureStackTrace?.(trace, caller);
  return trace;
}

const made = new WeakSet<object>();

/** Notes that this package made an error: what a script's own function throws keeps its stack. */
export function ours<E extends Error>(error: E): E {
  made.add(error);
  return error;
}

/** The same error; where it is ours, its stack begins above the caller. It may pass several on its way out. */
export function above(error: unknown, caller: Caller): unknown {
  if (!made.has(error as object)) return error;
  const thrown = error as Error;
  if (typeof caller === 'function') Error.captureStackTrace?.(thrown, caller);
  else {
    const { stack = '' } = caller;
    thrown.stack = `${thrown.name}: ${thrown.message}${stack.slice(stack.indexOf('\n    at '))}`;
  }
  return error;
}

/** Runs a function that a script gave: what comes out of it, errors of ours too, keeps the stack that it has there. */
export function callUser<R>(fn: () => R): R {
  try {
    return fn();
  } catch (error) {
    made.delete(error as object);
    throw error;
  }
}

/**
 * A function as users have it: stacks of what it throws, or rejects with, begin at their call. A bundler leaves out
 * those that a program does not use.
 * @__NO_SIDE_EFFECTS__
 */
export function userCall<F extends AnyFunction>(fn: F): F {
  const called = function (this: unknown, ...args: unknown[]): unknown {
    try {
      const result = fn.apply(this, args);
      return result instanceof Promise ? rejectsAbove(result, traceAbove(called)) : result;
    } catch (error) {
      throw above(error, called);
    }
  };
  return Object.defineProperty(called, 'name', { value: fn.name, configurable: true }) as F;
}

async function rejectsAbove<T>(promise: Promise<T>, caller: Caller): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw above(error, caller);
  }
}

/** The same for the methods that a class has itself, static ones too. */
export function userMethods(type: { readonly prototype: object }): void {
  for (const owner of [type, type.prototype])
    for (const name of Reflect.ownKeys(owner)) {
      const property = Reflect.getOwnPropertyDescriptor(owner, name)!;
      if (typeof property.value !== 'function' || name === 'constructor') continue;
      Object.defineProperty(owner, name, { ...property, value: userCall(property.value) });
    }
}
