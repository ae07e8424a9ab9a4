// Destroys the messengers of a worker when it ends, since C would call functions of a thread that is gone. The thread that
// started the worker does it: a terminated worker runs no more code.
import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import { endAtOnceWhile } from './exit.ts';
import { callable, prototype, wasReset } from './koffi.ts';
import {
  forgetWorker,
  isBeingCalled,
  isOurs,
  makeReady,
  noteStarted,
  sharedWithWorkers,
  waitForEnd,
} from './worker-lock.ts';

const KEY = 'koffi-vulkan.worker-end';
const ROWS = 1024;
/** The words of a row: its thread (0 if the row is free), the destroying function, and the two handles that it takes. */
const WORDS = 4;
const WRITING = 2n ** 63n;

const table = new BigInt64Array(sharedWithWorkers(KEY, ROWS * WORDS * 8));
/** Workers of this thread that have not ended. */
const running = new Set<number>();
/** Destroys the messengers of this worker itself. */
const mine = new Set<() => void>();

/** Every worker ends with the process, whatever it is doing. */
const anyRuns = () => [...running].some(isOurs);

process.on('worker', (worker: Worker) => {
  const id = worker.threadId;
  const { terminate } = worker;
  running.add(id);
  noteStarted(id);
  if (isMainThread) endAtOnceWhile(anyRuns);
  worker.terminate = function (...args) {
    makeReady(id, destroyHandlesOf);
    return terminate.apply(this, args);
  };
  worker.once('exit', () => {
    running.delete(id);
    // The thread has ended, and with it every call from C.
    destroyHandlesOf(id);
    forgetWorker(id);
  });
});
if (!isMainThread)
  process.on('exit', () => {
    for (const id of running) makeReady(id, destroyHandlesOf);
    if (!isBeingCalled(threadId)) for (const take of mine) take();
  });

/**
 * Notes a handle that must be destroyed when this worker ends.
 * @param destroy address of `void (parent, handle, NULL)`
 * @param gone marks it as destroyed
 * @returns a function that removes the note
 */
export function destroyWithThread(
  destroy: bigint,
  parent: bigint,
  handle: bigint,
  gone: () => void,
): () => void {
  for (let at = 0; at < table.length; at += WORDS) {
    if (Atomics.compareExchange(table, at, 0n, BigInt.asIntN(64, WRITING)) !== 0n) continue;
    table[at + 1] = destroy;
    table[at + 2] = parent;
    table[at + 3] = BigInt.asIntN(64, handle);
    Atomics.store(table, at, BigInt(threadId));
    const take = () => {
      gone();
      call(destroy, parent, handle);
    };
    mine.add(take);
    return () => {
      mine.delete(take);
      if (Atomics.compareExchange(table, at, BigInt(threadId), 0n) !== BigInt(threadId)) waitForEnd();
    };
  }
  throw new Error(`workers have given Vulkan ${ROWS} callbacks, and no more can be kept track of`);
}

function destroyHandlesOf(thread: number): void {
  if (wasReset()) return;
  for (let at = 0; at < table.length; at += WORDS) {
    if (table[at] !== BigInt(thread)) continue;
    const [, destroy, parent, handle] = table.subarray(at, at + WORDS);
    if (Atomics.compareExchange(table, at, BigInt(thread), 0n) !== BigInt(thread)) continue;
    call(destroy, parent, BigInt.asUintN(64, handle));
  }
}

function call(destroy: bigint, parent: bigint, handle: bigint): void {
  callable(destroy, prototype('void', ['uintptr_t', 'uint64_t', 'uintptr_t']))(parent, handle, 0);
}
