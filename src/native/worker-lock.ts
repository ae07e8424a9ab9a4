// A worker is not ended inside one of koffi's own functions, which would end the process with it: who ends a worker waits
// until it is outside, and keeps it there.
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';

/** Memory that this thread shares with the workers that it starts, and theirs; one started without has its own. */
export function sharedWithWorkers(key: string, size: number): SharedArrayBuffer {
  const inherited = isMainThread ? undefined : getEnvironmentData(key);
  const known = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(size);
  setEnvironmentData(key, known);
  return known;
}

const LOCKS = 1024;
const [OUTSIDE, INSIDE, ENDING] = [0, 1, 2];
/** How long it waits for a worker, in milliseconds. */
const MAX_WAIT = 1000;
const SLICE = 10;

const locks = new Int32Array(sharedWithWorkers('koffi-vulkan.worker-lock', LOCKS * 4));
/** How many functions of a worker's C is calling now. */
const calls = new Int32Array(sharedWithWorkers('koffi-vulkan.worker-calls', LOCKS * 4));
const own = threadId % LOCKS;
let depth = 0;

/** In a worker, a function that nobody ends the worker in; in the main thread the function itself. */
export function uninterrupted<A extends never[], R>(call: (...args: A) => R): (...args: A) => R {
  if (isMainThread) return call;
  const safe = (...args: A): R => {
    // Who is being ended goes no further.
    if (depth++ === 0)
      while (Atomics.compareExchange(locks, own, OUTSIDE, INSIDE) !== OUTSIDE)
        Atomics.wait(locks, own, ENDING);
    try {
      return call(...args);
    } finally {
      if (--depth === 0) {
        Atomics.store(locks, own, OUTSIDE);
        Atomics.notify(locks, own);
      }
    }
  };
  return Object.assign(safe, call);
}

/** Counts that C calls a function of this thread's, or is done; who asks are others, about a worker. */
export function countCall(more: 1 | -1): void {
  if (!isMainThread) Atomics.add(calls, own, more);
}

/** Whether C is in a function of a worker's, and may hold what ending that function would wait for. */
export const isBeingCalled = (thread: number): boolean => Atomics.load(calls, thread % LOCKS) > 0;

/** Waits until a worker is outside koffi, and keeps it there: it is ended next. */
export function keepOutside(thread: number): void {
  const lock = thread % LOCKS;
  for (let waited = 0; waited < MAX_WAIT; waited += SLICE) {
    if (Atomics.compareExchange(locks, lock, OUTSIDE, ENDING) !== INSIDE) return;
    Atomics.wait(locks, lock, INSIDE, SLICE);
  }
}

/** The worker is gone: another one may have its lock. */
export function freeLock(thread: number): void {
  Atomics.store(calls, thread % LOCKS, 0);
  Atomics.store(locks, thread % LOCKS, OUTSIDE);
  Atomics.notify(locks, thread % LOCKS);
}
