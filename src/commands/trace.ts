// NODE_DEBUG=koffi-vulkan prints each call on one line of standard error, with its arguments, its result and its time.
import { debuglog } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import type { VulkanBase } from '../handles/object.ts';
import { publicError } from '../native/argument-error.ts';
import { beginLine, breakLine } from '../native/debug-line.ts';
import type { CommandRow } from '../registry/rows.ts';
import type { AnyMethod } from './compile-method.ts';
import { shown, shownArguments, shownError, shownResult } from './trace-view.ts';

/** Read once, so that without NODE_DEBUG methods are not wrapped. */
export const isTracing: boolean = debuglog('koffi-vulkan').enabled;

/** Begins the line of a call; the returned function ends it. */
function begin(
  name: string,
  row: CommandRow,
  self: VulkanBase,
  args: readonly unknown[],
): (outcome: string) => void {
  const passed = [shown(self), ...shownArguments(row, args)].join(', ');
  const end = beginLine(`KOFFI-VULKAN ${process.pid}: ${name}(${passed})`);
  // Other threads write in between.
  if (!isMainThread) breakLine();
  const start = process.hrtime.bigint();
  return outcome => end(` ${outcome}, ${Number(process.hrtime.bigint() - start) / 1000} µs`);
}

/** Wraps a method to print a line for each call. */
export function traced(row: CommandRow, method: () => AnyMethod): AnyMethod {
  return function watched(this: VulkanBase, ...args) {
    try {
      return traceCall(row, this, args, () => method().apply(this, args));
    } catch (error) {
      throw publicError(error, row.name, watched);
    }
  };
}

/** Prints the line of a call. */
export function traceCall<T>(row: CommandRow, self: VulkanBase, args: readonly unknown[], call: () => T): T {
  const end = begin(row.name, row, self, args);
  try {
    const result = call();
    end(`gave ${shownResult(row, result)}`);
    return result;
  } catch (error) {
    end(`threw ${shownError(error)}`);
    throw error;
  }
}

/** Prints that a promise form is called, and its whole line when it settles. */
export function tracedPromise<T>(
  row: CommandRow,
  self: VulkanBase,
  args: readonly unknown[],
  call: () => Promise<T>,
): Promise<T> {
  const end = begin(`async ${row.name}`, row, self, args);
  // Other code runs before it settles.
  breakLine();
  const promise = call();
  promise.then(
    result => end(`gave ${shownResult(row, result)}`),
    error => end(`threw ${shownError(error)}`),
  );
  return promise;
}
