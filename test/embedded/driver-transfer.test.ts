// The embedded driver fills, updates and copies as recorded, when a command buffer is submitted and not before.
import { expect } from 'chai';
import {
  mapMemory,
  VkAccessFlagBits,
  type VkBuffer,
  VkCommandBufferLevel,
  type VkDeviceMemory,
  VkFormat,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageUsageFlagBits,
  VkPipelineStageFlagBits,
} from '../../src/index.ts';
import { image2D } from '../image-2d.ts';
import { codeOf, hostBuffer, open, openDevice, read, submit } from './driver-open.ts';

const Usage = VkImageUsageFlagBits;

describe('embedded driver: transfers', () => {
  const opened = open();
  const { device, queue } = opened;
  const buffers: { buffer: VkBuffer; memory: VkDeviceMemory }[] = [];
  const buffer = (size: number) => {
    const made = hostBuffer(device, size);
    buffers.push(made);
    return made;
  };
  after(() => {
    for (const made of buffers) {
      device.destroyBuffer(made.buffer);
      device.freeMemory(made.memory);
    }
    expect(opened.close()).to.deep.equal({});
  });

  it('fills, updates and copies buffers when they are submitted, not before', () => {
    const [a, b] = [buffer(16), buffer(16)];
    submit(device, queue, commands => {
      commands.cmdFillBuffer(a.buffer, 0, 2n ** 64n - 1n, 0x0403_0201);
      commands.cmdUpdateBuffer(a.buffer, 4, Uint8Array.of(9, 8, 7, 6));
      commands.cmdPipelineBarrier(
        VkPipelineStageFlagBits.TRANSFER,
        VkPipelineStageFlagBits.TRANSFER,
        0,
        [{ srcAccessMask: VkAccessFlagBits.TRANSFER_WRITE, dstAccessMask: VkAccessFlagBits.TRANSFER_READ }],
        [],
        [],
      );
      commands.cmdCopyBuffer(a.buffer, b.buffer, [{ srcOffset: 4, dstOffset: 8, size: 8 }]);
      expect(read(device, a.memory, 4)).to.deep.equal([0, 0, 0, 0]);
    });
    expect(read(device, a.memory, 8)).to.deep.equal([1, 2, 3, 4, 9, 8, 7, 6]);
    expect(read(device, b.memory, 16)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 9, 8, 7, 6, 1, 2, 3, 4]);
  });

  it('copies regions of images in and out, of every level and layer', () => {
    const image = device.createImage({
      ...image2D({ width: 8, height: 4 }, Usage.TRANSFER_SRC | Usage.TRANSFER_DST, VkFormat.R8G8_UNORM),
      mipLevels: 2,
      arrayLayers: 2,
    });
    const { size, memoryTypeBits } = device.getImageMemoryRequirements(image);
    expect([Number(size) >= 2 * (64 + 16), memoryTypeBits]).to.deep.equal([true, 0b10011]);
    const memory = device.allocateMemory({ allocationSize: size, memoryTypeIndex: 4 });
    device.bindImageMemory(image, memory, 0);
    const [from, to] = [buffer(64), buffer(64)];
    const mapped = mapMemory(device, from.memory, 64);
    mapped.write(Uint8Array.from({ length: 64 }, (_, i) => i + 1));
    mapped.unmap();
    const region = {
      imageSubresource: {
        aspectMask: VkImageAspectFlagBits.COLOR,
        mipLevel: 1,
        baseArrayLayer: 1,
        layerCount: 1,
      },
      imageOffset: { x: 1, y: 0, z: 0 },
      imageExtent: { width: 2, height: 2, depth: 1 },
    };
    submit(device, queue, commands => {
      // Rows of five texels in the buffer, of which two are taken.
      commands.cmdCopyBufferToImage(from.buffer, image, VkImageLayout.GENERAL, [
        { ...region, bufferOffset: 2, bufferRowLength: 5 },
      ]);
      commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, to.buffer, [region]);
    });
    expect(read(device, to.memory, 10)).to.deep.equal([3, 4, 5, 6, 13, 14, 15, 16, 0, 0]);
    const layout = device.getImageSubresourceLayout(image, {
      aspectMask: VkImageAspectFlagBits.COLOR,
      mipLevel: 1,
      arrayLayer: 1,
    });
    expect(layout).to.deep.equal({ offset: 144n, size: 16n, rowPitch: 8n, arrayPitch: 80n, depthPitch: 16n });
    expect(read(device, memory, 148).slice(144)).to.deep.equal([0, 0, 3, 4]);
    device.destroyImage(image);
    device.freeMemory(memory);
  });

  it('makes a command buffer invalid by a command that cannot be recorded', () => {
    const { buffer: small } = buffer(16);
    const refused = 'VK_ERROR_VALIDATION_FAILED';
    expect(codeOf(() => submit(device, queue, c => c.cmdFillBuffer(small, 8, 64, 0)))).to.equal(refused);
    expect(
      codeOf(() => submit(device, queue, c => c.cmdCopyBuffer(small, small, [{ srcOffset: 12, size: 8 }]))),
    ).to.equal(refused);
    expect(codeOf(() => submit(device, queue, () => {}))).to.equal('VK_SUCCESS');
  });

  it('loses the device where memory is gone when a command runs', () => {
    const victim = openDevice(opened.gpu, []);
    const made = hostBuffer(victim, 16);
    const commandPool = victim.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = victim.allocateCommandBuffers({
      commandPool,
      level: VkCommandBufferLevel.PRIMARY,
      commandBufferCount: 1,
    });
    const victims = victim.getDeviceQueue(0, 0);
    expect(codeOf(() => victims.queueSubmit([{ pCommandBuffers: [commands] }]))).to.equal(
      'VK_ERROR_VALIDATION_FAILED',
    );
    commands.beginCommandBuffer({});
    commands.cmdFillBuffer(made.buffer, 0, 16, 1);
    commands.endCommandBuffer();
    victim.freeMemory(made.memory);
    expect(codeOf(() => victims.queueSubmit([{ pCommandBuffers: [commands] }]))).to.equal(
      'VK_ERROR_DEVICE_LOST',
    );
    expect(codeOf(() => victim.deviceWaitIdle())).to.equal('VK_ERROR_DEVICE_LOST');
    victim.destroyBuffer(made.buffer);
    victim.destroyCommandPool(commandPool);
    victim.destroyDevice();
  });
});
