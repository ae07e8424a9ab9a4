// What a worker gave C to call, taken back when the worker ends: whoever calls it then would meet a thread that is gone.
// The thread that started the worker does it, since one that is terminated runs nothing any more.
import { isMainThread, threadId, type Worker } from 'node:worker_threads';
import { callable, prototype } from './koffi.ts';
import { freeLock, isBeingCalled, keepOutside, sharedWithWorkers } from './worker-lock.ts';

const KEY = 'koffi-vulkan.worker-end';
const ROWS = 1024;
/** Of a row: its thread (0 while it is free), the function that takes it back, and the two handles that this takes. */
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
    // Before it is gone: another thread may call into it at any time.
    if (!isBeingCalled(id)) destroyHandlesOf(id);
    return terminate.apply(this, args);
  };
  worker.once('exit', () => {
    running.delete(id);
    // What is left was given in a call that did not return. It cannot be taken back: its library may be gone as well.
    forget(id);
    freeLock(id);
  });
});
process.on('exit', () => {
  for (const id of running) keepOutside(id);
  // With the process every worker ends.
  for (let at = 0; at < table.length; at += WORDS) {
    const thread = Number(table[at]);
    if (thread > 0 && (isMainThread || thread === threadId) && !isBeingCalled(thread))
      destroyHandlesOf(thread);
  }
});

/**
 * Notes what goes when this thread ends, which matters in a worker alone.
 * @param destroy address of `void (parent, handle, NULL)`
 * @returns what forgets it
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
  throw new Error(`workers have given Vulkan ${ROWS} callbacks, and no more can be kept track of`);
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
