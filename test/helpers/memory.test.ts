// Memory for buffers and images, on the embedded driver and on lavapipe under the validation layer.
import { closeSync } from 'node:fs';
import { expect } from 'chai';
import {
  allocateFor,
  chooseMemoryType,
  flush,
  invalidate,
  readBack,
  typedArray,
  upload,
} from '../../src/helpers/index.ts';
import {
  VkBufferUsageFlagBits as Buffers,
  type Device,
  VkImageUsageFlagBits as Images,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkExternalMemoryHandleTypeFlagBits,
  VkFormat,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageTiling,
  VkImageType,
  VkSampleCountFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { createDevice, type Live, openLive } from '../live/harness.ts';

const TRANSFER = Buffers.TRANSFER_SRC | Buffers.TRANSFER_DST;
const WHOLE_SIZE = 0xffff_ffff_ffff_ffffn;
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
  const image = device.createImage({
    imageType: VkImageType._2D,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width, height, depth: 1 },
    mipLevels: 1,
    arrayLayers: layers,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: Images.TRANSFER_SRC | Images.TRANSFER_DST,
  });
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
  // The other layer was not touched: one of a picture is its own.
  const one = {
    ...region,
    imageSubresource: { ...region.imageSubresource, baseArrayLayer: 2, layerCount: 1 },
  };
  expect(readBack(target, one, texels.length / 2)).to.deep.equal(texels.subarray(texels.length / 2));
  device.destroyImage(image);
  device.freeMemory(allocated.memory);
  device.destroyCommandPool(commandPool);
}

function ranges(device: Device): void {
  const { nonCoherentAtomSize } = device.physicalDevice.getPhysicalDeviceProperties().limits;
  const atom = Number(nonCoherentAtomSize);
  const buffer = device.createBuffer({ size: 10 * atom, usage: TRANSFER });
  const { memory, allocationSize } = allocateFor(device, { buffer }, { required: Property.HOST_VISIBLE });
  const mapped = mapMemory(device, memory, WHOLE_SIZE);
  const words = typedArray(mapped, Uint16Array, 2 * atom, 8);
  words.set([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...mapped.read(2 * atom, 4)]).to.deep.equal([1, 0, 2, 0]);
  expect(typedArray(mapped, BigUint64Array)).to.have.length(Number(allocationSize) / 8);
  flush(mapped, 2 * atom + 1, 3);
  flush(mapped, mapped.size - 1, 1);
  flush(mapped, 5, 0);
  invalidate(mapped);
  expect(() => flush(mapped, 1, mapped.size)).to.throw(RangeError, /within \d+ bytes/);
  expect(() => typedArray(mapped, Float32Array, 2)).to.throw(RangeError, /multiple of 4 for a Float32Array/);
  expect(() => typedArray(mapped, Float32Array, 0, mapped.size)).to.throw(RangeError, /within/);
  expect(() => typedArray(mapped, Float32Array, mapped.size + 4)).to.throw(RangeError, /within/);
  mapped.unmap();
  expect(() => flush(mapped, 0, 1)).to.throw(/unmapped/);
  if (atom > 1) {
    const part = mapMemory(device, memory, atom, atom + 1);
    expect(() => flush(part)).to.throw(
      RangeError,
      new RegExp(`^flush: .* nonCoherentAtomSize \\(${atom}\\)`),
    );
    part.unmap();
    const inner = mapMemory(device, memory, 2 * atom, atom);
    flush(inner, 1, 2);
    invalidate(inner, atom + 1, 1);
    inner.unmap();
  }
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
}

describe('memory helpers (embedded driver)', () => {
  it('choose the type with all that is required and most that is preferred', () => {
    const { gpu, close } = open();
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const has = (index: number, flags: number) => (memoryTypes[index].propertyFlags & flags) === flags;
    const all = 2 ** memoryTypes.length - 1;
    const { DEVICE_LOCAL, HOST_VISIBLE, HOST_CACHED } = Property;
    expect(has(chooseMemoryType(gpu, all, { required: DEVICE_LOCAL }), DEVICE_LOCAL)).to.equal(true);
    const cached = chooseMemoryType(gpu, all, { required: HOST_VISIBLE, preferred: HOST_CACHED });
    const anyCached = memoryTypes.some(type => type.propertyFlags & HOST_CACHED);
    expect(has(cached, HOST_VISIBLE | (anyCached ? HOST_CACHED : 0))).to.equal(true);
    for (let index = 0; index < memoryTypes.length; index++)
      expect(chooseMemoryType(gpu, 2 ** index, {}), 'the only one allowed').to.equal(index);
    expect(() => chooseMemoryType(gpu, all, { required: Property.LAZILY_ALLOCATED | HOST_VISIBLE })).to.throw(
      /^chooseMemoryType: no allowed memory type has HOST_VISIBLE \| LAZILY_ALLOCATED; allowed are 0: /,
    );
    expect(() => chooseMemoryType(gpu, 0, {})).to.throw(/allowed are none/);
    expect(close()).to.deep.equal({});
  });

  it('upload to and read back from buffers and images, and leave nothing behind', () => {
    const { device, close } = open();
    roundTrip(device);
    expect(close()).to.deep.equal({});
  });

  it('flush and invalidate whole atoms', () => {
    const { device, close } = open();
    ranges(device);
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

  it('refuse what they do not know', () => {
    const { device, close } = open();
    const buffer = device.createBuffer({ size: 64, usage: TRANSFER });
    expect(() => allocateFor(device, {} as never)).to.throw(
      TypeError,
      'allocateFor.resource: expected either',
    );
    expect(() => allocateFor(device, undefined as never)).to.throw(
      TypeError,
      /^allocateFor\.resource: expected an object/,
    );
    expect(() => allocateFor(device, { buffer }, { requried: 1 } as never)).to.throw(
      TypeError,
      'allocateFor.wish.requried: unknown, expected one of required, preferred, exportAs, pNext',
    );
    expect(() => upload({ device } as never, { buffer }, 'abc' as never)).to.throw(
      TypeError,
      /^upload\.bytes/,
    );
    device.destroyBuffer(buffer);
    expect(close()).to.deep.equal({});
  });
});

describe('memory helpers (lavapipe)', () => {
  let live: Live;
  let device: Device;
  before(function () {
    live = openLive(this);
    device = createDevice(live.gpu, ['VK_KHR_external_memory_fd']);
  });
  afterEach(() => expect(live.messages.splice(0)).to.deep.equal([]));
  after(() => {
    device?.destroyDevice();
    live?.end();
  });

  it('upload to and read back from buffers and images', () => roundTrip(device));

  it('flush and invalidate whole atoms', () => ranges(device));

  it('allocate what can be exported, and with flags', () => {
    const handleTypes = VkExternalMemoryHandleTypeFlagBits.OPAQUE_FD;
    const buffer = device.createBuffer({
      size: 4096,
      usage: TRANSFER,
      pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes }],
    });
    const allocation = allocateFor(
      device,
      { buffer },
      {
        exportAs: handleTypes,
        pNext: [{ sType: VkStructureType.MEMORY_ALLOCATE_FLAGS_INFO, flags: 0, deviceMask: 0 }],
      },
    );
    closeSync(device.getMemoryFdKHR({ memory: allocation.memory, handleType: handleTypes }));
    device.destroyBuffer(buffer);
    device.freeMemory(allocation.memory);
  });
});
