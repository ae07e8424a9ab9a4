// One way in which a process ends while Vulkan is at work, named by its first argument.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import { structLayout } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  Device,
  Instance,
  loadVulkan,
  mapMemory,
  type VkDebugUtilsMessengerEXT,
  VkSemaphoreType,
  VkStructureType,
} from '../../src/index.ts';
import { maxAsyncCalls } from '../../src/native/koffi.ts';

// As `import { reset } from 'koffi'` has it.
const { reset } = koffi;
if (process.argv[2] === 'few asynchronous calls')
  koffi.config({ resident_async_pools: 1, max_async_calls: 1, async_stack_size: 1024 * 1024 });

const FOREVER = 2n ** 64n - 1n;
const name: string = isMainThread ? process.argv[2] : workerData;

const driver = name.startsWith('embedded') ? createEmbeddedDriver() : undefined;
const vulkan = loadVulkan({ getInstanceProcAddr: driver?.getInstanceProcAddr });
const layers = vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
const VALIDATION = 'VK_LAYER_KHRONOS_validation';
const instance = vulkan.createInstance({
  pApplicationInfo: { apiVersion: API_VERSION_1_3 },
  ppEnabledExtensionNames: ['VK_EXT_debug_utils'],
  ppEnabledLayerNames: layers.includes(VALIDATION) ? [VALIDATION] : [],
});
const device = instance.enumeratePhysicalDevices()[0].createDevice({
  pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
  pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true }],
});
const queue = device.getDeviceQueue(0, 0);

const wait = () => device.async.waitForFences([device.createFence({})], true, FOREVER);
const soon = (act: () => void) => setTimeout(act, 50);
const listen = (act: () => void) =>
  instance.createDebugUtilsMessengerEXT({
    messageSeverity: 0x1100,
    messageType: 7,
    pfnUserCallback: () => {
      act();
      return false;
    },
  });
/** What the validation layer says something of. */
const wrong = (on = device) => on.createBuffer({ size: 64, usage: 1 << 30 });
/** What another thread adopts. */
const own = { instance: instance.handle, device: device.handle };

/** Submits what is never done. */
function submitForever(): void {
  const semaphore = device.createSemaphore({
    pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
  });
  queue.queueSubmit([
    {
      pWaitSemaphores: [semaphore],
      pWaitDstStageMask: [1],
      pNext: [{ sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO, pWaitSemaphoreValues: [1n] }],
    },
  ]);
}

const ways: Record<string, () => unknown> = {
  'exit beside a wait': () => {
    wait();
    soon(() => process.exit(5));
  },
  'exit beside a call that never returns': () => {
    submitForever();
    queue.async.queueWaitIdle();
    soon(() => process.exit(5));
  },
  'uncaught error beside a call that never returns': () => {
    submitForever();
    queue.async.queueWaitIdle();
    soon(() => {
      throw new Error('my own mistake');
    });
  },
  'uncaught error in a callback of a promise form': () => {
    listen(() => {
      throw new Error('my own mistake');
    });
    device.async.allocateMemory({ allocationSize: 0, memoryTypeIndex: 0 }).catch(() => undefined);
    setInterval(() => undefined, 1000);
  },
  'exit in a callback': () => {
    listen(() => process.exit(5));
    wrong();
  },
  'exit in a callback of a promise form': () => {
    listen(() => process.exit(5));
    device.async.allocateMemory({ allocationSize: 0, memoryTypeIndex: 0 }).catch(() => undefined);
    setInterval(() => undefined, 1000);
  },
  'mistakes in promise forms and beside them': async () => {
    let heard = 0;
    const messenger = listen(() => {
      heard++;
    });
    const mistaken = () =>
      device.async.allocateMemory({ allocationSize: 0, memoryTypeIndex: 0 }).catch(() => undefined);
    for (let i = 0; i < 20; i++) {
      const form = mistaken();
      for (let k = 0; k < 5; k++) wrong();
      await Promise.all([form, Promise.race([wait(), new Promise(resolve => soon(() => resolve(0)))])]);
    }
    if (heard < 120) throw new Error(`heard ${heard}`);
    instance.destroyDebugUtilsMessengerEXT(messenger);
    // With nobody to tell they are in threads again, and must not get somebody to tell.
    const form = mistaken();
    refused(() => listen(() => undefined), /do it when they have settled/);
    await form;
    listen(() => undefined);
    process.exit(5);
  },
  'waits for all queues in a messenger': async () => {
    const forms: Promise<unknown>[] = [];
    const fence = device.createFence({ flags: 1 });
    listen(() => {
      if (forms.length < 300)
        forms.push(
          device.async.deviceWaitIdle(),
          queue.async.queueSubmit([]),
          device.async.waitForFences([fence], true, 10n),
        );
    });
    for (let i = 0; i < 50; i++) {
      wrong();
      wrong();
      await Promise.all(forms);
    }
    process.exit(forms.length < 300 && layers.includes(VALIDATION) ? 1 : 5);
  },
  'natural end with a messenger alive': () => {
    listen(() => undefined);
    wrong();
    process.exitCode = 5;
  },
  'natural end of all that was destroyed': () => {
    instance.destroyDebugUtilsMessengerEXT(listen(() => undefined));
    device.destroyDevice();
    instance.destroyInstance();
    process.exitCode = 5;
  },
  'files beside waits': async () => {
    for (let i = 0; i < 8; i++) wait();
    for (let i = 0; i < 20; i++) await readFile(fileURLToPath(import.meta.url));
    process.exit(5);
  },
  'embedded: exit beside a wait': () => {
    wait();
    soon(() => process.exit(5));
  },
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
    // The last one ends with the process.
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
  'exit after an error that was handled': () => {
    listen(() => undefined);
    process.on('uncaughtException', () => process.exit(5));
    throw new Error('my own mistake');
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
  'koffi.reset() by the application': () => {
    const messenger = listen(() => undefined);
    koffi.reset();
    for (let i = 0; i < 40; i++) {
      refused(() => loadVulkan(), /called koffi\.reset\(\)/);
      refused(() => loadVulkan({ getInstanceProcAddr: 0x1000n }), /called koffi\.reset\(\)/);
      refused(() => Instance.fromHandle(vulkan, instance.handle), /called koffi\.reset\(\)/);
      refused(() => Device.fromHandle(instance.enumeratePhysicalDevices()[0], 5n), /called koffi\.reset\(\)/);
      refused(() => createEmbeddedDriver(), /called koffi\.reset\(\)/);
      refused(() => structLayout('VkAndroidSurfaceCreateInfoKHR'), /called koffi\.reset\(\)/);
      refused(() => mapMemory(device, 5n as never, 5), /called koffi\.reset\(\)/);
      refused(() => wrong(), /called koffi\.reset\(\)/);
      refused(() => instance.destroyDebugUtilsMessengerEXT(messenger), /called koffi\.reset\(\)/);
      refused(() => vulkan.createInstance({}), /called koffi\.reset\(\)/);
    }
    process.exitCode = 5;
  },
  'koffi.reset() beside promise forms': async () => {
    const fence = device.createFence({});
    const waiting = Array.from({ length: 3 }, () => device.async.waitForFences([fence], true, 50_000_000n));
    refused(() => koffi.reset(), /^koffi\.reset\(\): a promise form of koffi-vulkan has not returned/);
    await Promise.all(waiting);
    koffi.reset();
    const [form] = await Promise.allSettled([device.async.deviceWaitIdle()]);
    refused(() => {
      if (form.status === 'rejected') throw form.reason;
    }, /called koffi\.reset\(\)/);
    process.exit(5);
  },
  'embedded: koffi.reset() by the application': () => {
    for (let i = 0; i < 40; i++) device.destroyFence(device.createFence({}));
    koffi.reset();
    for (let i = 0; i < 40; i++) {
      refused(() => device.createFence({}), /called koffi\.reset\(\)/);
      refused(() => createEmbeddedDriver(), /called koffi\.reset\(\)/);
    }
    process.exitCode = 5;
  },
  'embedded: koffi.reset() from a copy of its functions': async () => {
    for (let i = 0; i < 40; i++) device.destroyFence(device.createFence({}));
    reset();
    for (let i = 0; i < 40; i++) {
      refused(() => device.createFence({}), /called koffi\.reset\(\)/);
      refused(() => queue.queueSubmit([]), /called koffi\.reset\(\)/);
      refused(() => instance.enumeratePhysicalDevices(), /called koffi\.reset\(\)/);
      refused(() => createEmbeddedDriver(), /called koffi\.reset\(\)/);
      const [form] = await Promise.allSettled([device.async.deviceWaitIdle()]);
      refused(() => {
        if (form.status === 'rejected') throw form.reason;
      }, /^(?!koffi takes).*called koffi\.reset\(\)/);
    }
    process.exitCode = 5;
  },
  'koffi.reset() from a copy of its functions': () => {
    listen(() => undefined);
    reset();
    for (let i = 0; i < 40; i++) refused(() => wrong(), /called koffi\.reset\(\)/);
    process.exitCode = 5;
  },
  'koffi.reset() from a copy, and nothing that C calls': () => {
    device.destroyFence(device.createFence({}));
    reset();
    for (let i = 0; i < 40; i++) {
      refused(() => loadVulkan(), /called koffi\.reset\(\)/);
      refused(() => createEmbeddedDriver(), /called koffi\.reset\(\)/);
      refused(() => structLayout('VkAndroidSurfaceCreateInfoKHR'), /called koffi\.reset\(\)/);
      // What koffi made before is called as before, or not at all.
      device.destroyFence(device.createFence({}));
      refused(() => device.createEvent({}), /called koffi\.reset\(\)/);
    }
    process.exitCode = 5;
  },
  'koffi.reset() from a copy beside promise forms': async () => {
    const fence = device.createFence({});
    const forms = [
      ...Array.from({ length: 3 }, () => device.async.waitForFences([fence], true, 300_000_000n)),
      device.async.deviceWaitIdle(),
      queue.async.queueSubmit([]),
      device.async.allocateMemory({ allocationSize: 1 << 20, memoryTypeIndex: 0 }),
    ];
    const settled = Promise.allSettled(forms);
    for (let i = 0; i < 20; i++) {
      reset();
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    for (const form of await settled)
      if (form.status === 'rejected')
        refused(() => {
          throw form.reason;
        }, /called koffi\.reset\(\)/);
    process.exit(5);
  },
  'all functions that koffi can give C': () => {
    const make = () => listen(() => undefined);
    const messengers: VkDebugUtilsMessengerEXT[] = [];
    const drivers: EmbeddedDriver[] = [];
    const full =
      /^(vkCreateDebugUtilsMessengerEXT\.pCreateInfo\.pfnUserCallback: )?all 8192 functions that koffi can give C in a process are in use: destroy debug messengers, or/;
    refused(() => {
      for (let i = 0; i < 100; i++) drivers.push(createEmbeddedDriver());
    }, full);
    refused(() => {
      for (let i = 0; i < 8192; i++) messengers.push(make());
    }, full);
    refused(() => createEmbeddedDriver(), full);
    for (let i = 0; i < 200; i++) {
      refused(make, full);
      instance.destroyDebugUtilsMessengerEXT(messengers.pop() as VkDebugUtilsMessengerEXT);
      messengers.push(make());
    }
    drivers.pop()?.dispose();
    drivers.push(createEmbeddedDriver());
    for (const one of drivers) one.dispose();
    for (const one of messengers) instance.destroyDebugUtilsMessengerEXT(one);
    createEmbeddedDriver().dispose();
    process.exit(5);
  },
  'embedded: an override throws anything': () => {
    const thrown: unknown[] = [
      undefined,
      null,
      5n,
      Symbol('s'),
      Object.create(null),
      { result: Number.NaN },
      { result: 2 ** 40 },
      { result: '5' },
      { result: -3 },
      {
        get result() {
          throw new Error('the getter of a result');
        },
      },
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('the trap of a Proxy');
          },
          getPrototypeOf: () => {
            throw new Error('the other trap of a Proxy');
          },
        },
      ),
      Proxy.revocable({}, {}).proxy,
      new RangeError('Maximum call stack size exceeded'),
    ];
    let uncaught = 0;
    process.on('uncaughtException', () => uncaught++);
    let codes = '';
    for (const one of thrown)
      for (const command of ['vkCreateFence', 'vkDestroyFence']) {
        const fence = device.createFence({});
        driver?.override(command, () => {
          throw one;
        });
        try {
          device.createFence({});
          device.destroyFence(fence);
          codes += '+';
        } catch (error) {
          codes += (error as { result?: number }).result;
        }
        driver?.reset();
        device.destroyFence(device.createFence({}));
      }
    if (codes.replaceAll('-13+', '') !== '-3+') throw new Error(`C got ${codes}`);
    setTimeout(() => {
      // One each but for the code, which is none's mistake, and the stack that is no more.
      if (uncaught !== 2 * (thrown.length - 2)) throw new Error(`${uncaught} uncaught`);
      process.exit(5);
    }, 50);
  },
  'embedded: the stack overflows anywhere': () => overflow(() => device.destroyFence(device.createFence({}))),
  'the stack overflows anywhere': () => {
    listen(() => undefined);
    overflow(wrong);
  },
  'few asynchronous calls': async () => {
    const forms = Array.from({ length: 4 }, () =>
      device.async.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0 }),
    );
    const said = await Promise.allSettled(forms);
    const refusals = said.flatMap(s => (s.status === 'rejected' ? [s.reason.message] : []));
    if (refusals.length === 0 || !refusals.every(text => /max_async_calls/.test(text)))
      throw new Error(`said ${refusals}`);
    device.destroyFence(device.createFence({}));
    process.exit(5);
  },
  'waits in a worker': () => {
    wait();
    soon(() => parentPort?.postMessage('waiting'));
  },
};

/** Calls at every depth near the end of the stack; what remains of it is refusals that the script has caught. */
function overflow(act: () => unknown): void {
  let [refusals, calls, deepest] = [0, 0, 0];
  const descend = (depth: number): void => {
    deepest = depth;
    try {
      descend(depth + 1);
    } catch {
      // The end of the stack.
    }
    if (deepest - depth > 1500) return;
    try {
      act();
      calls++;
    } catch {
      refusals++;
    }
  };
  for (let round = 0; round < 5; round++) descend(0);
  if (refusals === 0 || calls === 0) throw new Error(`${calls} calls, ${refusals} refusals`);
  // Not before the calls have ended that overflowed.
  setTimeout(() => {
    act();
    createEmbeddedDriver().dispose();
    process.exit(5);
  }, 50);
}

/** Uses the device of a worker that has gone, or goes. */
async function beside(way: string, end: (worker: Worker) => unknown): Promise<void> {
  const worker = start(way);
  const [made] = await once(worker, 'message');
  if (!made.said.includes('cannot be given in a worker')) throw new Error(`not refused: ${made.said}`);
  const its = adopted(made);
  await end(worker);
  for (let i = 0; i < 10; i++) wrong(its);
  process.exit(5);
}

const start = (way: string) => new Worker(process.argv[1], { workerData: way });

/** The device of another thread. */
function adopted(made: typeof own): Device {
  const its = Instance.fromHandle(vulkan, made.instance, { apiVersion: API_VERSION_1_3 });
  return Device.fromHandle(its.enumeratePhysicalDevices()[0], made.device);
}

/** Before it is gone, and when it is, its device is used: its messenger is called no more. */
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

/** Ends a worker whose messenger is running; this thread's own still hears, and its own is called no more. */
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

function refused(act: () => unknown, words: RegExp): void {
  try {
    act();
  } catch (error) {
    if (words.test((error as Error).message)) return;
    throw error;
  }
  throw new Error('not refused');
}

if (isMainThread) process.on('exit', () => console.log('listened'));
ways[name]();
