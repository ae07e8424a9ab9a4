// Bytes are uploaded to buffers and images and read back; what does not fit is not copied.
import { expect } from 'chai';
import { allocateFor, readBack, runOnce, upload } from '../../src/helpers/index.ts';
import {
  VkBufferUsageFlagBits as Buffers,
  type Device,
  VkImageUsageFlagBits as Images,
  leaksOf,
  VkMemoryPropertyFlagBits as Property,
  VkFormat,
  VkImageAspectFlagBits,
  VkImageLayout,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { image2D } from '../image-2d.ts';
import { liveSuite } from '../live/harness.ts';

const IMAGE_TRANSFER = Images.TRANSFER_SRC | Images.TRANSFER_DST;
const TRANSFER = Buffers.TRANSFER_SRC | Buffers.TRANSFER_DST;
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);

function roundTrip(device: Device): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
  const buffer = device.createBuffer({ size: 1000, usage: TRANSFER });
  const { memory } = allocateFor(device, { buffer }, { preferred: Property.DEVICE_LOCAL });
  const bytes = bytesOf(1000);
  upload(target, { buffer }, bytes);
  upload(target, { buffer, offset: 100 }, Uint8Array.of(1, 2, 3, 4));
  bytes.set([1, 2, 3, 4], 100);
  expect(readBack(target, { buffer }, 1000)).to.deep.equal(bytes);
  upload(target, { buffer }, new Uint8Array(0));
  expect(readBack(target, { buffer }, 0)).to.have.length(0);
  expect([...readBack(target, { buffer, offset: 98 }, 4)]).to.deep.equal([...bytes.subarray(98, 102)]);
  device.destroyBuffer(buffer);
  device.freeMemory(memory);

  const [width, height, layers] = [7, 5, 3];
  const image = device.createImage({ ...image2D({ width, height }, IMAGE_TRANSFER), arrayLayers: layers });
  const allocated = allocateFor(device, { image }, { preferred: Property.DEVICE_LOCAL });
  const region = {
    image,
    layout: VkImageLayout.GENERAL,
    imageExtent: { width, height, depth: 1 },
    imageSubresource: { aspectMask: VkImageAspectFlagBits.COLOR, baseArrayLayer: 1, layerCount: 2 },
  };
  const texels = bytesOf(width * height * 4 * 2);
  upload(target, region, texels);
  expect(readBack(target, region, texels.length)).to.deep.equal(texels);
  // A single layer is read back by itself.
  const one = {
    ...region,
    imageSubresource: { ...region.imageSubresource, baseArrayLayer: 2, layerCount: 1 },
  };
  expect(readBack(target, one, texels.length / 2)).to.deep.equal(texels.subarray(texels.length / 2));
  device.destroyImage(image);
  device.freeMemory(allocated.memory);
  device.destroyCommandPool(commandPool);
}

/** What the staging buffer or the target does not hold is never copied. */
function limits(device: Device): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
  const buffer = device.createBuffer({ size: 64, usage: TRANSFER });
  const image = device.createImage(image2D({ width: 5, height: 3 }, IMAGE_TRANSFER));
  const { memory } = allocateFor(device, { buffer });
  const { memory: texels } = allocateFor(device, { image });
  const { size: held } = device.getBufferMemoryRequirements(buffer);
  const region = { image, layout: VkImageLayout.GENERAL, imageExtent: { width: 5, height: 3, depth: 1 } };
  const { UNDEFINED } = VkImageLayout;
  for (const [call, words] of [
    [
      () => upload(target, { buffer }, new Uint8Array(1000)),
      `upload.to: expected a range within the ${held}`,
    ],
    [() => upload(target, { buffer, offset: 1000 }, bytesOf(4)), 'got 4 bytes at 1000'],
    [() => upload(target, { buffer, offset: '4' } as never, bytesOf(4)), 'got 4 bytes at "4"'],
    [
      () => upload(target, { buffer, ofset: 4 } as never, bytesOf(4)),
      'upload.to.ofset: there is no such option',
    ],
    [
      () => upload(target, { buffer, layout: 1 } as never, bytesOf(4)),
      'upload.to.layout: there is no such option',
    ],
    [() => upload(target, buffer as never, bytesOf(4)), 'upload.to: expected { buffer'],
    [() => upload(target, {} as never, bytesOf(4)), 'upload.to: expected either a buffer or an image'],
    [
      () => upload(target, region, bytesOf(59)),
      'upload.to: expected the 60 bytes that the region takes, got 59',
    ],
    [
      () => upload(target, { ...region, layout: UNDEFINED }, bytesOf(60)),
      'upload.to.layout: expected one that an image can be put into, got UNDEFINED',
    ],
    [() => readBack(target, { buffer }, 1000), `readBack.from: expected a range within the ${held} bytes`],
    [() => readBack(target, { buffer }, -1), 'readBack.size: expected a number of bytes, got -1'],
    [
      () => readBack(target, region, 59),
      'readBack.from: expected the 60 bytes that the region takes, got 59',
    ],
    [
      () => readBack(target, region, 61),
      'readBack.size: expected the 60 bytes that the region takes, got 61',
    ],
    [
      () => readBack({ ...target, queue: device } as never, { buffer }, 4),
      'readBack.target.queue: expected a Queue',
    ],
    [() => runOnce(null as never, () => {}), 'runOnce.target: expected { device, queue, commandPool }'],
    [() => runOnce(target, null as never), 'runOnce.record: expected a function, got null'],
    [
      () => runOnce(target, async () => {}),
      'runOnce.record: expected a function that has recorded when it returns',
    ],
  ] as const)
    expect(call, words).to.throw(words);
  expect(leaksOf(device)).to.have.length(5);
  device.destroyImage(image);
  device.freeMemory(texels);
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  device.destroyCommandPool(commandPool);
}

describe('copies by staging (embedded driver)', () => {
  it('upload to and read back from buffers and images, and leave nothing behind', () => {
    const { device, close } = open();
    roundTrip(device);
    expect(close()).to.deep.equal({});
  });

  it('copy nothing that the target or the bytes do not hold', () => {
    const { device, close } = open();
    limits(device);
    expect(close()).to.deep.equal({});
  });

  it('leave nothing behind where a later step fails', () => {
    const { device, driver, queue, instance } = open();
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const buffer = device.createBuffer({ size: 64, usage: TRANSFER });
    const before = driver.counts();
    driver.fail('vkBindBufferMemory', -2);
    expect(() => allocateFor(device, { buffer })).to.throw(/VK_ERROR_OUT_OF_DEVICE_MEMORY/);
    expect(driver.counts()).to.deep.equal(before);
    allocateFor(device, { buffer });
    for (const command of [
      'vkAllocateMemory',
      'vkMapMemory',
      'vkAllocateCommandBuffers',
      'vkQueueSubmit',
      'vkCreateFence',
    ]) {
      const counted = driver.counts();
      driver.fail(command, -1);
      expect(
        () => upload({ device, queue, commandPool }, { buffer }, Uint8Array.of(1, 2, 3, 4)),
        command,
      ).to.throw(`${command}: VK_ERROR_OUT_OF_HOST_MEMORY`);
      expect(driver.counts(), command).to.deep.equal(counted);
    }
    device[Symbol.dispose]();
    instance[Symbol.dispose]();
    driver.dispose();
  });
});

describe('copies by staging (lavapipe)', () => {
  let device: Device;
  liveSuite(opened => {
    ({ device } = opened);
  });

  it('upload to and read back from buffers and images', () => roundTrip(device));

  it('copy nothing that the target or the bytes do not hold', () => limits(device));

  it('copy each aspect of an image of depth and stencil, whose layouts change together', () => {
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
    const extent = { width: 4, height: 4, depth: 1 };
    const { DEPTH, STENCIL } = VkImageAspectFlagBits;
    for (const [aspectMask, size] of [
      [DEPTH, 64],
      [STENCIL, 16],
    ]) {
      const image = device.createImage(image2D(extent, IMAGE_TRANSFER, VkFormat.D32_SFLOAT_S8_UINT));
      const { memory } = allocateFor(device, { image });
      const imageSubresource = { aspectMask, layerCount: 1 };
      const region = { image, layout: VkImageLayout.GENERAL, imageExtent: extent, imageSubresource };
      upload(target, region, bytesOf(size));
      expect(readBack(target, region, size)).to.deep.equal(bytesOf(size));
      device.destroyImage(image);
      device.freeMemory(memory);
    }
    device.destroyCommandPool(commandPool);
  });
});
