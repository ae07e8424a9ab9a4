// Ways of ending a process beside many waits at a time, and beside waits while timers are fake.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { device, listen, soon, wait } from './ending-stage.ts';

/** The event loop turns while it polls them, so a timer is not late. */
function manyBesideMessenger(): void {
  listen(() => undefined);
  for (let i = 0; i < 300; i++) wait();
  let turns = 0;
  setInterval(() => turns++, 10);
  setTimeout(() => process.exit(turns < 10 ? 1 : 5), 1000);
}

/** Replaces timers, as test frameworks do. */
function fakeTimers(): void {
  performance.now = () => 1000;
  Date.now = () => 1000;
  const never = () => ({ unref() {}, hasRef: () => false });
  for (const name of ['setTimeout', 'setImmediate', 'setInterval', 'queueMicrotask'])
    (globalThis as unknown as Record<string, unknown>)[name] = never;
}

async function besideFakeTimers(): Promise<void> {
  const failed = setTimeout(() => process.exit(1), 30_000);
  fakeTimers();
  const form = () => device.async.waitForFences([device.createFence({})], true, 30_000_000n);
  await Promise.all([form(), form()]);
  listen(() => undefined);
  await Promise.all([form(), form()]);
  const worker = new Worker(process.argv[1], { workerData: 'calls long' });
  await new Promise(resolve => worker.once('message', resolve));
  await worker.terminate();
  clearTimeout(failed);
  process.exit(5);
}

export const waitWays: Readonly<Record<string, () => unknown>> = {
  'many waits beside a messenger': manyBesideMessenger,
  'fake timers': besideFakeTimers,
  'exit beside a wait': () => {
    wait();
    soon(() => process.exit(5));
  },
  'files beside waits': async () => {
    for (let i = 0; i < 8; i++) wait();
    for (let i = 0; i < 20; i++) await readFile(fileURLToPath(import.meta.url));
    process.exit(5);
  },
};
