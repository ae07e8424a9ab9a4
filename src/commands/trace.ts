// NODE_DEBUG=koffi-vulkan prints each call on one line of standard error, with its arguments, its result and its time.
import { debuglog, inspect } from 'node:util';
import type { VulkanBase } from '../handles/object.ts';
import { publicError } from '../native/argument-error.ts';
import type { AnyMethod } from './compile-method.ts';

const log = debuglog('koffi-vulkan');

/** Read once, so that without NODE_DEBUG methods are not wrapped. */
export const isTracing: boolean = log.enabled;

const shown = (value: unknown): string =>
  inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 8,
    maxStringLength: 80,
  });

/** Notes the start of a call; the returned function prints its line. */
function begin(name: string, self: VulkanBase, args: readonly unknown[]): (end: string) => void {
  const call = `${name}(${[self, ...args].map(shown).join(', ')})`;
  const start = process.hrtime.bigint();
  return end => log('%s %s, %d µs', call, end, Number(process.hrtime.bigint() - start) / 1000);
}

/** Wraps a method to print a line for each call. */
export function traced(name: string, method: () => AnyMethod): AnyMethod {
  return function watched(this: VulkanBase, ...args) {
    const end = begin(name, this, args);
    try {
      const result = method().apply(this, args);
      end(`gave ${shown(result)}`);
      return result;
    } catch (error) {
      end(`threw ${error}`);
      throw publicError(error, name, watched);
    }
  };
}

/** Prints the line of a promise form when it settles. */
export function tracedPromise<T>(
  name: string,
  self: VulkanBase,
  args: readonly unknown[],
  promise: Promise<T>,
): Promise<T> {
  const end = begin(`async ${name}`, self, args);
  promise.then(
    result => end(`gave ${shown(result)}`),
    error => end(`threw ${error}`),
  );
  return promise;
}
