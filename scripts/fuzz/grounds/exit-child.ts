// A process that ends while it holds something of Vulkan's: what it holds and how it ends are its argument.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { mapMemory, VkSemaphoreType, VkStructureType } from '../../../src/index.ts';
import { childProgram } from '../../build/child.ts';
import { Stage } from '../stage.ts';
import type { Exit } from './exits.ts';

const FOREVER = 2n ** 64n - 1n;
const SOON = 20_000_000n;
const { on, states, end } = JSON.parse(process.argv[2]) as Exit;
const { device, queue, instance, driver } = new Stage(on, true);
const isNatural = end === 'natural';
const calling = await childProgram(fileURLToPath(new URL('worker-calls.ts', import.meta.url)));

function finish(): void {
  if (end === 'exit' || end === 'exit in a callback') process.exit(5);
  if (end === 'uncaught error') throw new Error('my own mistake');
  if (end === 'unhandled rejection') Promise.reject(new Error('my own mistake'));
  process.exitCode = 5;
}

let hear = (): void => undefined;

const listen = () =>
  instance.createDebugUtilsMessengerEXT({
    messageSeverity: 0x1100,
    messageType: 7,
    pfnUserCallback: () => {
      hear();
      return false;
    },
  });

/** Makes a mistake that a messenger reports. */
function mistake(): void {
  if (driver === undefined) device.createBuffer({ size: 64, usage: 1 << 30 });
  else instance.submitDebugUtilsMessageEXT(0x1000, 1, { pMessage: 'a mistake' });
}

/** How a process gets into each state. */
const begin: Record<Exit['states'][number], () => void> = {
  'pending waits'() {
    for (let i = 0; i < 6; i++)
      device.async
        .waitForFences([device.createFence({})], true, isNatural ? SOON : FOREVER)
        .catch(() => undefined);
  },
  'a call that never returns'() {
    if (driver === undefined) {
      const sType = VkStructureType.SEMAPHORE_TYPE_CREATE_INFO;
      const pNext = [{ sType, semaphoreType: VkSemaphoreType.TIMELINE }] as const;
      const semaphore = device.createSemaphore({ pNext: [...pNext] });
      const values = {
        sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO,
        pWaitSemaphoreValues: [1n],
      } as const;
      queue.queueSubmit([{ pWaitSemaphores: [semaphore], pWaitDstStageMask: [1], pNext: [values] }]);
    }
    queue.async.queueWaitIdle();
    device.async.deviceWaitIdle();
  },
  'promise forms'() {
    for (let i = 0; i < 6; i++)
      device.async.allocateMemory({ allocationSize: 4096, memoryTypeIndex: 0 }).catch(() => undefined);
  },
  'a messenger'() {
    listen();
    mistake();
  },
  maps() {
    const memoryTypeIndex = driver === undefined ? 0 : 2;
    const memory = device.allocateMemory({ allocationSize: 4096, memoryTypeIndex });
    new Uint8Array(mapMemory(device, memory, 4096).view())[0] = 1;
  },
  'a worker'() {
    const workerData = { on, seed: 1, index: 1, last: isNatural ? 50 : -1 };
    const worker = new Worker(calling, { workerData });
    worker.on('error', () => undefined);
  },
  'an exit listener that calls'() {
    process.on('exit', () => device.destroyFence(device.createFence({})));
  },
};

process.on('exit', () => console.log('listened'));
if (end === 'exit in a callback') listen();
for (const state of states) begin[state]();
setTimeout(
  () => {
    if (end !== 'exit in a callback') return finish();
    hear = finish;
    mistake();
  },
  states.includes('a worker') ? 1500 : 30,
);
