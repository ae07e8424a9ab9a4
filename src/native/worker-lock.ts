// Keeps a worker from being terminated inside a function of koffi, which would crash the process: terminate() waits until
// the worker is outside, and keeps it there.
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';

/** Memory that this thread shares with all workers that it starts, directly or not. */
export function sharedWithWorkers(key: string, size: number): SharedArrayBuffer {
  const inherited = isMainThread ? undefined : getEnvironmentData(key);
  const known = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(size);
  setEnvironmentData(key, known);
  return known;
}

const LOCKS = 1024;
const [OUTSIDE, INSIDE, ENDING] = [0, 1, 2];
/** How long terminate() waits for a worker, in milliseconds. */
const MAX_WAIT = 1000;
const SLICE = 10;

const locks = new Int32Array(sharedWithWorkers('koffi-vulkan.worker-lock', LOCKS * 4));
/** By worker: how many of its functions C is calling now. */
const calls = new Int32Array(sharedWithWorkers('koffi-vulkan.worker-calls', LOCKS * 4));
const own = threadId % LOCKS;
let depth = 0;

/** Wraps a function so that a worker is not terminated inside it; in the main thread it returns the function itself. */
export function uninterrupted<A extends never[], R>(call: (...args: A) => R): (...args: A) => R {
  if (isMainThread) return call;
  const safe = (...args: A): R => {
    // A worker that is being terminated waits here forever.
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

/** Counts the start (1) or the end (-1) of a call from C to a function of this worker. */
export function countCall(more: 1 | -1): void {
  if (!isMainThread) Atomics.add(calls, own, more);
}

/** Whether C is calling a function of a worker, and may hold a lock that destroying that callback would wait for. */
export const isBeingCalled = (thread: number): boolean => Atomics.load(calls, thread % LOCKS) > 0;

/** Waits until a worker is outside koffi and keeps it there, before it is terminated. */
export function keepOutside(thread: number): void {
  const lock = thread % LOCKS;
  for (let waited = 0; waited < MAX_WAIT; waited += SLICE) {
    if (Atomics.compareExchange(locks, lock, OUTSIDE, ENDING) !== INSIDE) return;
    Atomics.wait(locks, lock, INSIDE, SLICE);
  }
}

/** Frees the lock of a worker that has ended, for another one. */
export function freeLock(thread: number): void {
  Atomics.store(calls, thread % LOCKS, 0);
  Atomics.store(locks, thread % LOCKS, OUTSIDE);
  Atomics.notify(locks, thread % LOCKS);
}
