// In: a native function and its encoded arguments.
// Out: a promise of what it returns in a thread of libuv's pool; what it uses is busy until then.

import { asyncStackSize, type NativeFunction } from '../native/koffi.ts';

/** koffi takes 256 at once, of which libuv runs as many as it has threads; the others wait here. */
const MAX_AT_ONCE = 128;
/** Drivers need more than koffi's 128 KiB. */
const STACK = 512 * 1024;

let running = 0;
const waiting: (() => void)[] = [];

/** By queue: what its last call waits for. */
const turns = new WeakMap<object, Promise<unknown>>();

/** @param queue on which one call is made after the other */
export function inThread(
  native: NativeFunction,
  values: readonly (number | bigint)[],
  queue: object | undefined,
): Promise<number> {
  if (queue === undefined) return run(native, values);
  const turn = (turns.get(queue) ?? Promise.resolve()).then(() => run(native, values));
  turns.set(
    queue,
    turn.catch(() => undefined),
  );
  return turn;
}

async function run(native: NativeFunction, values: readonly (number | bigint)[]): Promise<number> {
  if (asyncStackSize() < STACK)
    throw new Error(
      `koffi's async_stack_size is ${asyncStackSize()}, too small for a driver: import koffi-vulkan before anything else loads a library with koffi`,
    );
  if (running >= MAX_AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve));
  running++;
  try {
    return await new Promise<number>((resolve, reject) =>
      native.async(...values, (error: Error | null, returned: number) =>
        error ? reject(error) : resolve(returned),
      ),
    );
  } finally {
    running--;
    waiting.shift()?.();
  }
}
