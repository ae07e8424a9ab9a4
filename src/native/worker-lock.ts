// Keeps a worker from being terminated inside a function of koffi, which would crash the process, or inside a callback, for
// which C would wait forever: terminate() waits until the worker is outside, and keeps it there.
import { types } from 'node:util';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { now } from './clock.ts';

/**
 * Memory that this thread shares with all workers that it starts, directly or not, and with other copies of this library in
 * any of them. A version that divides it otherwise must give it another name.
 */
export function sharedWithWorkers(name: string, size: number): SharedArrayBuffer {
  const key = `${name}.${size}`;
  const inherited = getEnvironmentData(key);
  const known = types.isSharedArrayBuffer(inherited) ? inherited : new SharedArrayBuffer(size);
  setEnvironmentData(key, known);
  return known;
}

const KNOWN = 'koffi-vulkan.main';
/** Whether the main thread shares this memory: it had imported this library when it started this worker, or the one that did. */
const isKnown = isMainThread || getEnvironmentData(KNOWN) === true;
if (isMainThread) setEnvironmentData(KNOWN, true);

/** Why C must not be given functions of this thread; undefined if it may. */
export const workerRefusal = (): string | undefined =>
  isKnown
    ? undefined
    : 'a function cannot be given to Vulkan in a worker that was started before the main thread had imported koffi-vulkan, which would not take it back when the worker ends: import it there before the worker is started';

/** Two workers that live at the same time must not have the same place. */
const WORKERS = 8192;
/** The words of a worker: whether it is in koffi, its depth of calls from C, its end, its parent thread, whether it has loaded this library. */
const [INSIDE, CALLS, END, PARENT, LOADED, WORDS] = [0, 1, 2, 3, 4, 5];
/** The states of its end: it may enter koffi only inside a call from C, which must return; or not at all. */
const [ENDING, STOPPED] = [1, 2];

const state = new Int32Array(sharedWithWorkers('koffi-vulkan.workers', WORKERS * WORDS * 4));
const placeOf = (thread: number): number => (thread % WORKERS) * WORDS;
const own = placeOf(threadId);

if (!isMainThread) Atomics.store(state, own + LOADED, 1);

/** Wraps a function of koffi so that a worker cannot be terminated in it; the main thread needs no wrapper. */
export function uninterrupted<A extends readonly unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  if (isMainThread) return call;
  const safe = (...args: A): R => {
    // Another copy of this library may have entered.
    if (state[own + INSIDE] > 0) return call(...args);
    enter();
    try {
      return call(...args);
    } finally {
      Atomics.store(state, own + INSIDE, 0);
    }
  };
  return Object.assign(safe, call);
}

/**
 * Enters koffi: it writes INSIDE before it reads END, and the thread that ends the worker writes END before it reads
 * INSIDE, so at least one of the two notices.
 */
function enter(): void {
  for (;;) {
    Atomics.store(state, own + INSIDE, 1);
    const end = Atomics.load(state, own + END);
    if (end === 0 || (end === ENDING && isBeingCalled(threadId))) return;
    Atomics.store(state, own + INSIDE, 0);
    Atomics.wait(state, own + END, end);
  }
}

/** Waits forever, in a worker that is being terminated. */
export function waitForEnd(): never {
  Atomics.store(state, own + INSIDE, 0);
  for (;;) Atomics.wait(state, own + END, Atomics.load(state, own + END));
}

/** In a worker, counts the start (1) or the end (-1) of a call from C to a function of this worker. */
export const countCall = isMainThread
  ? undefined
  : (more: 1 | -1): void => {
      Atomics.add(state, own + CALLS, more);
    };

/** Whether C is calling a function of a worker. It may hold a lock that destroying the function's owner would wait for. */
export const isBeingCalled = (thread: number): boolean => Atomics.load(state, placeOf(thread) + CALLS) > 0;

/** Whether a worker has loaded this library. */
export const hasLoadedLibrary = (thread: number): boolean =>
  Atomics.load(state, placeOf(thread) + LOADED) !== 0;

/** Notes that this thread has started a worker, which may have written its own words already. */
export function noteStarted(thread: number): void {
  Atomics.store(state, placeOf(thread) + PARENT, threadId);
}

/** The workers that a worker has started. */
export function startedBy(thread: number): number[] {
  if (thread === 0) return [];
  return Array.from({ length: WORKERS }, (_, i) => i).filter(
    i => Atomics.load(state, placeOf(i) + PARENT) === thread,
  );
}

/**
 * Stops a worker, and the workers that it has started, at a point where they can be terminated safely.
 * @param wait how long for, at each step, in milliseconds
 * @param destroyHandlesOf runs when C is in no function of a worker; C must not call one after that
 * @returns whether they can be: otherwise one is in a call that takes longer, and stays outside koffi when that returns
 */
export function stopWorker(
  thread: number,
  wait: number,
  destroyHandlesOf: (thread: number) => void,
): boolean {
  const place = placeOf(thread);
  const until = (test: () => boolean): boolean => {
    for (const begun = now(); !test(); Atomics.wait(state, place + PARENT, state[place + PARENT], 1))
      if (now() - begun >= wait) return false;
    return true;
  };
  const isOutside = () => Atomics.load(state, place + INSIDE) === 0;
  const isIdle = () => isOutside() && !isBeingCalled(thread);
  const ready = startedBy(thread).map(inner => stopWorker(inner, wait, destroyHandlesOf));
  Atomics.compareExchange(state, place + END, 0, ENDING);
  if (until(() => !isBeingCalled(thread))) destroyHandlesOf(thread);
  // Again: its last call may have created another messenger.
  if (until(isIdle)) for (const one of [...startedBy(thread), thread]) destroyHandlesOf(one);
  else {
    Atomics.store(state, place + END, STOPPED);
    // Only the call of koffi must return; the function of the worker that C calls may run forever.
    ready.push(until(isOutside) || isBeingCalled(thread));
  }
  return !ready.includes(false);
}

/** Frees a worker's words for another worker. */
export function forgetWorker(thread: number): void {
  const place = placeOf(thread);
  for (let word = 0; word < WORDS; word++) Atomics.store(state, place + word, 0);
  Atomics.notify(state, place + END);
}
