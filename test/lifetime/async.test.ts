// Promise forms have the results and errors of the sync forms, let the event loop turn, and keep what they use alive.

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import {
  API_VERSION_1_3,
  type Device,
  type Instance,
  loadVulkan,
  VkDebugUtilsMessageTypeFlagBitsEXT as MessageType,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkResult,
  VkSemaphoreType,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { openLive } from '../live/harness.ts';
import { skipOrFail } from '../skip.ts';

const MS = 1_000_000n;

describe('promise forms (lavapipe)', () => {
  let instance: Instance;
  let device: Device;

  before(function () {
    try {
      instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
      device = instance.enumeratePhysicalDevices()[0].createDevice({
        pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
        pNext: [
          { sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true },
        ],
      });
    } catch (error) {
      skipOrFail(this, (error as Error).message.split('\n')[0]);
    }
  });
  after(() => {
    device?.destroyDevice();
    instance?.destroyInstance();
  });

  const timeline = () =>
    device.createSemaphore({
      pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
    });

  it('keep the event loop turning, and give the results of the sync forms', async () => {
    const semaphore = timeline();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    expect(await device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: [1] }, 100n * MS)).to.equal(
      VkResult.TIMEOUT,
    );
    clearInterval(timer);
    expect(ticks).to.be.greaterThan(0);
    const waiting = device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: [1] }, 10_000n * MS);
    device.signalSemaphore({ semaphore, value: 1 });
    expect(await waiting).to.equal(VkResult.SUCCESS);
    device.destroySemaphore(semaphore);
    const queue = device.getDeviceQueue(0, 0);
    const fence = device.createFence({});
    expect(await queue.async.queueSubmit([], fence)).to.equal(undefined);
    expect(await device.async.waitForFences([fence], true, 1000n * MS)).to.equal(VkResult.SUCCESS);
    await queue.async.queueWaitIdle();
    await device.async.deviceWaitIdle();
    device.destroyFence(fence);
    const memory = await device.async.allocateMemory({ allocationSize: 4096, memoryTypeIndex: 0 });
    device.freeMemory(memory);
  });

  it('hold their arguments, also when the caller changes them and memory is collected', async () => {
    const semaphore = timeline();
    const values = BigUint64Array.of(1n);
    const waiting = device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: values }, 10_000n * MS);
    values[0] = 99n;
    structuredClone(values.buffer, { transfer: [values.buffer] });
    for (let i = 0; i < 20; i++) (globalThis as { gc?: () => void }).gc?.();
    device.signalSemaphore({ semaphore, value: 1 });
    expect(await waiting).to.equal(VkResult.SUCCESS);
    device.destroySemaphore(semaphore);
  });

  it('reject with what the sync form throws', async () => {
    const caught = async (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: Error) => error,
      );
    const wrong = await caught(device.async.waitForFences([5n as never], true, 0));
    expect(wrong).to.be.instanceOf(RangeError);
    expect(wrong?.message).to.match(/^vkWaitForFences\.pFences\[0\]: expected a live VkFence/);
    const huge = await caught(device.async.allocateMemory({ allocationSize: 2n ** 60n, memoryTypeIndex: 0 }));
    expect(huge).to.be.instanceOf(VulkanError);
    expect((huge as VulkanError).code).to.match(/^VK_ERROR_OUT_OF_/);
  });

  it('refuse the end of what they use', async () => {
    const semaphore = timeline();
    const waiting = device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: [1] }, 10_000n * MS);
    expect(() => device.destroySemaphore(semaphore)).to.throw(
      RangeError,
      /^vkDestroySemaphore\.semaphore: vkWaitSemaphores uses it/,
    );
    expect(() => device.destroyDevice()).to.throw(/vkDestroyDevice: vkWaitSemaphores is still running/);
    device.signalSemaphore({ semaphore, value: 1 });
    await waiting;
    device.destroySemaphore(semaphore);
  });

  it('give up when their signal says so, and use nothing any more', async () => {
    const fence = device.createFence({});
    const forever = 2n ** 64n - 1n;
    const controller = new AbortController();
    const waits = Array.from({ length: 20 }, () =>
      device.async.waitForFences([fence], true, forever, { signal: controller.signal }),
    );
    setTimeout(() => controller.abort(new Error('enough')), 30);
    const settled = await Promise.allSettled(waits);
    expect(settled.map(s => s.status === 'rejected' && s.reason.message)).to.deep.equal(
      Array(20).fill('enough'),
    );
    const semaphore = timeline();
    const info = { pSemaphores: [semaphore], pValues: [1] };
    const timed = device.async.waitSemaphores(info, forever, { signal: AbortSignal.timeout(20) });
    expect((await timed.catch((e: Error) => e)) as unknown).to.have.property('name', 'TimeoutError');
    const late = device.async.waitSemaphores(info, forever, { signal: controller.signal });
    expect((await late.catch((e: Error) => e)) as unknown).to.have.property('message', 'enough');
    device.destroySemaphore(semaphore);
    device.destroyFence(fence);
  });

  it('take no other option, and nothing else for a signal', async () => {
    const fence = device.createFence({ flags: 1 });
    const said = async (...options: unknown[]) => {
      const wait = device.async.waitForFences as (...args: unknown[]) => Promise<unknown>;
      const error = await wait([fence], true, 0, ...options).catch((e: Error) => e);
      return error instanceof Error ? error.message : error;
    };
    expect(await said({ signl: 1 })).to.equal(
      'vkWaitForFences.options.signl: unknown member; the only one is signal',
    );
    expect(await said({ signal: 5 })).to.equal(
      'vkWaitForFences.options.signal: expected an AbortSignal, got 5',
    );
    expect(await said(null)).to.equal('vkWaitForFences.options: expected a { signal } object, got null');
    expect(await said({}, 1)).to.equal('vkWaitForFences: expected at most 4 arguments, got 5');
    expect(await said({ signal: undefined })).to.equal(VkResult.SUCCESS);
    device.destroyFence(fence);
  });

  it('take a thousand at once', async () => {
    const semaphore = timeline();
    const wait = (_: unknown, i: number) =>
      device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: [0] }, BigInt(i));
    const all = await Promise.all(Array.from({ length: 1000 }, wait));
    expect(all.every(result => result === VkResult.SUCCESS)).to.equal(true);
    device.destroySemaphore(semaphore);
  });

  it('let a messenger be called, in this thread', async function () {
    const live = openLive(this);
    const validated = live.gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    });
    const memory = validated.async.allocateMemory({ allocationSize: 0, memoryTypeIndex: 0 });
    await memory.then(
      m => validated.freeMemory(m),
      () => undefined,
    );
    expect(live.messages.join()).to.include('VUID-VkMemoryAllocateInfo-allocationSize');
    validated.destroyDevice();
    live.end();
    expect(Severity.ERROR | MessageType.VALIDATION).to.be.greaterThan(0);
  });
});

describe('workers (lavapipe)', () => {
  async function inWorkers(forever: boolean, context: Mocha.Context): Promise<number> {
    let instance: Instance;
    try {
      instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
    } catch (error) {
      return skipOrFail(context, (error as Error).message.split('\n')[0]);
    }
    const [gpu] = instance.enumeratePhysicalDevices();
    const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
    const workerData = {
      forever,
      apiVersion: instance.apiVersion,
      instance: instance.handle,
      gpu: gpu.handle,
      device: device.handle,
    };
    const program = await childProgram(join(import.meta.dirname, 'fence-worker.ts'));
    const workers = Array.from({ length: 3 }, () => new Worker(program, { workerData }));
    const rounds = await Promise.all(
      workers.map(
        worker =>
          new Promise<number>((resolve, reject) => {
            worker.once('message', resolve);
            worker.once('error', reject);
          }),
      ),
    );
    await Promise.all(workers.map(worker => worker.terminate()));
    device.deviceWaitIdle();
    device.destroyDevice();
    instance.destroyInstance();
    return rounds.reduce((sum, n) => sum + n, 0);
  }

  it('use the package at once, with a handle that was handed over', async function () {
    expect(await inWorkers(false, this)).to.equal(150);
  });

  it('can be terminated in the middle of calls', async function () {
    expect(await inWorkers(true, this)).to.equal(150);
  });
});
