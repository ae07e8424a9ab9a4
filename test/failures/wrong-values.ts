// Wrong values for any argument, and what must be thrown for them.
import { expect } from 'chai';
import { LibraryNotFoundError, NotAvailableError, VulkanError } from '../../src/index.ts';

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular(): object {
  const self: Record<string, unknown> = {};
  return Object.assign(self, { self });
}

/** Every kind of value that is wrong somewhere: no handle or file descriptor among them can be one that is open. */
export const WRONG: readonly unknown[] = [
  undefined,
  null,
  -1,
  Number.NaN,
  1e9,
  2n ** 40n + 1n,
  -(2n ** 70n),
  'x',
  '\0',
  'x'.repeat(100_000),
  Symbol('s'),
  () => {},
  {},
  { nothing: 1 },
  [],
  new Map(),
  new Uint8Array(4),
  Promise.resolve(),
  Object.create(null),
  circular(),
  revoked(),
];

/** What a call throws, or rejects with before the event loop has turned; undefined if it does neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = call();
    if (result instanceof Promise) {
      const turn = new Promise(resolve => setImmediate(resolve));
      await Promise.race([result, turn]);
      result.catch(() => {});
    }
  } catch (error) {
    return error;
  }
  if (typeof result === 'object' && result !== null && Symbol.dispose in result)
    (result as Disposable)[Symbol.dispose]();
  return undefined;
}

/** Throws unless it is an error of this library with a path, whose stack begins at a line of the file. */
export function checkRefusal(error: unknown, what: string, file: RegExp): void {
  expect(error, what).to.be.instanceOf(Error);
  const { message, stack = '' } = error as Error;
  expect(/\n( +at .*)/.exec(stack)?.[1], `${what}: ${stack.slice(0, 400)}`).to.match(file);
  expect(message.length, what).to.be.below(1000);
  // They say what is missing, or which command failed, whatever was passed.
  const isOfNoArgument = [NotAvailableError, LibraryNotFoundError, VulkanError].some(
    one => error instanceof one,
  );
  if (!isOfNoArgument) expect(message, what).to.match(/^[\w.[\]]+(\([^)]*\))?: ./);
}
