// Ways in which the application takes koffi's types and functions away.
import koffi from 'koffi';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { structLayout } from '../../src/helpers/index.ts';
import { Device, Instance, loadVulkan, mapMemory } from '../../src/index.ts';
import { device, instance, listen, queue, refused, reset, vulkan, wrong } from './ending-stage.ts';

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
};
