// The calls that a worker of the fuzzing makes until it ends or is terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { mapMemory } from '../../../src/index.ts';
import { Random, randomOf } from '../ground.ts';
import { Stage } from '../stage.ts';

const random = new Random(randomOf(workerData.seed, workerData.index));
const { device, queue, instance, driver } = new Stage(workerData.on, true);
let heard = 0;

const acts: (() => unknown)[] = [
  () => device.destroyFence(device.createFence({})),
  () => {
    device.async.waitForFences([device.createFence({})], true, 2n ** 64n - 1n).catch(() => undefined);
  },
  () => device.async.deviceWaitIdle(),
  () => queue.async.queueSubmit([]),
  () =>
    instance.createDebugUtilsMessengerEXT({
      messageSeverity: 0x1100,
      messageType: 7,
      pfnUserCallback: () => {
        heard++;
        return false;
      },
    }),
  () => {
    const memory = device.allocateMemory({
      allocationSize: 4096,
      memoryTypeIndex: driver === undefined ? 0 : 2,
    });
    const mapped = mapMemory(device, memory, 4096);
    new Uint8Array(mapped.view())[0] = heard;
    if (random.chance(0.5)) device.freeMemory(memory);
  },
  // A mistake that the layer reports.
  () => heard >= 0 && random.chance(0.5) && device.createBuffer({ size: 64, usage: 1 << 30 }),
];
// A listener is there from the start, or messages would be printed.
acts[4]();
parentPort?.postMessage({ instance: instance.handle, device: device.handle });
for (let i = 0; ; i++) {
  try {
    await random.pick(acts)();
  } catch (error) {
    if ((error as Error).name === 'Error') throw error;
  }
  if (random.chance(0.3)) await new Promise(resolve => setImmediate(resolve));
  if (i === workerData.last)
    random.pick([
      () => process.exit(),
      () => {
        throw new Error('boom');
      },
    ])();
}
