// Objects that a call uses cannot be destroyed or reset before the call has returned: not beside a promise form, not by a
// callback inside the call, not twice by the same array.
import { expect } from 'chai';
import { checkEnd } from '../../src/commands/end-check.ts';
import { queueCheck } from '../../src/commands/queues.ts';
import { callbacks } from '../../src/handles/busy.ts';
import { Device, VkBufferUsageFlagBits, VkDescriptorType, type VkFence, VkFormat } from '../../src/index.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { registry } from '../../src/registry/registry.ts';
import { open } from '../embedded/driver-open.ts';
import { openLying } from '../failures/lies.ts';
import { openLive } from '../live/harness.ts';

const told = (act: () => void): string => {
  try {
    act();
    return 'done';
  } catch (error) {
    return (error as Error).message.replace(/0x[0-9a-f]+/g, '0x…').replace(/ \(VUID.*/, '');
  }
};

function commandBuffers(device: Device, commandBufferCount: number) {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const buffers = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount });
  return { commandPool, buffers };
}

describe('what a call uses', () => {
  it('stays beside a promise form: handles, command buffers and their pools, devices', async () => {
    const { device, queue, close } = open();
    const { commandPool, buffers } = commandBuffers(device, 2);
    const [used, other] = buffers;
    for (const buffer of buffers) {
      buffer.beginCommandBuffer({});
      buffer.endCommandBuffer();
    }
    const fence = device.createFence({});
    const wait = device.async.waitForFences([fence], true, 1_000_000_000n);
    const submit = queue.async.queueSubmit([{ pCommandBuffers: [used] }], fence);
    expect([
      told(() => device.destroyCommandPool(commandPool)),
      told(() => device.resetCommandPool(commandPool, 0)),
      told(() => device.freeCommandBuffers(commandPool, [other, used])),
      told(() => used.resetCommandBuffer(0)),
      told(() => used.beginCommandBuffer({})),
      told(() => device.resetFences([fence])),
      told(() => device.destroyFence(fence)),
      told(() => queue.queueSubmit([])),
      told(() => device.destroyDevice()),
    ]).to.deep.equal([
      'vkDestroyCommandPool.commandPool: vkQueueSubmit uses it and has not returned',
      'vkResetCommandPool.commandPool: vkQueueSubmit uses it and has not returned',
      'vkFreeCommandBuffers.pCommandBuffers[1]: vkQueueSubmit uses it and has not returned',
      'vkResetCommandBuffer.commandBuffer: vkQueueSubmit uses it and has not returned',
      'vkBeginCommandBuffer.commandBuffer: vkQueueSubmit uses it and has not returned',
      'vkResetFences.pFences[0]: vkWaitForFences uses it and has not returned',
      'vkDestroyFence.fence: vkWaitForFences uses it and has not returned',
      'vkQueueSubmit: vkQueueSubmit uses this queue and has not returned',
      'vkDestroyDevice: vkWaitForFences is still running',
    ]);
    device.freeCommandBuffers(commandPool, [other]);
    await Promise.all([submit, wait]);
    device.destroyCommandPool(commandPool);
    device.destroyFence(fence);
    expect(close()).to.deep.equal({});
  });

  it('is used by the promise forms of one queue in their order', async () => {
    const { device, queue, close } = open();
    const settled: number[] = [];
    await Promise.all([0, 1, 2, 3, 4, 5].map(i => queue.async.queueSubmit([]).then(() => settled.push(i))));
    expect(settled).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(queue.queueSubmit([])).to.equal(undefined);
    device.deviceWaitIdle();
    close();
  });

  it('is every queue of the device for vkDeviceWaitIdle, whoever has wrapped it', async () => {
    const { device, gpu, queue, close } = open();
    const twin = Device.fromHandle(gpu, device.handle);
    const its = twin.getDeviceQueue(0, 0);
    const settled: string[] = [];
    const note = (name: string, form: Promise<unknown>) => form.then(() => settled.push(name));
    const forms = [
      note('submit', queue.async.queueSubmit([])),
      note('device', device.async.deviceWaitIdle()),
      note('twin', twin.async.deviceWaitIdle()),
      note('its', its.async.queueSubmit([])),
      note('queue', queue.async.queueWaitIdle()),
    ];
    for (const uses of [0, Number.POSITIVE_INFINITY]) {
      threshold.uses = uses;
      expect([
        told(() => device.deviceWaitIdle()),
        told(() => twin.deviceWaitIdle()),
        told(() => its.queueWaitIdle()),
      ]).to.deep.equal([
        'vkDeviceWaitIdle: vkQueueSubmit uses a queue of this device and has not returned',
        'vkDeviceWaitIdle: vkQueueSubmit uses a queue of this device and has not returned',
        'vkQueueWaitIdle: vkQueueSubmit uses this queue and has not returned',
      ]);
    }
    threshold.uses = 0;
    await Promise.all(forms);
    expect(settled).to.deep.equal(['submit', 'device', 'twin', 'its', 'queue']);
    const waiting = device.async.deviceWaitIdle();
    expect(told(() => its.queueSubmit([]))).to.equal(
      'vkQueueSubmit: vkDeviceWaitIdle uses this queue and has not returned',
    );
    expect(told(() => twin.deviceWaitIdle())).to.equal(
      'vkDeviceWaitIdle: vkDeviceWaitIdle uses a queue of this device and has not returned',
    );
    await waiting;
    queue.queueSubmit([]);
    device.deviceWaitIdle();
    close();
  });

  it('is said by the registry of what is not passed, and checked', () => {
    const rows = registry.tables.commands
      .names()
      .map(name => registry.command(name))
      .filter(row => row.implicitExternsync.length > 0);
    expect(rows.length).to.be.at.least(7);
    // What ends or resets something looks at all that belongs to it; the end of a recording is used by no promise form.
    const unchecked = rows.filter(row => checkEnd(row) === undefined && queueCheck(row) === undefined);
    expect(unchecked.map(row => row.name)).to.deep.equal(['vkEndCommandBuffer']);
  });

  for (const uses of [0, Number.POSITIVE_INFINITY])
    it(`stays while a callback runs inside the call (${uses === 0 ? 'compiled' : 'interpreted'})`, function () {
      threshold.uses = uses;
      const live = openLive(this);
      const device = live.gpu.createDevice({
        pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      });
      const create = () => device.createBuffer({ size: 64, usage: VkBufferUsageFlagBits.TRANSFER_SRC });
      const [buffer, unrelated] = [create(), create()];
      const heard: string[] = [];
      const messenger = live.instance.createDebugUtilsMessengerEXT({
        messageSeverity: 0x1000,
        messageType: 7,
        pfnUserCallback: () => {
          heard.push(
            told(() => device.destroyBuffer(buffer)),
            told(() => device.destroyDevice()),
            told(() => device.destroyBuffer(unrelated)),
          );
          return false;
        },
      });
      // A buffer that no view may be made of; the driver makes one nevertheless.
      const view = device.createBufferView({ buffer, format: VkFormat.R8_UNORM, offset: 0, range: 64 });
      live.instance.destroyDebugUtilsMessengerEXT(messenger);
      threshold.uses = 0;
      device.destroyBufferView(view);
      expect(heard.slice(0, 3)).to.deep.equal([
        'vkDestroyBuffer.buffer: vkCreateBufferView uses it and has not returned',
        'vkDestroyDevice: vkCreateBufferView is still running',
        'done',
      ]);
      device.destroyBuffer(buffer);
      expect(told(() => device.destroyBuffer(unrelated))).to.match(/expected a live VkBuffer/);
      device.destroyDevice();
      live.end();
    });

  it('is gone already for what runs inside the call that ends it', () => {
    const heard: string[] = [];
    let fence: VkFence;
    using lying = openLying({
      vkDestroyFence() {
        heard.push(
          told(() => lying.device.destroyFence(fence)),
          told(() => lying.device.getFenceStatus(fence)),
        );
        return undefined;
      },
    });
    // As while a messenger lives.
    callbacks.registered++;
    fence = lying.device.createFence({});
    lying.device.destroyFence(fence);
    callbacks.registered--;
    expect(heard[0]).to.match(/^vkDestroyFence.fence: expected a live VkFence/);
    expect(heard[1]).to.match(/^vkGetFenceStatus.fence: expected a live VkFence/);
  });
});

describe('arrays of what is given back', () => {
  it('have nothing twice, and nothing of another pool', () => {
    const { device, close } = open();
    const [one, two] = [commandBuffers(device, 2), commandBuffers(device, 1)];
    const free = (...buffers: (typeof one.buffers)[number][]) =>
      told(() => device.freeCommandBuffers(one.commandPool, buffers));
    expect(free(one.buffers[0], one.buffers[1], one.buffers[0])).to.equal(
      'vkFreeCommandBuffers.pCommandBuffers[2]: 0x… is in the array twice',
    );
    expect(free(one.buffers[0], two.buffers[0])).to.equal(
      'vkFreeCommandBuffers.pCommandBuffers[1]: 0x… is from another VkCommandPool',
    );
    expect(one.buffers[0].alive && two.buffers[0].alive).to.equal(true);
    expect(free(...one.buffers)).to.equal('done');
    expect(free(...one.buffers)).to.match(
      /^vkFreeCommandBuffers.pCommandBuffers\[0\]: VkCommandBuffer\(0x…\) was/,
    );
    device.destroyCommandPool(one.commandPool);
    device.destroyCommandPool(two.commandPool);
    expect(close()).to.deep.equal({});
  });

  it('are so for descriptor sets on a real driver', function () {
    const live = openLive(this);
    const device = live.gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    });
    const descriptorType = VkDescriptorType.UNIFORM_BUFFER;
    const layout = device.createDescriptorSetLayout({
      pBindings: [{ binding: 0, descriptorType, descriptorCount: 1, stageFlags: 1 }],
    });
    const pool = () =>
      device.createDescriptorPool({
        flags: 1,
        maxSets: 4,
        pPoolSizes: [{ type: descriptorType, descriptorCount: 4 }],
      });
    const pools = [pool(), pool()];
    const [sets, others] = pools.map(descriptorPool =>
      device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [layout, layout] }),
    );
    const free = (...freed: (typeof sets)[number][]) =>
      told(() => device.freeDescriptorSets(pools[0], freed));
    expect(free(sets[0], sets[0])).to.equal(
      'vkFreeDescriptorSets.pDescriptorSets[1]: 0x… is in the array twice',
    );
    expect(free(sets[0], others[0])).to.equal(
      'vkFreeDescriptorSets.pDescriptorSets[1]: 0x… is from another VkDescriptorPool',
    );
    expect(free(sets[0], 0n as never, sets[1])).to.equal('done');
    for (const each of pools) device.destroyDescriptorPool(each);
    device.destroyDescriptorSetLayout(layout);
    device.destroyDevice();
    expect(live.messages).to.deep.equal([]);
    live.end();
  });
});
