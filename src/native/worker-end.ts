// Destroys the messengers of a worker when it ends, since C would call functions of a thread that is gone. The thread that
// started the worker does it: a terminated worker runs no more code.
import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import { callable, prototype } from './koffi.ts';
import { freeLock, isBeingCalled, keepOutside, sharedWithWorkers } from './worker-lock.ts';

const KEY = 'koffi-vulkan.worker-end';
const ROWS = 1024;
/** The words of a row: its thread (0 if the row is free), the destroying function, and the two handles that it takes. */
const WORDS = 4;
const WRITING = 2n ** 63n;

const table = new BigInt64Array(sharedWithWorkers(KEY, ROWS * WORDS * 8));
/** Workers of this thread that have not ended. */
const running = new Set<number>();

process.on('worker', (worker: Worker) => {
  const id = worker.threadId;
  const { terminate } = worker;
  running.add(id);
  worker.terminate = function (...args) {
    keepOutside(id);
    // Before it ends: another thread may call into it at any time.
    if (!isBeingCalled(id)) destroyHandlesOf(id);
    return terminate.apply(this, args);
  };
  worker.once('exit', () => {
    running.delete(id);
    // Rows that are left came from a call that did not return. They cannot be destroyed: the library may be gone too.
    forget(id);
    freeLock(id);
  });
});
process.on('exit', () => {
  for (const id of running) keepOutside(id);
  // Every worker ends with the process.
  for (let at = 0; at < table.length; at += WORDS) {
    const thread = Number(table[at]);
    if (thread > 0 && (isMainThread || thread === threadId) && !isBeingCalled(thread))
      destroyHandlesOf(thread);
  }
});

/**
 * Notes a handle that must be destroyed when this worker ends.
 * @param destroy address of `void (parent, handle, NULL)`
 * @returns a function that removes the note
 */
export function destroyWithThread(destroy: bigint, parent: bigint, handle: bigint): () => void {
  for (let at = 0; at < table.length; at += WORDS) {
    if (Atomics.compareExchange(table, at, 0n, BigInt.asIntN(64, WRITING)) !== 0n) continue;
    table[at + 1] = destroy;
    table[at + 2] = parent;
    table[at + 3] = BigInt.asIntN(64, handle);
    Atomics.store(table, at, BigInt(threadId));
    return () => Atomics.compareExchange(table, at, BigInt(threadId), 0n);
  }
  throw new Error(`expected at most ${ROWS} messengers with functions of workers at a time, got one more`);
}

function forget(thread: number): void {
  for (let at = 0; at < table.length; at += WORDS) Atomics.compareExchange(table, at, BigInt(thread), 0n);
}

function destroyHandlesOf(thread: number): void {
  for (let at = 0; at < table.length; at += WORDS) {
    if (table[at] !== BigInt(thread)) continue;
    const [, destroy, parent, handle] = table.subarray(at, at + WORDS);
    if (Atomics.compareExchange(table, at, BigInt(thread), 0n) !== BigInt(thread)) continue;
    const call = callable(destroy, prototype('void', ['uintptr_t', 'uint64_t', 'uintptr_t']));
    call(parent, BigInt.asUintN(64, handle), 0);
  }
}
