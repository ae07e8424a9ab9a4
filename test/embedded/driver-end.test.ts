// An embedded driver that is disposed of ends all that came from it, and leaves nothing behind.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { Device, Instance, loadVulkan, mapMemory } from '../../src/index.ts';
import { callbacks } from '../callbacks.ts';
import { figure } from '../figure.ts';
import { growthOf } from '../growth.ts';
import { hostBuffer, open } from './driver-open.ts';

describe('embedded driver: its end', () => {
  it('counts what was not destroyed', () => {
    const { driver, device, close } = open();
    const fence = device.createFence({});
    expect(driver.counts()).to.include({ VkInstance: 1, VkDevice: 1, VkQueue: 1, VkFence: 1 });
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('ends what came from it when it is disposed of, which says so', () => {
    const { driver, vulkan, instance, gpu, device, queue } = open();
    const fence = device.createFence({});
    const { memory } = hostBuffer(device, 64);
    const mapped = mapMemory(device, memory, 64);
    const view = mapped.view();
    driver.dispose();
    driver.dispose();
    const said = /belongs to an embedded driver that was disposed of/;
    expect(() => device.createSemaphore({})).to.throw(RangeError, said);
    expect(() => device.destroyFence(fence)).to.throw(RangeError, said);
    expect(() => device.destroyDevice()).to.throw(RangeError, said);
    expect(() => queue.queueWaitIdle()).to.throw(RangeError, said);
    expect(() => gpu.getPhysicalDeviceProperties()).to.throw(RangeError, said);
    expect(() => instance.destroyInstance()).to.throw(RangeError, said);
    expect(() => vulkan.createInstance({})).to.throw(RangeError, said);
    expect(() => Instance.fromHandle(vulkan, instance.handle)).to.throw(RangeError, said);
    expect(() => Device.fromHandle(gpu, device.handle)).to.throw(RangeError, said);
    const { getInstanceProcAddr } = driver;
    expect(() => loadVulkan({ getInstanceProcAddr })).to.throw(
      RangeError,
      /^loadVulkan\.getInstanceProcAddr: 0x[0-9a-f]+ belongs to an embedded driver that was disposed of$/,
    );
    // koffi gives addresses again.
    for (let i = 0; i < 4; i++) open().close();
    expect(() => mapped.read()).to.throw('the memory was unmapped');
    expect(view.byteLength).to.equal(0);
  });

  it('ends when the calls have returned that are in it', async () => {
    const { driver, device } = open();
    const fence = device.createFence({});
    const wait = device.async.waitForFences([fence], true, 2n ** 64n - 1n).then(
      () => new Error('it has ended'),
      (error: Error) => error,
    );
    const submits = device.getDeviceQueue(0, 0).async.queueSubmit([]);
    driver.dispose();
    await submits;
    const said = await wait;
    expect(said).to.be.instanceOf(RangeError);
    expect(said.message).to.match(
      /^vkWaitForFences: VkDevice\(0x[0-9a-f]+\) belongs to an embedded driver that was disposed of$/,
    );
    expect(driver.counts()).to.deep.equal({});
  });

  it('loads nothing while it ends', async () => {
    const { driver, device } = open();
    const submits = device.getDeviceQueue(0, 0).async.queueSubmit([]);
    const { getInstanceProcAddr } = driver;
    driver.dispose();
    expect(() => loadVulkan({ getInstanceProcAddr })).to.throw(
      RangeError,
      /belongs to an embedded driver that was disposed of$/,
    );
    await submits;
    // koffi gives the address again.
    for (let i = 0; i < 4; i++) open().close();
  });

  it('leaves nothing behind', () => {
    const { heap } = growthOf(450, () => open().close());
    figure(`${heap.toFixed(0)} bytes a driver`);
    expect(heap).to.be.lessThan(100);
  });

  it('gives its callbacks back, also when it is disposed of from within', async () => {
    const before = callbacks.held;
    const { driver, instance, device } = open();
    expect(callbacks.held).to.be.greaterThan(before);
    driver.override('vkDeviceWaitIdle', () => driver.dispose());
    device.deviceWaitIdle();
    expect(instance.alive).to.equal(false);
    await new Promise(resolve => setImmediate(resolve));
    expect(callbacks.held).to.equal(before);
    // More drivers than a process has callbacks for at once.
    for (let i = 0; i < 120; i++) createEmbeddedDriver().dispose();
  });
});
