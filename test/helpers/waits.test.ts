// Waits as promises: they resolve when what they wait for is there, and end when they are aborted.
import { expect } from 'chai';
import { untilIdle, untilReached, untilSignaled } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  type Device,
  loadVulkan,
  VkSemaphoreType,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { liveSuite } from '../live/harness.ts';
import { until } from '../until.ts';

const timeline = (device: Device) =>
  device.createSemaphore({
    pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
  });

const caught = async (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error,
  );

describe('waits (embedded driver)', () => {
  it('give the error of a device that is lost, and leave nothing behind', async () => {
    const { device, driver, queue, close } = open();
    driver.fail('vkQueueSubmit', -4);
    expect(await caught(untilIdle(device, queue)))
      .to.be.instanceOf(VulkanError)
      .with.property('code', 'VK_ERROR_DEVICE_LOST');
    expect(close()).to.deep.equal({});
  });
});

describe('waits that are asked for wrongly (embedded driver)', () => {
  it('are refused with the path, and leave nothing behind', async () => {
    const { device, queue, instance, driver, close } = open();
    const fence = device.createFence({});
    const before = driver.counts();
    for (const [wait, path] of [
      [() => untilIdle(instance as never, queue), 'untilIdle.device: expected a Device'],
      [() => untilIdle(device, device as never), 'untilIdle.queue: expected a Queue'],
      [() => untilIdle(device, queue, null as never), 'untilIdle.options: expected { signal }, got null'],
      [
        () => untilIdle(device, queue, { signal: {} } as never),
        'untilIdle.options.signal: expected an AbortSignal',
      ],
      [
        () => untilIdle(device, queue, { timeout: 5 } as never),
        'untilIdle.options.timeout: there is no such option',
      ],
      [() => untilSignaled(null as never, fence), 'untilSignaled.device: expected a Device, got null'],
      [() => untilReached(queue as never, 5n as never, 1), 'untilReached.device: expected a Device'],
    ] as const) {
      const error = await caught(wait());
      expect(error).to.be.instanceOf(TypeError);
      expect((error as Error).message).to.include(path);
    }
    expect(driver.counts()).to.deep.equal(before);
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('for a queue whose device ends meanwhile, settle as the queue does', async () => {
    const { device, queue, instance, driver } = open();
    const idle = untilIdle(device, queue);
    device[Symbol.dispose]();
    expect(await caught(idle)).to.equal(undefined);
    await until('the device ends', () => !device.alive);
    instance[Symbol.dispose]();
    driver.dispose();
  });
});

describe('waits (lavapipe)', () => {
  let device: Device;
  liveSuite(opened => {
    ({ device } = opened);
  });

  it('resolve when fences are signalled, one or several', async () => {
    const queue = device.getDeviceQueue(0, 0);
    const fences = [device.createFence({}), device.createFence({})];
    queue.queueSubmit([], fences[0]);
    await untilSignaled(device, fences[0]);
    queue.queueSubmit([], fences[1]);
    await untilSignaled(device, fences);
    await untilIdle(device, queue);
    for (const fence of fences) device.destroyFence(fence);
  });

  it('resolve when a timeline has reached its value', async () => {
    const semaphore = timeline(device);
    const order: number[] = [];
    const waiting = [3, 1, 2].map(value =>
      untilReached(device, semaphore, value).then(() => order.push(value)),
    );
    // Layers of 1.3.239 wait for a submission that signals just the value that somebody waits for.
    const pSignalSemaphores = [semaphore];
    for (const value of [1, 2, 3]) {
      const signalled = {
        sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO,
        pSignalSemaphoreValues: [value],
      } as const;
      device.getDeviceQueue(0, 0).queueSubmit([{ pNext: [signalled], pSignalSemaphores }]);
      while (order.length < value) await new Promise(resolve => setTimeout(resolve, 1));
    }
    await Promise.all(waiting);
    expect(order).to.deep.equal([1, 2, 3]);
    device.destroySemaphore(semaphore);
  });

  it('end with the reason when they are aborted, and use nothing any more', async () => {
    const queue = device.getDeviceQueue(0, 0);
    const [semaphore, fence] = [timeline(device), device.createFence({})];
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [
      untilReached(device, semaphore, 1, { signal }),
      untilSignaled(device, fence, { signal }),
    ];
    setTimeout(() => controller.abort(new Error('enough')), 20);
    for (const wait of waiting) expect((await caught(wait))?.message).to.equal('enough');
    expect((await caught(untilIdle(device, queue, { signal })))?.message).to.equal('enough');
    device.destroySemaphore(semaphore);
    device.destroyFence(fence);
    await untilIdle(device, queue, { signal: new AbortController().signal });
  });

  it('for idleness end when they are aborted, and their fence goes later', async () => {
    const queue = device.getDeviceQueue(0, 0);
    const controller = new AbortController();
    const wait = untilIdle(device, queue, { signal: controller.signal });
    controller.abort(new Error('enough'));
    expect((await caught(wait))?.message).to.equal('enough');
    await untilIdle(device, queue);
    // Both fences are gone, or the device could not be destroyed after the last test.
  });

  it('by Vulkan 1.1 use what VK_KHR_timeline_semaphore brought', async () => {
    using instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
    using old = instance.enumeratePhysicalDevices()[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: ['VK_KHR_timeline_semaphore'],
      pNext: [
        { sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true },
      ],
    });
    const semaphore = timeline(old);
    old.signalSemaphoreKHR({ semaphore, value: 4 });
    await untilReached(old, semaphore, 4);
  });
});
