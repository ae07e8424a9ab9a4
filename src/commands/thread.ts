// Native calls in threads of libuv's pool. The file system and others need them too: a wait takes one for a slice of its
// time, what takes as long as it likes leaves one free, and nothing of it keeps the process from ending.
import { ours } from '../errors/user-call.ts';
import { callbacks } from '../handles/busy.ts';
import { endAtOnceWhile } from '../native/exit.ts';
import {
  asyncStackSize,
  maxAsyncCalls,
  type NativeFunction,
  refuseReset,
  wasReset,
} from '../native/koffi.ts';

type Values = readonly (number | bigint)[];

const POOL = Number(process.env.UV_THREADPOOL_SIZE) || 4;
/** Drivers need more than koffi's 128 KiB. */
const STACK = 512 * 1024;

let running = 0;

/** So many calls at a time; the others wait for their turn. */
class CallLimit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = Math.max(1, most);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

const longCalls = new CallLimit(POOL - 1);
const waitCalls = new CallLimit(POOL / 2);

/**
 * Whether calls are made in this thread. A layer holds a lock while it calls a function of the script's, which runs here:
 * a call in another thread would wait with the lock for this thread, and this one, in a call of its own, for the lock.
 */
const isInThisThread = (): boolean => callbacks.registered > 0;

async function callHere(native: NativeFunction, values: Values): Promise<number> {
  // Not inside a callback, where the layer would wait for itself.
  await undefined;
  return native(...values) as number;
}

function start(native: NativeFunction, values: Values): Promise<number> {
  // Its functions are gone: a call, the next slice of a wait too, would end the process.
  if (wasReset())
    throw ours(new Error('the application has called koffi.reset(), which takes all functions away'));
  if (running === 0) prepare();
  running++;
  return new Promise<number>((resolve, reject) => {
    try {
      native.async(...values, (error: Error | null, returned: number) => {
        running--;
        if (error) reject(error);
        else resolve(returned);
      });
    } catch (error) {
      running--;
      reject(notTaken(error as Error));
    }
  });
}

/** None gives C a function while it runs: this one would wait for it as that thread does for this one. */
async function startLong(native: NativeFunction, values: Values, apart: boolean): Promise<number> {
  if (apart) return start(native, values);
  callbacks.otherThreads++;
  try {
    return await start(native, values);
  } finally {
    callbacks.otherThreads--;
  }
}

/** koffi takes no further call: the application has lowered what it takes, or makes as many itself. */
const notTaken = (error: Error): Error =>
  ours(
    new Error(
      `koffi takes ${maxAsyncCalls()} asynchronous calls at a time (max_async_calls), and as many are running: ${error.message}`,
      { cause: error },
    ),
  );

let hasStack = false;

function prepare(): void {
  // Asked once: it cannot change any more, and koffi's answer would end a worker that is being terminated.
  hasStack ||= asyncStackSize() >= STACK;
  if (!hasStack)
    throw ours(
      new Error(
        `koffi's async_stack_size is ${asyncStackSize()}, too small for a driver: import koffi-vulkan before anything else loads a library with koffi`,
      ),
    );
  endAtOnceWhile(isRunning);
  refuseReset(whyNoReset);
}

const whyNoReset = () =>
  running > 0 ? 'a promise form of koffi-vulkan has not returned, which would end the process' : undefined;

const isRunning = () => running > 0;

/** @param apart whether it has a thread whatever C may call: it may never return, or the driver is of this thread */
export const inThread = (native: NativeFunction, values: Values, apart: boolean): Promise<number> =>
  isInThisThread() && !apart
    ? callHere(native, values)
    : longCalls.run(() => startLong(native, values, apart));

const VK_TIMEOUT = 2;
/** How long a wait has a thread, in milliseconds; less where others wait for it. */
const SLICE = 10;
const SHORTEST = 0.5;

/**
 * A call that returns VK_TIMEOUT when its time is over, made again until the caller's time is over.
 * @param timeout nanoseconds
 * @param setSlice says how long the next call may take, in nanoseconds
 * @throws the signal's reason
 */
export async function inSlices(
  native: NativeFunction,
  values: Values,
  timeout: bigint,
  setSlice: (nanoseconds: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const end = performance.now() + Number(timeout) / 1e6;
  for (;;) {
    signal?.throwIfAborted();
    let [begun, slice] = [0, 0];
    const returned = await waitCalls.run(() => {
      begun = performance.now();
      slice = Math.min(Math.max(SLICE / (1 + waitCalls.waiting), SHORTEST), Math.max(end - begun, 0));
      setSlice(isInThisThread() ? 0 : Math.ceil(slice * 1e6));
      return isInThisThread() ? callHere(native, values) : start(native, values);
    });
    const now = performance.now();
    if (returned !== VK_TIMEOUT || now >= end) return returned;
    // A driver that does not wait is asked again when it would have.
    const early = Math.min(begun + slice, end) - now;
    if (early > SHORTEST) await new Promise(resolve => setTimeout(resolve, early));
  }
}
