// Ways in which the application takes koffi's types and functions away.
import koffi from 'koffi';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { structLayout } from '../../src/helpers/index.ts';
import { Device, Instance, loadVulkan, mapMemory } from '../../src/index.ts';
import {
  device,
  driver,
  instance,
  layers,
  listen,
  queue,
  refused,
  reset,
  soon,
  vulkan,
  wrong,
} from './ending-stage.ts';

const RESET = /called koffi\.reset\(\)/;

/** Resets koffi while arguments are read, by a method that is compiled, or would be without a messenger. */
function inGetter(resets: () => void): void {
  const create = (size: () => bigint) =>
    device.createBuffer({
      get size() {
        return size();
      },
      usage: 1 << 5,
    });
  for (let i = 0; i < 40; i++) device.destroyBuffer(create(() => 64n));
  refused(
    () =>
      create(() => {
        resets();
        return 64n;
      }),
    RESET,
  );
  for (let i = 0; i < 40; i++) refused(() => create(() => 64n), RESET);
  process.exitCode = 5;
}

/** Calls koffi.reset() inside a function that C has called, where it must be refused. */
const refusedInside = () =>
  refused(() => koffi.reset(), /^koffi\.reset\(\): a function that C called has not returned/);

export const resetWays: Readonly<Record<string, () => unknown>> = {
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
  'koffi.reset() in a getter': () => {
    listen(() => undefined);
    inGetter(() => koffi.reset());
  },
  'koffi.reset() in a getter: from a copy': () => {
    listen(() => undefined);
    inGetter(reset);
  },
  'koffi.reset() in a getter that makes a messenger': () =>
    inGetter(() => {
      listen(() => undefined);
      koffi.reset();
    }),
  'embedded: koffi.reset() in a getter': () => inGetter(() => koffi.reset()),
  'embedded: koffi.reset() in a getter: from a copy': () => inGetter(reset),
  'koffi.reset() in a getter: promise form': async () => {
    listen(() => undefined);
    const form = device.async.allocateMemory({
      get allocationSize() {
        koffi.reset();
        return 64n;
      },
      memoryTypeIndex: 0,
    });
    const [{ reason }] = (await Promise.allSettled([form])) as PromiseRejectedResult[];
    refused(() => {
      throw reason;
    }, RESET);
    process.exit(5);
  },
  'koffi.reset() in a function that C called': () => {
    let calls = 0;
    listen(() => {
      calls++;
      refusedInside();
    });
    wrong();
    if (calls === 0 && layers.length > 0) throw new Error('not called');
    koffi.reset();
    process.exitCode = 5;
  },
  'embedded: koffi.reset() in a function that C called': () => {
    driver?.override('vkCreateFence', (real, ...args) => {
      refusedInside();
      return real(...args);
    });
    for (let i = 0; i < 40; i++) device.destroyFence(device.createFence({}));
    process.exit(5);
  },
  'exit after koffi.reset()': () => {
    listen(() => undefined);
    koffi.reset();
    soon(() => process.exit(5));
  },
  'natural end after koffi.reset()': () => {
    listen(() => undefined);
    koffi.reset();
  },
  'natural end after koffi.reset() from a copy of its functions': () => {
    listen(() => undefined);
    reset();
  },
  'koffi.reset() beside promise forms': async () => {
    const fence = device.createFence({});
    const waiting = Array.from({ length: 3 }, () => device.async.waitForFences([fence], true, 50_000_000n));
    refused(() => koffi.reset(), /^koffi\.reset\(\): a promise form of koffi-vulkan is still running/);
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
      // A function that koffi made before the reset can still be called; no new one can be made.
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
};
