// Ends its process while Vulkan is at work, in the way that its first argument names.
import { isMainThread } from 'node:worker_threads';
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import type { VkDebugUtilsMessengerEXT } from '../../src/index.ts';
import { exitWays } from './ending-exits.ts';
import { resetWays } from './ending-reset.ts';
import {
  device,
  driver,
  instance,
  layers,
  listen,
  name,
  queue,
  refused,
  soon,
  VALIDATION,
  wait,
  wrong,
} from './ending-stage.ts';
import { waitWays } from './ending-waits.ts';
import { workerWays } from './ending-workers.ts';

const ways: Readonly<Record<string, () => unknown>> = {
  ...exitWays,
  ...workerWays,
  ...resetWays,
  ...waitWays,
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
    // Without a messenger promise forms run in other threads again, so none may be created before they have settled.
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
  'embedded: exit beside a wait': () => {
    wait();
    soon(() => process.exit(5));
  },
  'exit after an error that was handled': () => {
    listen(() => undefined);
    process.on('uncaughtException', () => process.exit(5));
    throw new Error('my own mistake');
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
      // One error for each thing thrown, except for process.exit's own and for the overflowing stack, of which C is told.
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
};

/** Makes a call at every depth near the end of the stack; after that the process must work as before. */
function overflow(act: () => unknown): void {
  let [refusals, calls, deepest] = [0, 0, 0];
  const descend = (depth: number): void => {
    deepest = depth;
    try {
      descend(depth + 1);
    } catch {
      // The stack has overflowed.
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
  // Later, when the calls that overflowed have been ended.
  setTimeout(() => {
    act();
    createEmbeddedDriver().dispose();
    process.exit(5);
  }, 50);
}

if (isMainThread) process.on('exit', () => console.log('listened'));
await ways[name]();
