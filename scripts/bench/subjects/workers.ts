// Measures what a query costs when one worker thread asks, and when two ask at once.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Context, missingRow, rowOf, type Subject } from '../row.ts';

const TITLE = 'the query from 1 and 2 worker threads';
const MILLISECONDS = 300;

/** Nanoseconds an answer, over all workers. */
async function run(context: Context, path: string, count: number): Promise<number> {
  const go = new Int32Array(new SharedArrayBuffer(4));
  const file = join(context.programs, 'programs', 'worker.mjs');
  const workerData = { path, go, milliseconds: MILLISECONDS };
  const workers = Array.from({ length: count }, () => new Worker(file, { workerData }));
  await Promise.all(workers.map(worker => once(worker, 'message')));
  const answers = workers.map(worker => once(worker, 'message'));
  Atomics.store(go, 0, 1);
  Atomics.notify(go, 0);
  let rate = 0;
  for (const [{ made, right, took }] of await Promise.all(answers)) {
    if (!right) throw new Error('a worker got a wrong answer');
    rate += made / (took * 1e6);
  }
  await Promise.all(workers.map(worker => worker.terminate()));
  return 1 / rate;
}

export const workers: Subject = {
  name: 'workers',
  async run(context) {
    const { path, missing } = context.tools.trivialDriver;
    if (path === undefined) return [missingRow(TITLE, missing)];
    if (availableParallelism() < 2) return [missingRow(TITLE, 'this machine has one core')];
    const samples: number[][] = [[], []];
    const rounds = Math.min(context.rounds, 7);
    for (let round = 0; round < rounds; round++)
      for (const count of [1, 2]) samples[count - 1].push(await run(context, path, count));
    return [
      rowOf(
        {
          title: TITLE,
          unit: 'ns',
          by: 'min',
          baseline: '1 worker',
          checks: rounds * 2,
          targets: [{ of: '2 workers', most: 0.55, against: '1 worker' }],
        },
        samples.map((s, i) => {
          const name = i === 0 ? '1 worker' : '2 workers';
          return { name, group: name, samples: s };
        }),
      ),
    ];
  },
};
