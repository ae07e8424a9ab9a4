// Workers that end by themselves, or are terminated, while they and this thread call Vulkan.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { API_VERSION_1_3, Device, Instance } from '../../../src/index.ts';
import { childProgram } from '../../build/child.ts';
import type { Ground } from '../ground.ts';
import { ScenarioPlayer, type Steps } from '../scenario.ts';
import { Stage } from '../stage.ts';

/** What a worker has made; undefined if it ended before it told. */
const begun = (worker: Worker): Promise<{ instance: bigint; device: bigint } | undefined> =>
  new Promise(resolve => {
    worker.once('message', resolve);
    worker.once('exit', () => resolve(undefined));
  });

async function play(steps: Steps, { vulkan, device, driver }: Stage, on: string): Promise<void> {
  const program = await childProgram(fileURLToPath(new URL('worker-calls.ts', import.meta.url)));
  const data = { on, seed: steps.int(2 ** 31), index: 0, last: steps.pick([-1, -1, steps.int(200)]) };
  steps.say(`new Worker('worker-calls.ts', ${JSON.stringify(data)})`);
  const worker = new Worker(program, { workerData: data });
  worker.on('error', error => {
    // koffi keeps the callbacks of workers that were terminated, and has no more at some time.
    if (!/boom|all 8192 functions/.test(error.message)) steps.fail(`in the worker: ${error.stack}`);
  });
  const ended = new Promise(resolve => worker.once('exit', resolve));
  const early = steps.chance(0.1);
  const made = early ? undefined : await begun(worker);
  const until = performance.now() + steps.int(60);
  steps.say('fences are made and destroyed in this thread');
  while (performance.now() < until) {
    device.destroyFence(device.createFence({}));
    steps.calls += 2;
    if (steps.chance(0.2)) await new Promise(resolve => setImmediate(resolve));
  }
  const isOver = data.last >= 0 && !early;
  steps.say(isOver ? 'it ends by itself' : 'worker.terminate()');
  if (!isOver) {
    const gone = worker.terminate();
    if (steps.chance(0.5)) await gone;
  } else await ended;
  if (made === undefined || driver !== undefined) {
    await ended;
    return;
  }
  // What it made is still there, and its messenger reports nothing any more.
  const adopted = Instance.fromHandle(vulkan, made.instance, { apiVersion: API_VERSION_1_3 });
  const its = Device.fromHandle(adopted.enumeratePhysicalDevices()[0], made.device);
  for (let i = 0; i < 3; i++)
    steps.call('a mistake on its device', () => its.createBuffer({ size: 64, usage: 1 << 30 }));
  await ended;
}

export const endingWorkers: Ground = {
  name: 'workers that end',
  ways: ['embedded', 'live'].map(on => ({ on, compile: true })),
  open(on) {
    const stage = new Stage(on, true);
    return new ScenarioPlayer(steps => play(steps, stage, on));
  },
};
