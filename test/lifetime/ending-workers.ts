// Ways in which workers end while they use Vulkan, and what those workers do.
import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';
import { showMessagesInThread } from '../../src/helpers/index.ts';
import { API_VERSION_1_3, Device, Instance, VkStructureType } from '../../src/index.ts';
import { maxAsyncCalls } from '../../src/native/koffi.ts';
import {
  device,
  FOREVER,
  instance,
  layers,
  listen,
  own,
  queue,
  refused,
  soon,
  submitForever,
  VALIDATION,
  vulkan,
  wait,
  wrong,
} from './ending-stage.ts';

export const workerWays: Readonly<Record<string, () => unknown>> = {
  'a worker is terminated beside a wait': () => {
    const worker = start('waits in a worker');
    worker.once('message', async () => {
      await worker.terminate();
      process.exit(5);
    });
  },
  'workers are terminated inside koffi': async () => {
    for (let i = 0; i < 4; i++) {
      const worker = start('asks koffi in a worker');
      await once(worker, 'message');
      await new Promise(resolve => setTimeout(resolve, i));
      if (i < 3) await worker.terminate();
    }
    // The last worker ends with the process.
    process.exit(5);
  },
  'asks koffi in a worker': () => {
    parentPort?.postMessage('asking');
    for (;;) maxAsyncCalls();
  },
  'a messenger goes with its worker: terminated': () =>
    beside('listens in a worker', async worker => {
      await worker.terminate();
    }),
  "a messenger goes with its worker: terminated by the class's method": () =>
    beside('listens in a worker', async worker => {
      await Worker.prototype.terminate.call(worker);
    }),
  'a messenger goes with its worker: being terminated': () =>
    beside('listens in a worker', worker => {
      worker.terminate();
    }),
  'a messenger in a thread of its own goes with the worker that has started it': () =>
    beside('shows in a thread', async worker => {
      await worker.terminate();
    }),
  'a messenger goes with its own thread: terminated': async () => {
    const threads: Worker[] = [];
    process.on('worker', worker => threads.push(worker));
    for (const to of [undefined, () => undefined]) {
      const messenger = await showMessagesInThread(instance, { to });
      const terminated = threads.pop()?.terminate();
      refused(
        () => instance.destroyDebugUtilsMessengerEXT(messenger),
        /expected a live VkDebugUtilsMessengerEXT/,
      );
      wrong();
      await terminated;
      wrong();
    }
    process.on('worker', worker => worker.terminate());
    const [{ reason }] = (await Promise.allSettled([
      showMessagesInThread(instance),
    ])) as PromiseRejectedResult[];
    if (!/was terminated/.test(reason.message)) throw reason;
    process.exit(5);
  },
  'shows in a thread': async () => {
    await showMessagesInThread(instance);
    parentPort?.postMessage({ ...own, said: 'cannot be given in a worker' });
  },
  'a messenger goes with its worker: at its end': () =>
    beside('listens in a worker', async worker => {
      worker.postMessage('end');
      await once(worker, 'exit');
    }),
  'a messenger goes with its worker: at the end of the process': () =>
    beside('listens in a worker', () => undefined),
  'a worker is inside its messenger: terminated': () =>
    inside('stays in its messenger', worker => worker.terminate()),
  'a worker is inside its messenger: ends itself': () =>
    inside('exits in its messenger', worker => once(worker, 'exit')),
  'a worker is inside its messenger: at the end of the process': () =>
    inside('stays in its messenger', () => undefined),
  'a worker makes mistakes for ever: terminated': () => terminateAtAnyMoment('makes mistakes for ever'),
  'a worker of a worker makes mistakes for ever: terminated': () =>
    terminateAtAnyMoment('has a worker that makes mistakes for ever'),
  'a worker makes messengers for ever: terminated': () => terminateAtAnyMoment('makes messengers for ever'),
  'a worker is in a long call: terminated': async () => {
    const worker = start('calls long');
    await once(worker, 'message');
    await new Promise(resolve => setTimeout(resolve, 200));
    await worker.terminate();
    process.exit(5);
  },
  'a worker destroys its messenger as it ends': async () => {
    const worker = start('destroys as it ends');
    const said: string[] = [];
    worker.on('message', message => said.push(message));
    await once(worker, 'exit');
    if (said.join() !== 'destroyed') throw new Error(`said ${said}`);
    process.exit(5);
  },
  'exit beside a worker that waits for ever': async () => {
    await once(start('waits for ever in a worker'), 'message');
    soon(() => process.exit(5));
  },
  'exit beside a worker whose call never returns': async () => {
    await once(start('has a call that never returns'), 'message');
    soon(() => process.exit(5));
  },
  'stays in its messenger': () => {
    listen(() => {
      parentPort?.postMessage(own);
      for (;;);
    });
    wrong();
  },
  'exits in its messenger': () => {
    listen(() => {
      parentPort?.postMessage(own);
      process.exit();
    });
    wrong();
  },
  'makes mistakes for ever': () => {
    listen(() => undefined);
    parentPort?.postMessage(own);
    for (;;) wrong();
  },
  'makes messengers for ever': () => {
    listen(() => undefined);
    parentPort?.postMessage(own);
    for (let i = 0; ; i++) {
      const messenger = listen(() => undefined);
      if (i % 8 > 0) instance.destroyDebugUtilsMessengerEXT(messenger);
    }
  },
  'calls long': () => {
    parentPort?.postMessage('calling');
    for (;;) device.waitForFences([device.createFence({})], true, 2_500_000_000n);
  },
  'destroys as it ends': () => {
    const messenger = listen(() => undefined);
    process.on('exit', () => {
      instance.destroyDebugUtilsMessengerEXT(messenger);
      parentPort?.postMessage('destroyed');
    });
  },
  'has a worker that makes mistakes for ever': () => {
    start('makes mistakes for ever').once('message', message => parentPort?.postMessage(message));
    setInterval(() => undefined, 1000);
  },
  'waits for ever in a worker': () => {
    parentPort?.postMessage('waiting');
    device.waitForFences([device.createFence({})], true, FOREVER);
  },
  'has a call that never returns': () => {
    submitForever();
    queue.async.queueWaitIdle();
    parentPort?.postMessage('called');
    setInterval(() => undefined, 1000);
  },
  'listens in a worker': () => {
    listen(() => undefined);
    let said = '';
    try {
      vulkan.createInstance({
        ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
        pNext: [
          {
            sType: VkStructureType.DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            messageSeverity: 0x1000,
            messageType: 1,
            pfnUserCallback: () => false,
          },
        ],
      });
    } catch (error) {
      said = (error as Error).message;
    }
    parentPort?.postMessage({ ...own, said });
    parentPort?.once('message', () => process.exit());
  },
  'waits in a worker': () => {
    wait();
    soon(() => parentPort?.postMessage('waiting'));
  },
};

const start = (way: string) => new Worker(process.argv[1], { workerData: way });

/** Uses the device of a worker that has ended or is ending. */
async function beside(way: string, end: (worker: Worker) => unknown): Promise<void> {
  const worker = start(way);
  const [made] = await once(worker, 'message');
  if (!made.said.includes('cannot be given in a worker')) throw new Error(`not refused: ${made.said}`);
  const its = adopted(made);
  await end(worker);
  for (let i = 0; i < 10; i++) wrong(its);
  process.exit(5);
}

/** The device of another thread. */
function adopted(made: typeof own): Device {
  const its = Instance.fromHandle(vulkan, made.instance, { apiVersion: API_VERSION_1_3 });
  return Device.fromHandle(its.enumeratePhysicalDevices()[0], made.device);
}

/** Terminates workers, and uses their devices before and after that: a worker's messenger must not be called any more. */
async function terminateAtAnyMoment(way: string): Promise<void> {
  for (let i = 0; i < 4; i++) {
    const worker = start(way);
    const [made] = await once(worker, 'message');
    const its = adopted(made);
    await new Promise(resolve => setTimeout(resolve, 3 * i));
    const gone = worker.terminate();
    for (let k = 0; k < 3; k++) wrong(its);
    await gone;
    wrong(its);
  }
  process.exit(5);
}

/** Ends a worker whose messenger is running: it must not be called any more, while that of this thread still is. */
async function inside(way: string, end: (worker: Worker) => unknown): Promise<void> {
  const worker = start(way);
  const [made] = await once(worker, 'message');
  const its = adopted(made);
  const gone = once(worker, 'exit');
  await end(worker);
  if (end.length > 0) {
    await gone;
    for (let i = 0; i < 3; i++) wrong(its);
  }
  let heard = 0;
  listen(() => {
    heard++;
  });
  wrong();
  process.exit(layers.includes(VALIDATION) && heard === 0 ? 1 : 5);
}
