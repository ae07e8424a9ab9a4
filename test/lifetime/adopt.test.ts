// Handles that other code made can be used as if made here, are not reported as leaks, and can be forgotten.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import {
  Device,
  Instance,
  leaksOf,
  mapMemory,
  ValidUsageError,
  VkBufferUsageFlagBits,
  VkMemoryPropertyFlagBits,
} from '../../src/index.ts';
import { open, raw } from '../embedded/driver-open.ts';
import { openLive } from '../live/harness.ts';
import { until } from '../until.ts';

describe('adopted handles', () => {
  it('are used as if created here, and are not missed', () => {
    const opened = open();
    const { device, queue } = opened;
    const [fence, commandPool] = [device.createFence({}), device.createCommandPool({ queueFamilyIndex: 0 })];
    const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    // As another thread would have them.
    const same = Device.fromHandle(opened.gpu, device.handle);
    const [f, p] = [same.adopt('VkFence', fence), same.adopt('VkCommandPool', commandPool)];
    const c = same.adopt('VkCommandBuffer', commands.handle);
    expect(c).to.include({ type: 'VkCommandBuffer', handle: commands.handle, alive: true });
    expect(same.adopt('VkCommandBuffer', commands.handle), 'the same object').to.equal(c);
    expect(same.adopt('VkQueue', queue.handle)).to.equal(same.getDeviceQueue(0, 0));
    c.beginCommandBuffer({});
    c.endCommandBuffer();
    same.getDeviceQueue(0, 0).queueSubmit([{ pCommandBuffers: [c] }], f);
    expect(same.waitForFences([f], true, 0n)).to.equal(0);
    expect(leaksOf(same)).to.deep.equal([]);
    expect(leaksOf(opened.instance).map(leak => leak.type)).to.deep.equal(['VkDevice']);
    same.release('VkCommandBuffer', c);
    expect(c.alive).to.equal(false);
    expect(() => c.beginCommandBuffer({})).to.throw(RangeError, /was destroyed/);
    expect(() => same.getDeviceQueue(0, 0).queueSubmit([{ pCommandBuffers: [c] }])).to.throw(
      RangeError,
      /was destroyed/,
    );
    same.release('VkFence', f);
    expect(() => same.getFenceStatus(f)).to.throw(/expected a live VkFence/);
    expect(() => same.release('VkFence', f)).to.throw(
      RangeError,
      /^Device\.release\.handle: expected a live VkFence/,
    );
    same.release('VkCommandPool', p);
    device.destroyCommandPool(commandPool);
    device.destroyFence(fence);
    opened.instance.release('VkDevice', same);
    expect([same.alive, device.alive]).to.deep.equal([false, true]);
    expect(() => same.createFence({})).to.throw(RangeError, /VkDevice\(0x\w+\) was destroyed/);
    expect(opened.close()).to.deep.equal({});
  });

  it('stay when `using` ends a wrapped device with all that was made on it', () => {
    const { gpu, device, driver, close } = open();
    const fence = device.createFence({});
    {
      using same = Device.fromHandle(gpu, device.handle);
      same.adopt('VkFence', fence);
      same.createSemaphore({});
      expect(driver.counts()).to.include({ VkSemaphore: 1 });
    }
    expect(driver.counts()).to.not.have.property('VkSemaphore');
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('may be destroyed here, and a value that comes again is created anew', () => {
    const opened = open();
    const { device, close } = opened;
    const destroyFence = raw(opened, 'vkDestroyFence');
    const fence = device.createFence({});
    const same = Device.fromHandle(opened.gpu, device.handle);
    same.adopt('VkFence', fence);
    same.destroyFence(fence);
    expect(() => same.destroyFence(fence)).to.throw(/expected a live VkFence/);
    device.release('VkFence', fence);
    // Its owner destroys one, which this library cannot know; the driver gives its value to another object.
    for (let i = 0; i < 50; i++) {
      const made = device.createFence({});
      same.adopt('VkFence', made);
      destroyFence(Number(device.handle), Number(made), 0);
      device.release('VkFence', made);
      const again = same.createFence({});
      same.destroyFence(again);
      expect(() => same.getFenceStatus(again)).to.throw(/expected a live VkFence/);
    }
    expect(close()).to.deep.equal({});
  });

  it('of another kind or of nothing are refused by name', () => {
    const { device, instance, vulkan, close } = open();
    const bad = (call: () => unknown) => expect(call).to.throw(TypeError);
    bad(() => device.adopt('VkSurfaceKHR' as 'VkFence', 5n))
      .with.property('message')
      .that.equals('Device.adopt.type: a VkSurfaceKHR does not belong to a device: use instance.adopt');
    bad(() => device.adopt('VkFense' as 'VkFence', 5n))
      .with.property('message')
      .that.equals(
        `Device.adopt.type: expected the C type of a handle of a device, such as 'VkFence', got "VkFense"`,
      );
    bad(() => device.adopt('VkDevice' as 'VkFence', 5n));
    bad(() => device.adopt(undefined as never, 5n))
      .with.property('message')
      .that.includes('undefined');
    bad(() => device.adopt('VkFence', 5 as never))
      .with.property('message')
      .that.matches(/^Device\.adopt\.handle: expected a raw value \(a bigint above 0\), got 5$/);
    bad(() => device.adopt('VkFence', 0n));
    bad(() => instance.adopt('VkFence' as 'VkSurfaceKHR', 5n))
      .with.property('message')
      .that.includes('use device.adopt');
    bad(() => instance.adopt('VkDevice' as 'VkSurfaceKHR', 5n))
      .with.property('message')
      .that.includes('Device.fromHandle');
    bad(() => instance.adopt('VkInstance' as 'VkSurfaceKHR', 5n))
      .with.property('message')
      .that.includes('use Instance.fromHandle');
    bad(() => device.release('VkFence', instance as never));
    bad(() => vulkan.release('VkDevice' as 'VkInstance', instance))
      .with.property('message')
      .that.includes('use instance.release');
    bad(() => instance.release('VkDevice', 5n as never));
    bad(() => device.release('VkQueue' as 'VkFence', device.getDeviceQueue(0, 0) as never))
      .with.property('message')
      .that.includes('lives as long');
    expect(device.adopt('VkDescriptorUpdateTemplateKHR', 7n)).to.equal(7n);
    device.release('VkDescriptorUpdateTemplate', device.adopt('VkDescriptorUpdateTemplate', 7n));
    expect(close()).to.deep.equal({});
  });

  it('of surfaces are known to the instance and its devices, and block nothing', () => {
    const { instance, device, close } = open();
    const surface = instance.adopt('VkSurfaceKHR', 0x51n);
    expect(device.scope.has('VkSurfaceKHR', surface)).to.equal(true);
    expect(leaksOf(instance).map(leak => leak.type)).to.deep.equal(['VkDevice']);
    instance.release('VkSurfaceKHR', surface);
    instance.adopt('VkSurfaceKHR', surface);
    expect(close()).to.deep.equal({});
  });
});

describe('adopted pools', () => {
  it('free the command buffers that were adopted with them', () => {
    const { device, gpu, close } = open();
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    const same = Device.fromHandle(gpu, device.handle);
    const other = same.createCommandPool({ queueFamilyIndex: 0 });
    const pool = same.adopt('VkCommandPool', commandPool);
    same.freeCommandBuffers(pool, [same.adopt('VkCommandBuffer', commands.handle)]);
    device.release('VkCommandBuffer', commands);
    const made = same.allocateCommandBuffers({ commandPool: pool, level: 0, commandBufferCount: 1 });
    expect(() => same.freeCommandBuffers(other, made)).to.throw(RangeError, /from another VkCommandPool$/);
    same.freeCommandBuffers(pool, made);
    same.destroyCommandPool(other);
    device.destroyCommandPool(commandPool);
    expect(close()).to.deep.equal({});
  });
});

describe('wrapped instances and devices', () => {
  it('refuse adopt() once they are destroyed, and a destroyed object refuses to be wrapped', () => {
    const { gpu, device, instance, close } = open();
    expect(close()).to.deep.equal({});
    for (const late of [
      () => device.adopt('VkFence', 5n),
      () => device.adopt('VkQueue', 5n),
      () => instance.adopt('VkSurfaceKHR', 5n),
      () => instance.adopt('VkPhysicalDevice', 5n),
      () => Device.fromHandle(gpu, 5n),
    ])
      expect(late).to.throw(
        RangeError,
        /^(Device|Instance)\.(adopt|fromHandle): Vk\w+\(0x\w+\) was destroyed$/,
      );
  });

  it('end with what they were wrapped around, and are waited for', async () => {
    const { gpu, device, instance, vulkan, driver } = open();
    const wrapped = Instance.fromHandle(vulkan, instance.handle, { apiVersion: instance.apiVersion });
    const same = Device.fromHandle(gpu, device.handle);
    const inner = Device.fromHandle(wrapped.enumeratePhysicalDevices()[0], device.handle);
    const other = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
    for (let i = 0; i < 40; i++) same.deviceWaitIdle();
    const fence = device.createFence({});
    const wait = same.async.waitForFences([same.adopt('VkFence', fence)], true, 20_000_000n);
    expect(() => device.destroyDevice()).to.throw(ValidUsageError, /vkWaitForFences is still running/);
    device[Symbol.dispose]();
    expect(device.alive).to.equal(true);
    await wait.catch(() => undefined);
    await until('the device ends', () => !device.alive);
    expect([device, same, inner, other, wrapped].map(one => one.alive)).to.deep.equal([
      false,
      false,
      false,
      true,
      true,
    ]);
    // Compiled by now: it must not call into a device that is gone.
    expect(() => same.deviceWaitIdle()).to.throw(RangeError, /was destroyed/);
    other.destroyDevice();
    instance.destroyInstance();
    expect(wrapped.alive).to.equal(false);
    expect(driver.counts()).to.deep.equal({});
    driver.dispose();
  });

  it('are told a version as Vulkan packs it', () => {
    const { instance, vulkan, close } = open();
    for (const apiVersion of [1.3, '1.3', -1, 13, 2 ** 32, null])
      expect(() => Instance.fromHandle(vulkan, instance.handle, { apiVersion } as never)).to.throw(
        TypeError,
        /^Instance\.fromHandle\.created\.apiVersion: expected a version such as API_VERSION_1_3 or the result of makeApiVersion, got /,
      );
    expect(close()).to.deep.equal({});
  });

  it('are no leaks, and end with the instance or device that they belong to', () => {
    const { gpu, device, instance, vulkan, close } = open();
    const wrapped = Instance.fromHandle(vulkan, instance.handle, { apiVersion: instance.apiVersion });
    const inner = Device.fromHandle(wrapped.enumeratePhysicalDevices()[0], device.handle);
    const beside = Device.fromHandle(gpu, device.handle);
    expect(inner.getDeviceQueue(0, 0).handle).to.equal(device.getDeviceQueue(0, 0).handle);
    expect(leaksOf(wrapped)).to.deep.equal([]);
    vulkan.release('VkInstance', wrapped);
    expect([wrapped.alive, inner.alive, instance.alive]).to.deep.equal([false, false, true]);
    for (let i = 0; i < 40; i++) expect(() => inner.deviceWaitIdle()).to.throw(RangeError, /was destroyed/);
    for (let i = 0; i < 40; i++) beside.deviceWaitIdle();
    // Compiled by now: it must not call into a device that went with its instance.
    expect(close()).to.deep.equal({});
    for (let i = 0; i < 40; i++) expect(() => beside.deviceWaitIdle()).to.throw(RangeError, /was destroyed/);
  });
});

describe('adopted handles (lavapipe)', () => {
  it('workers record, and one submit runs what all of them recorded', async function () {
    const live = openLive(this);
    const { gpu, instance } = live;
    const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
    const size = 4096;
    const workers = 3;
    const buffer = device.createBuffer({ size: size * workers, usage: VkBufferUsageFlagBits.TRANSFER_DST });
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(
      type => type.propertyFlags & VkMemoryPropertyFlagBits.HOST_VISIBLE,
    );
    const memory = device.allocateMemory({ allocationSize: size * workers, memoryTypeIndex });
    device.bindBufferMemory(buffer, memory, 0);
    const handles = { instance: instance.handle, gpu: gpu.handle, device: device.handle, buffer, size };
    const program = await childProgram(join(import.meta.dirname, 'recording-worker.ts'));
    const recording = Array.from({ length: workers }, async (_, i) => {
      const worker = new Worker(program, {
        workerData: { ...handles, index: i, apiVersion: instance.apiVersion },
      });
      const recorded = await new Promise<bigint>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      return { worker, recorded };
    });
    const all = await Promise.all(recording);
    const commands = all.map(({ recorded }) => device.adopt('VkCommandBuffer', recorded));
    const queue = device.getDeviceQueue(0, 0);
    queue.queueSubmit([{ pCommandBuffers: commands }]);
    queue.queueWaitIdle();
    const fence = device.createFence({});
    const waiting = device.async.waitForFences([fence], true, 20_000_000n);
    expect(() => device.release('VkFence', fence)).to.throw(
      /^Device\.release\.handle: vkWaitForFences uses it/,
    );
    expect(() => instance.release('VkDevice', device)).to.throw(
      /^Instance\.release\.handle: vkWaitForFences uses it/,
    );
    await waiting;
    device.destroyFence(fence);
    const mapped = mapMemory(device, memory, size * workers);
    const words = new Uint32Array(mapped.read().buffer);
    for (let i = 0; i < workers; i++)
      expect(new Set(words.subarray((i * size) / 4, ((i + 1) * size) / 4))).to.deep.equal(new Set([i + 1]));
    mapped.unmap();
    for (const c of commands) device.release('VkCommandBuffer', c);
    for (const { worker } of all) {
      const ended = new Promise(resolve => worker.once('exit', resolve));
      worker.postMessage('destroy the pool');
      expect(await ended).to.equal(0);
    }
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
    device.destroyDevice();
    live.end();
    expect(live.messages).to.deep.equal([]);
  });
});
