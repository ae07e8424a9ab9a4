// A scope destroys what was made through it and nothing else, also while others use the device.
import { expect } from 'chai';
import { allocateFor, createScope, runOnce } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkBufferUsageFlagBits as Buffers,
  Device,
  leaksOf,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkSemaphoreType,
  VkStructureType,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { liveSuite } from '../live/harness.ts';
import { transfer } from '../transfer.ts';

const BUFFER = { size: 64, usage: Buffers.TRANSFER_DST };

describe('scopes (embedded driver)', () => {
  it('end what was made through them, the latest first, and nothing else', () => {
    const { device, driver, close } = open();
    const order: string[] = [];
    for (const command of [
      'vkDestroyBuffer',
      'vkFreeMemory',
      'vkDestroyCommandPool',
      'vkDestroyFence',
      'vkDestroySemaphore',
    ])
      driver.override(command, (real, ...args) => {
        order.push(command.replace(/^vk(Destroy|Free)/, ''));
        return real(...args);
      });
    const outer = device.createFence({});
    {
      using scope = createScope(device);
      expect(scope).to.be.instanceOf(Device);
      expect([scope.handle, scope.alive, scope.physicalDevice]).to.deep.equal([
        device.handle,
        true,
        device.physicalDevice,
      ]);
      scope.createSemaphore({});
      const buffer = scope.createBuffer(BUFFER);
      const { memory } = allocateFor(scope, { buffer }, { required: Property.HOST_VISIBLE });
      mapMemory(scope, memory, 64).write(Uint8Array.of(1));
      const commandPool = scope.createCommandPool({ queueFamilyIndex: 0 });
      scope.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 2 });
      scope.destroyFence(scope.createFence({}));
      expect(leaksOf(device)).to.have.length(5);
      order.length = 0;
    }
    expect(order).to.deep.equal(['CommandPool', 'Memory', 'Buffer', 'Semaphore']);
    expect(leaksOf(device).map(leak => leak.handle)).to.deep.equal([outer]);
    device.destroyFence(outer);
    expect(close()).to.deep.equal({});
  });

  it('end also when the part throws, whose own error is seen', () => {
    const { device, close } = open();
    expect(() => {
      using scope = createScope(device);
      scope.createBuffer(BUFFER);
      throw new Error('my own mistake');
    }).to.throw('my own mistake');
    expect(close()).to.deep.equal({});
  });

  it('tell what cannot end in a warning, and end the rest', async () => {
    const told: string[] = [];
    const tell = (warning: Error) => told.push(warning.message);
    process.on('warning', tell);
    const { device, gpu } = open();
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(type => type.propertyFlags & Property.HOST_VISIBLE);
    const kept: bigint[] = [];
    for (const isAsync of [false, true]) {
      const scope = createScope(device);
      scope.createFence({});
      const memory = scope.allocateMemory({ allocationSize: 64, memoryTypeIndex });
      scope.createFence({});
      transfer(mapMemory(scope, memory, 64).view());
      if (isAsync) await scope[Symbol.asyncDispose]();
      else scope[Symbol.dispose]();
      kept.push(memory);
      expect(leaksOf(device).map(leak => leak.handle)).to.deep.equal(kept);
    }
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', tell);
    expect(told).to.have.length(2);
    expect(told[0]).to.match(
      /^VkDeviceMemory 0x\w+ could not be ended: MappedMemory: view\(\) was transferred/,
    );
  });

  it('free command buffers of pools that stay, and hand them out dead', () => {
    const { device, driver, close } = open();
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const scope = createScope(device);
    const [commands] = scope.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    runOnce({ device: scope, queue: device.getDeviceQueue(0, 0), commandPool }, () => {});
    scope[Symbol.dispose]();
    expect(commands.alive).to.equal(false);
    expect(driver.counts()).to.not.have.property('VkCommandBuffer');
    device.destroyCommandPool(commandPool);
    expect(close()).to.deep.equal({});
  });

  it('may lie in each other, and be ended twice or after the device', () => {
    const { device, driver, close } = open();
    const outer = createScope(device);
    outer.createFence({});
    const inner = createScope(outer);
    inner.createSemaphore({});
    inner[Symbol.dispose]();
    expect(driver.counts()).to.include({ VkFence: 1 }).and.to.not.have.property('VkSemaphore');
    outer[Symbol.dispose]();
    expect(driver.counts()).to.not.have.property('VkFence');
    outer[Symbol.dispose]();
    const late = createScope(device);
    expect(close()).to.deep.equal({});
    late[Symbol.dispose]();
    expect(late.alive).to.equal(false);
    expect(() => late.createFence({})).to.throw(RangeError, /was destroyed/);
    expect(() => createScope({} as Device)).to.throw(
      TypeError,
      'createScope.device: expected a Device, got an object',
    );
  });

  it('note what compiled methods make as what interpreted ones do', () => {
    const { device, close } = open();
    {
      using scope = createScope(device);
      for (let i = 0; i < 60; i++) {
        scope.createFence({});
        scope.createBuffer(BUFFER);
      }
      for (let i = 0; i < 60; i++) device.destroyFence(device.createFence({}));
      expect(leaksOf(device)).to.have.length(120);
    }
    expect(close()).to.deep.equal({});
  });

  it('leave alone what has the value of something that they made', () => {
    const { device, driver, close } = open();
    let destroyed = 0;
    driver.override('vkCreateFence', () => 0x77n);
    driver.override('vkDestroyFence', () => destroyed++);
    const scope = createScope(device);
    scope.destroyFence(scope.createFence({}));
    const again = device.createFence({});
    scope[Symbol.dispose]();
    expect(destroyed).to.equal(1);
    device.destroyFence(again);
    expect(close()).to.deep.equal({});
  });
});

describe('scopes (lavapipe)', () => {
  let device: Device;
  liveSuite(opened => {
    ({ device } = opened);
  });
  afterEach(() => expect(leaksOf(device)).to.deep.equal([]));

  const timeline = (on: Device) =>
    on.createSemaphore({
      pNext: [{ sType: VkStructureType.SEMAPHORE_TYPE_CREATE_INFO, semaphoreType: VkSemaphoreType.TIMELINE }],
    });

  /** Fills a large buffer again and again, and ends while that goes on. */
  async function fill(): Promise<void> {
    const size = 1 << 26;
    await using scope = createScope(device);
    const buffer = scope.createBuffer({ size, usage: Buffers.TRANSFER_DST });
    allocateFor(scope, { buffer });
    await scope.async.allocateMemory({ allocationSize: 64, memoryTypeIndex: 0 });
    const commandPool = scope.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = scope.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    commands.beginCommandBuffer({});
    for (let i = 0; i < 20; i++) {
      commands.cmdFillBuffer(buffer, 0, size, i);
      const written = { srcAccessMask: Access.TRANSFER_WRITE, dstAccessMask: Access.TRANSFER_WRITE };
      commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.TRANSFER, 0, [written], [], []);
    }
    commands.endCommandBuffer();
    await scope.getDeviceQueue(0, 0).async.queueSubmit([{ pCommandBuffers: [commands] }]);
  }

  it('`await using` waits for what was submitted, while others go on', async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    const outer = device.createFence({});
    await Promise.all([fill(), fill(), fill()]);
    clearInterval(turning);
    expect(turns).to.be.above(3);
    expect(leaksOf(device).map(leak => leak.handle)).to.deep.equal([outer]);
    device.destroyFence(outer);
  });

  it('what a promise form uses ends once that has settled', async () => {
    const scope = createScope(device);
    const semaphore = timeline(scope);
    const waiting = device.async.waitSemaphores({ pSemaphores: [semaphore], pValues: [1] }, 10_000_000_000n);
    scope[Symbol.dispose]();
    expect(leaksOf(device)).to.have.length(1);
    const other = createScope(device);
    const fence = other.createFence({});
    const waitingToo = device.async.waitForFences([fence], true, 20_000_000n);
    await other[Symbol.asyncDispose]();
    await waitingToo;
    // By a submission: layers of 1.3.239 hang where the host signals what another thread waits for.
    const signalled = {
      sType: VkStructureType.TIMELINE_SEMAPHORE_SUBMIT_INFO,
      pSignalSemaphoreValues: [1],
    } as const;
    device.getDeviceQueue(0, 0).queueSubmit([{ pNext: [signalled], pSignalSemaphores: [semaphore] }]);
    await waiting;
    while (leaksOf(device).length > 0) await new Promise(resolve => setImmediate(resolve));
  });
});
