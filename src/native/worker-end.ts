// Destroys the messengers of a worker when it ends, since C would call functions of a thread that is gone. The thread that
// started the worker does it: a terminated worker runs no more code.
import { isMainThread, threadId, Worker } from 'node:worker_threads';
import { setTimeout } from './clock.ts';
import { endAtOnceWhile } from './exit.ts';
import { callable, prototype, wasReset } from './koffi.ts';
import { unsigned } from './uint64.ts';
import {
  forgetWorker,
  hasLoadedLibrary,
  isBeingCalled,
  noteStarted,
  sharedWithWorkers,
  startedBy,
  stopWorker,
  waitForEnd,
} from './worker-lock.ts';

const KEY = 'koffi-vulkan.worker-end';
const ROWS = 1024;
/** The words of a row: its thread (0 if the row is free), the destroying function, and the two handles that it takes. */
const WORDS = 4;
const WRITING = 2n ** 63n;

/** How many milliseconds this thread waits for a call of a worker to return. No longer, since the worker may wait for it. */
const MAX_WAIT = 1000;

const table = new BigInt64Array(sharedWithWorkers(KEY, ROWS * WORDS * 8));
/** Workers of this thread that have not ended. */
const running = new Set<number>();
/** Each marks a handle that this thread has noted as destroyed, and returns what to run when it is; by row. */
const marks = new Map<number, () => () => void>();

/** The process ends at once then, since all workers end with it, whatever they are doing. */
const isAnyWorkerRunning = () => [...running].some(hasLoadedLibrary);

process.on('worker', (worker: Worker) => {
  const id = worker.threadId;
  running.add(id);
  noteStarted(id);
  if (isMainThread) endAtOnceWhile(isAnyWorkerRunning);
  worker.once('exit', () => {
    running.delete(id);
    forgetAll(id);
  });
});

/** Destroys what is left of a worker that has ended, and of those that it started, which end with it. */
function forgetAll(id: number): void {
  for (const inner of startedBy(id)) forgetAll(inner);
  // The thread has ended, so C is in none of its functions.
  destroyHandlesOf(id);
  forgetWorker(id);
}

const { terminate } = Worker.prototype;
const terminated = new WeakMap<Worker, Promise<number>>();
// On the class, since Node announces a worker a tick after its start, and it may be terminated before that.
Worker.prototype.terminate = function (this: Worker) {
  const id = this.threadId;
  // It has ended.
  if (id < 0) return terminate.call(this);
  const known = terminated.get(this);
  if (known !== undefined) return known;
  const whenReady = async () => {
    do await new Promise(resolve => setTimeout(resolve, 10));
    while (running.has(id) && !stopWorker(id, 0, destroyHandlesOf));
    return terminate.call(this);
  };
  const end = stopWorker(id, MAX_WAIT, destroyHandlesOf) ? terminate.call(this) : whenReady();
  terminated.set(this, end);
  return end;
};

if (!isMainThread) {
  // After the script's own listeners, which may destroy what they made themselves.
  const emit = process.emit as (...args: unknown[]) => boolean;
  process.emit = ((...args: unknown[]) => {
    try {
      return emit.apply(process, args);
    } finally {
      if (args[0] === 'exit') {
        for (const id of running) stopWorker(id, MAX_WAIT, destroyHandlesOf);
        if (!isBeingCalled(threadId)) destroyHandlesOf(threadId);
      }
    }
  }) as typeof process.emit;
}

/**
 * Notes a handle of this thread that must be destroyed when a worker ends: this one, or one that it has started.
 * @param destroy address of `void (parent, handle, NULL)`
 * @param markDestroyed marks it as destroyed, and returns what to run when it is
 * @returns a function that removes the note
 */
export function destroyWithThread(
  thread: number,
  destroy: bigint,
  parent: bigint,
  handle: bigint,
  markDestroyed: () => () => void,
): () => void {
  for (let at = 0; at < table.length; at += WORDS) {
    if (Atomics.compareExchange(table, at, 0n, BigInt.asIntN(64, WRITING)) !== 0n) continue;
    table[at + 1] = destroy;
    table[at + 2] = parent;
    table[at + 3] = BigInt.asIntN(64, handle);
    Atomics.store(table, at, BigInt(thread));
    marks.set(at, markDestroyed);
    return () => {
      // The thread that ends this one has destroyed it.
      if (marks.delete(at) && Atomics.compareExchange(table, at, BigInt(thread), 0n) !== BigInt(thread))
        waitForEnd();
    };
  }
  throw new Error(`expected at most ${ROWS} messengers with functions of workers at a time, got one more`);
}

function destroyHandlesOf(thread: number): void {
  if (wasReset()) return;
  for (let at = 0; at < table.length; at += WORDS) {
    if (table[at] !== BigInt(thread)) continue;
    const [, destroy, parent, handle] = table.subarray(at, at + WORDS);
    if (Atomics.compareExchange(table, at, BigInt(thread), 0n) !== BigInt(thread)) continue;
    const markDestroyed = marks.get(at);
    marks.delete(at);
    const whenDestroyed = markDestroyed?.();
    call(destroy, parent, unsigned(handle));
    whenDestroyed?.();
  }
}

function call(destroy: bigint, parent: bigint, handle: bigint): void {
  callable(destroy, prototype('void', ['uintptr_t', 'uint64_t', 'uintptr_t']))(parent, handle, 0);
}
