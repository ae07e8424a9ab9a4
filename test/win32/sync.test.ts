// Keyed mutexes are acquired and released around copies of textures, and Direct3D fences work as semaphores.
import { expect } from 'chai';
import {
  type CommandBuffer,
  type Device,
  mapMemory,
  NotAvailableError,
  QUEUE_FAMILY_EXTERNAL,
  VkAccessFlagBits,
  VkBufferUsageFlagBits,
  VkCommandBufferLevel,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkPipelineStageFlagBits,
  VkResult,
} from '../../src/index.ts';
import {
  acquireBufferFromExternal,
  acquireFromExternal,
  InvalidHandleError,
  importD3DFence,
  importTextureWin32,
  keyedMutexInfo,
  NotImportableError,
  releaseBufferToExternal,
  releaseToExternal,
  submitWithKeyedMutex,
} from '../../src/win32/index.ts';
import { d3d11, type Embedded, extent, MEMORY, openEmbedded, SIZE, texture } from './embedded.ts';

const { TOP_OF_PIPE, BOTTOM_OF_PIPE, TRANSFER } = VkPipelineStageFlagBits;

function record(device: Device, what: (commands: CommandBuffer) => void) {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const [commands] = device.allocateCommandBuffers({
    ...{ commandPool, level: VkCommandBufferLevel.PRIMARY, commandBufferCount: 1 },
  });
  commands.beginCommandBuffer({});
  what(commands);
  commands.endCommandBuffer();
  return { commands, end: () => device.destroyCommandPool(commandPool) };
}

describe('win32: barriers', () => {
  const image = 5n as never;
  const use = { queueFamilyIndex: 3, accessMask: VkAccessFlagBits.TRANSFER_READ };

  it('passes an image from outside to a queue family and back, GENERAL outside', () => {
    expect(acquireFromExternal(image, use)).to.deep.include({
      srcAccessMask: 0,
      dstAccessMask: use.accessMask,
      oldLayout: VkImageLayout.GENERAL,
      newLayout: VkImageLayout.GENERAL,
      srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      dstQueueFamilyIndex: 3,
      image,
    });
    const layout = VkImageLayout.TRANSFER_SRC_OPTIMAL;
    expect(acquireFromExternal(image, { ...use, layout })).to.deep.include({
      oldLayout: VkImageLayout.GENERAL,
      newLayout: layout,
    });
    const subresourceRange = { aspectMask: VkImageAspectFlagBits.PLANE_0, levelCount: 1, layerCount: 1 };
    expect(releaseToExternal(image, { ...use, layout, subresourceRange })).to.deep.include({
      srcAccessMask: use.accessMask,
      dstAccessMask: 0,
      oldLayout: layout,
      newLayout: VkImageLayout.GENERAL,
      srcQueueFamilyIndex: 3,
      dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      subresourceRange,
    });
  });

  it('passes a whole buffer', () => {
    const buffer = 6n as never;
    expect(acquireBufferFromExternal(buffer, use)).to.deep.equal({
      ...{ srcAccessMask: 0, dstAccessMask: use.accessMask, buffer, offset: 0n, size: 2n ** 64n - 1n },
      ...{ srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL, dstQueueFamilyIndex: 3 },
    });
    expect(releaseBufferToExternal(buffer, use)).to.include({
      ...{ srcAccessMask: use.accessMask, dstAccessMask: 0 },
      ...{ srcQueueFamilyIndex: 3, dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL },
    });
  });
});

describe('win32: keyed mutexes and fences', () => {
  const MUTEX = 'VK_KHR_win32_keyed_mutex';
  const SEMAPHORE = 'VK_KHR_external_semaphore_win32';
  let embedded: Embedded;
  let device: Device;
  before(() => {
    embedded = openEmbedded([MEMORY, MUTEX, SEMAPHORE]);
    ({ device } = embedded);
  });
  afterEach(() => {
    embedded.driver.reset();
    expect(embedded.leftovers()).to.deep.equal({});
  });
  after(() => embedded.end());

  it('copies out what was painted outside, between acquiring and releasing its key', () => {
    const { driver } = embedded;
    const handle = driver.createExternalHandle(d3d11, { size: SIZE });
    const painted = new Uint8Array(SIZE).map((_, i) => i * 3);
    driver.writeExternal(handle, painted);
    const imported = importTextureWin32(device, { ...texture, handleType: d3d11, handle });
    const target = device.createBuffer({ size: SIZE, usage: VkBufferUsageFlagBits.TRANSFER_DST });
    const { size } = device.getBufferMemoryRequirements(target);
    const memory = device.allocateMemory({ allocationSize: size, memoryTypeIndex: 2 });
    device.bindBufferMemory(target, memory, 0);
    const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
    const { commands, end } = record(device, c => {
      const acquire = acquireFromExternal(imported.image, use);
      c.cmdPipelineBarrier(TOP_OF_PIPE, TRANSFER, 0, [], [], [acquire]);
      const imageSubresource = { aspectMask: VkImageAspectFlagBits.COLOR, mipLevel: 0, layerCount: 1 };
      c.cmdCopyImageToBuffer(imported.image, VkImageLayout.GENERAL, target, [
        { imageSubresource, imageExtent: { ...extent, depth: 1 } },
      ]);
      const release = releaseToExternal(imported.image, use);
      c.cmdPipelineBarrier(TRANSFER, BOTTOM_OF_PIPE, 0, [], [], [release]);
    });
    const queue = device.getDeviceQueue(0, 0);
    const submit = (acquire: number, release: number) =>
      submitWithKeyedMutex(...([device, queue, { pCommandBuffers: [commands] }] as const), {
        acquire: [{ memory: imported.memory, key: acquire }],
        release: [{ memory: imported.memory, key: release }],
      });
    expect(submit(1, 2), 'a key that nobody released').to.equal(VkResult.TIMEOUT);
    expect(submit(0, 1)).to.equal(VkResult.SUCCESS);
    expect(submit(1, 0)).to.equal(VkResult.SUCCESS);
    queue.queueWaitIdle();
    const mapped = mapMemory(device, memory, SIZE);
    expect(mapped.read()).to.deep.equal(painted);
    mapped.unmap();
    end();
    device.destroyBuffer(target);
    device.freeMemory(memory);
    imported[Symbol.dispose]();
    driver.closeExternalHandle(handle);
  });

  it('waits a finite time for a key where none is given', () => {
    const memory = 7n as never;
    expect(
      keyedMutexInfo({
        acquire: [
          { memory, key: 1 },
          { memory, key: 2n, timeout: 5 },
        ],
      }),
    ).to.deep.include({
      pAcquireSyncs: [memory, memory],
      pAcquireKeys: [1, 2n],
      pAcquireTimeouts: [1000, 5],
      pReleaseSyncs: [],
    });
  });

  it('throws what is an error, and names the extension', () => {
    const queue = device.getDeviceQueue(0, 0);
    embedded.driver.fail('vkQueueSubmit', VkResult.ERROR_DEVICE_LOST);
    expect(() => submitWithKeyedMutex(device, queue, {}, {})).to.throw('vkQueueSubmit: VK_ERROR_DEVICE_LOST');
    expect(() => submitWithKeyedMutex(device, queue, { pCommandBuffer: 1 } as never, {})).to.throw(
      TypeError,
      'vkQueueSubmit.pSubmits[0].pCommandBuffer: unknown member; did you mean pCommandBuffers?',
    );
    const without = openEmbedded();
    expect(() => submitWithKeyedMutex(without.device, queue, {}, {})).to.throw(NotAvailableError, MUTEX);
    without.end();
    const other = openEmbedded([MEMORY, MUTEX]);
    expect(() => submitWithKeyedMutex(other.device, queue, {}, {})).to.throw('belongs to another device');
    other.end();
  });

  it('imports a D3D fence as a timeline semaphore, signalled on both sides', () => {
    const { driver } = embedded;
    const fence = driver.createExternalFence({ value: 4n });
    const semaphore = importD3DFence(device, fence);
    expect(device.getSemaphoreCounterValue(semaphore)).to.equal(4n);
    driver.writeExternal(fence, new Uint8Array(BigUint64Array.of(5n).buffer));
    expect(device.getSemaphoreCounterValue(semaphore)).to.equal(5n);
    device.signalSemaphore({ semaphore, value: 9n });
    expect(driver.readExternal(fence, 0, 1)[0]).to.equal(9);
    device.destroySemaphore(semaphore);
    driver.closeExternalHandle(fence);
  });

  it('says why a fence cannot be imported, and leaves no semaphore behind', () => {
    const { driver } = embedded;
    const fence = driver.createExternalFence();
    driver.fail('vkImportSemaphoreWin32HandleKHR', VkResult.ERROR_INVALID_EXTERNAL_HANDLE);
    expect(() => importD3DFence(device, fence)).to.throw(InvalidHandleError, 'not the handle of a D3D fence');
    driver.override('vkGetPhysicalDeviceExternalSemaphoreProperties', () => ({
      ...{ exportFromImportedHandleTypes: 0, compatibleHandleTypes: 0, externalSemaphoreFeatures: 0 },
    }));
    expect(() => importD3DFence(device, fence)).to.throw(NotImportableError, 'cannot import a D3D fence');
    const without = openEmbedded();
    expect(() => importD3DFence(without.device, fence)).to.throw(NotAvailableError, SEMAPHORE);
    without.end();
    driver.closeExternalHandle(fence);
  });
});
