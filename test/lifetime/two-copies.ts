// What two copies of the library do in one process, as where a program bundles one and a package of it has another.
import { once } from 'node:events';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { childProgram } from '../../scripts/build/child.ts';

const file = await childProgram(join(import.meta.dirname, 'library.ts'));
const [A, B]: typeof import('./library.ts')[] = [await import(file), await import(`${file}?second`)];

/** A device of a copy, and a messenger. */
function open({ API_VERSION_1_3, loadVulkan }: typeof A, hear: () => void = () => undefined) {
  const instance = loadVulkan().createInstance({
    pApplicationInfo: { apiVersion: API_VERSION_1_3 },
    ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
  });
  const listen = (act: () => void) =>
    instance.createDebugUtilsMessengerEXT({
      messageSeverity: 0x1000,
      messageType: 7,
      pfnUserCallback: () => {
        act();
        return false;
      },
    });
  listen(hear);
  const say = () => instance.submitDebugUtilsMessageEXT(0x1000, 1, { pMessage: 'hello' });
  const device = instance.enumeratePhysicalDevices()[0].createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
  });
  const wait = (nanoseconds: bigint) => device.waitForFences([device.createFence({})], true, nanoseconds);
  return { device, listen, say, wait };
}

const ways: Readonly<Record<string, () => unknown>> = {
  exit: () => {
    open(A);
    open(B);
    process.exit(5);
  },
  'natural end': () => {
    open(A);
    open(B);
    process.exitCode = 5;
  },
  'exit beside waits of both': () => {
    for (const copy of [A, B]) {
      const { device } = open(copy);
      device.async.waitForFences([device.createFence({})], true, 2n ** 64n - 1n);
    }
    setTimeout(() => process.exit(5), 25);
  },
  "a callback inside the other copy's": () => {
    const b = open(B);
    let said = '';
    const a = open(A, () => {
      try {
        b.listen(() => undefined);
      } catch (error) {
        said = (error as Error).message;
      }
    });
    a.say();
    process.exit(/cannot be given to Vulkan while another one runs/.test(said) ? 5 : 1);
  },
  'a worker is in both when it is terminated': async () => {
    for (let i = 0; i < 8; i++) {
      const worker = new Worker(process.argv[1], { workerData: 'calls of both' });
      await once(worker, 'message');
      await new Promise(resolve => setTimeout(resolve, i));
      await worker.terminate();
    }
    process.exit(5);
  },
  'a worker is in Vulkan before it is announced': async () => {
    for (let i = 0; i < 2; i++) {
      const memory = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker(process.argv[1], { workerData: memory });
      // Node announces it when this thread is back in its event loop.
      Atomics.wait(memory, 0, 0, 20_000);
      Atomics.wait(memory, 0, 1, 300);
      await new Promise(resolve => process.nextTick(resolve));
      await worker.terminate();
    }
    process.exit(5);
  },
  'calls of both': () => {
    const b = open(B);
    const a = open(A, () => b.device.destroyFence(b.device.createFence({})));
    parentPort?.postMessage('calling');
    for (;;) {
      a.say();
      a.wait(1_000_000n);
    }
  },
};

if (A.Instance === B.Instance) throw new Error('one copy');
if (isMainThread) process.on('exit', () => console.log('listened'));
if (typeof workerData === 'object' && workerData !== null) {
  const { wait } = open(A);
  Atomics.store(workerData, 0, 1);
  Atomics.notify(workerData, 0);
  for (;;) wait(2_000_000_000n);
} else await ways[isMainThread ? process.argv[2] : workerData]();
