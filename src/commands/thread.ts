// Runs native calls in threads of libuv's pool, which others need too: waits use a thread only in short slices, other calls
// leave one thread free, and none keeps the process from ending.
import { ours } from '../errors/user-call.ts';
import { callbacks } from '../handles/busy.ts';
import { now, setTimeout } from '../native/clock.ts';
import { endAtOnceWhile } from '../native/exit.ts';
import {
  checkNotReset,
  checkSetting,
  maxAsyncCalls,
  type NativeArguments,
  type NativeFunction,
  refuseReset,
} from '../native/koffi.ts';

/** Threads of libuv's pool, read as libuv reads it: what is no number is 0, which means one. */
function poolSize({ UV_THREADPOOL_SIZE: size }: NodeJS.ProcessEnv): number {
  if (size === undefined) return 4;
  const threads = Number.parseInt(size, 10) || 1;
  return threads > 0 ? Math.min(threads, 1024) : 1024;
}

const POOL = poolSize(process.env);

let running = 0;

/** Limits how many calls run at a time; the others wait. */
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
 * Whether calls run in this thread, which is so if callbacks are registered: a layer holds a lock while it runs a callback
 * here, so a call in another thread could wait for this thread, and a call of this thread for its lock.
 */
const isInThisThread = (): boolean => callbacks.registered > 0;

async function callInThisThread(native: NativeFunction, values: Readonly<NativeArguments>): Promise<number> {
  // Not at once: inside a callback the layer would wait for its own lock.
  await undefined;
  checkNotReset();
  return native(...values) as number;
}

function start(native: NativeFunction, values: Readonly<NativeArguments>): Promise<number> {
  // Its functions are gone: a call, the next slice of a wait too, would end the process.
  checkNotReset();
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
      reject(refusedCallError(error as Error));
    }
  });
}

/** Runs a call during which no callback may be registered, since the two threads could wait for each other. */
async function startLong(
  native: NativeFunction,
  values: Readonly<NativeArguments>,
  ownThread: boolean,
): Promise<number> {
  if (ownThread) return start(native, values);
  callbacks.otherThreads++;
  try {
    return await start(native, values);
  } finally {
    callbacks.otherThreads--;
  }
}

/** The error when koffi refuses a call: the application has lowered its limit, or runs as many itself. */
const refusedCallError = (error: Error): Error =>
  ours(
    new Error(
      `koffi allows ${maxAsyncCalls()} asynchronous calls at a time (max_async_calls), and all of them are in use: ${error.message}`,
      { cause: error },
    ),
  );

let isConfigured = false;

function prepare(): void {
  // Checked once: they cannot change any more, and calling koffi would crash in a worker that is being terminated.
  if (!isConfigured)
    for (const name of ['async_stack_size', 'resident_async_pools'] as const) checkSetting(name);
  isConfigured = true;
  endAtOnceWhile(isRunning);
  refuseReset(resetRefusal);
}

const resetRefusal = () =>
  running > 0 ? 'a promise form of koffi-vulkan is still running, and the process would end' : undefined;

const isRunning = () => running > 0;

/** @param ownThread whether it needs a thread even if callbacks are registered: it may never return, or calls a driver in this one */
export const inThread = (
  native: NativeFunction,
  values: Readonly<NativeArguments>,
  ownThread: boolean,
): Promise<number> =>
  isInThisThread() && !ownThread
    ? callInThisThread(native, values)
    : longCalls.run(() => startLong(native, values, ownThread));

const VK_TIMEOUT = 2;
/** How long a wait may use a thread, in milliseconds; less if other waits need it. */
const SLICE = 10;
const SHORTEST = 0.5;

/**
 * Repeats a wait with short timeouts until the caller's timeout is over.
 * @param timeout nanoseconds
 * @param setSlice sets the timeout of the next call, in nanoseconds
 * @throws the signal's reason if it is aborted
 */
export async function inSlices(
  native: NativeFunction,
  values: Readonly<NativeArguments>,
  timeout: bigint,
  setSlice: (nanoseconds: number) => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const end = now() + Number(timeout) / 1e6;
  for (;;) {
    signal?.throwIfAborted();
    let [sliceEnd, here] = [0, false];
    const returned = await waitCalls.run(() => {
      here = isInThisThread();
      const slice = here ? SLICE : Math.max(SLICE / (1 + waitCalls.waiting), SHORTEST);
      sliceEnd = Math.min(now() + slice, end);
      setSlice(here ? 0 : Math.ceil(Math.max(sliceEnd - now(), 0) * 1e6));
      return here ? callInThisThread(native, values) : start(native, values);
    });
    if (returned !== VK_TIMEOUT || now() >= end) return returned;
    // In this thread it only asks, and the event loop must turn. A driver that returns too early is called again only when
    // the slice is over.
    const early = sliceEnd - now();
    if (here || early > SHORTEST) await new Promise(resolve => setTimeout(resolve, early));
  }
}
