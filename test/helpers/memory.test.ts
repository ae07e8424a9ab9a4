// Memory for buffers and images, on the embedded driver and on lavapipe under the validation layer.
import { closeSync } from 'node:fs';
import { expect } from 'chai';
import {
  allocateFor,
  chooseMemoryType,
  flush,
  invalidate,
  readBack,
  runOnce,
  typedArray,
  upload,
} from '../../src/helpers/index.ts';
import {
  VkBufferUsageFlagBits as Buffers,
  type Device,
  VkImageUsageFlagBits as Images,
  leaksOf,
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

/** What the staging buffer or the target does not hold is never copied. */
function limits(device: Device): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
  const buffer = device.createBuffer({ size: 64, usage: TRANSFER });
  const image = device.createImage({
    imageType: VkImageType._2D,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width: 5, height: 3, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: Images.TRANSFER_SRC | Images.TRANSFER_DST,
  });
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
    expect(() => chooseMemoryType(gpu, 0, {})).to.throw(/expected a bit of one of the GPU/);
    expect(close()).to.deep.equal({});
  });

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

  it('flush and invalidate whole atoms', () => {
    const { device, close } = open();
    ranges(device);
    expect(close()).to.deep.equal({});
  });

  it('flush and invalidate whole atoms of an odd size, and never past the memory', () => {
    const { device, driver, gpu, close } = open();
    const properties = gpu.getPhysicalDeviceProperties();
    driver.override('vkGetPhysicalDeviceProperties', () => ({
      ...properties,
      limits: { ...properties.limits, nonCoherentAtomSize: 48 },
    }));
    const seen: string[] = [];
    for (const name of ['vkFlushMappedMemoryRanges', 'vkInvalidateMappedMemoryRanges'])
      driver.override(name, (real, ...args) => {
        const [{ offset, size }] = args.at(-1) as { offset: bigint; size: bigint }[];
        seen.push(`${offset}+${size}`);
        return real(...args);
      });
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(type => type.propertyFlags & Property.HOST_VISIBLE);
    const memory = device.allocateMemory({ allocationSize: 100, memoryTypeIndex });
    const mapped = mapMemory(device, memory, WHOLE_SIZE);
    flush(mapped);
    flush(mapped, 47, 2);
    invalidate(mapped, 99, 1);
    invalidate(mapped, 48);
    expect(seen).to.deep.equal(['0+100', '0+96', '96+4', '48+52']);
    mapped.unmap();
    const part = mapMemory(device, memory, 48, 10);
    expect(() => flush(part, 0, 1)).to.throw(/^flush: .*nonCoherentAtomSize \(48\) .*got bytes 10 to 58$/);
    expect(() => invalidate(part, 40, 1)).to.throw(/^invalidate: /);
    part.unmap();
    device.freeMemory(memory);
    expect(close()).to.deep.equal({});
  });

  it('say what was wrong about a range of mapped memory', () => {
    const { device, gpu, close } = open();
    const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
    const memoryTypeIndex = memoryTypes.findIndex(type => type.propertyFlags & Property.HOST_VISIBLE);
    const memory = device.allocateMemory({ allocationSize: 104, memoryTypeIndex });
    const mapped = mapMemory(device, memory, 100, 4);
    const as = (...args: unknown[]) => (typedArray as (...args: unknown[]) => ArrayLike<unknown>)(...args);
    expect(as(mapped, Float32Array)).to.have.length(25);
    expect(as(mapped, Uint16Array, 2)).to.have.length(49);
    expect(as(mapped, Float32Array, 100, 0)).to.have.length(0);
    for (const [args, words] of [
      [
        [mapped, Float64Array, 8],
        /^typedArray\.mapped: expected a multiple of 8 .*, got a mapping from byte 4$/,
      ],
      [[mapped, Float32Array, 2], /^typedArray\.offset: expected a multiple of 4 for a Float32Array, got 2$/],
      [[mapped, Float32Array, '4'], /within 100 bytes, got at "4"$/],
      [[mapped, Float32Array, 4n], /within 100 bytes, got at 4n$/],
      [[mapped, Float32Array, 0, 1.25], /^typedArray\.length: expected a number of elements, got 1.25$/],
      [[mapped, Float32Array, 0, -1], /within 100 bytes, got -4 bytes at 0$/],
      [[mapped, Array], /^typedArray\.Class: expected a typed array's class, got a function$/],
      [[mapped, undefined], /^typedArray\.Class: /],
      [[{}, Float32Array], /^typedArray\.mapped: expected what mapMemory returned, got an object$/],
    ] as const)
      expect(() => as(...args), String(words)).to.throw(words);
    for (const [name, act] of Object.entries({ flush, invalidate })) {
      expect(() => act(null as never)).to.throw(`${name}.mapped: expected what mapMemory returned, got null`);
      expect(() => act(mapped, 4n as never)).to.throw(/within 100 bytes, got at 4n$/);
    }
    expect(() => mapped.read(4n as never)).to.throw(/within 100 bytes, got at 4n$/);
    device.freeMemory(memory);
    expect(close()).to.deep.equal({});
  });

  it('choose special types for those alone who ask for them, and say so', () => {
    const { gpu, driver, close } = open();
    const { PROTECTED, DEVICE_LOCAL } = Property;
    const properties = gpu.getPhysicalDeviceMemoryProperties();
    driver.override('vkGetPhysicalDeviceMemoryProperties', () => ({
      ...properties,
      memoryTypes: [{ propertyFlags: PROTECTED | DEVICE_LOCAL, heapIndex: 0 }],
      memoryTypeCount: 1,
    }));
    expect(() => chooseMemoryType(gpu, 1, { required: DEVICE_LOCAL })).to.throw(
      'chooseMemoryType: no allowed memory type is without PROTECTED, which has to be required; allowed are 0: DEVICE_LOCAL | PROTECTED',
    );
    expect(chooseMemoryType(gpu, 1, { required: DEVICE_LOCAL | PROTECTED })).to.equal(0);
    expect(() => chooseMemoryType(gpu, 2, {})).to.throw(/got 0x2$/);
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
      /^allocateFor\.resource: expected \{/,
    );
    expect(() => allocateFor(device, { buffer }, { requried: 1 } as never)).to.throw(
      TypeError,
      'allocateFor.wish.requried: there is no such option; there are required, preferred, exportAs, pNext',
    );
    for (const [wish, words] of [
      [{ required: 'HOST_VISIBLE' }, 'allocateFor.wish.required: expected flags of VkMemoryPropertyFlagBits'],
      [{ preferred: 1n }, 'allocateFor.wish.preferred: expected flags of VkMemoryPropertyFlagBits, got 1n'],
      [{ pNext: {} }, 'allocateFor.wish.pNext: expected an array of structs, got an object'],
    ] as const)
      expect(() => allocateFor(device, { buffer }, wish as never)).to.throw(TypeError, words);
    expect(() => allocateFor(null as never, { buffer })).to.throw('allocateFor.device: expected a Device');
    const { physicalDevice: gpu } = device;
    expect(() => chooseMemoryType(device as never, 1, {})).to.throw('chooseMemoryType.gpu: expected a Phys');
    expect(() => chooseMemoryType(gpu, '1' as never, {})).to.throw(
      'chooseMemoryType.memoryTypeBits: expected',
    );
    expect(() => chooseMemoryType(gpu, 1, { requird: 1 } as never)).to.throw(
      'chooseMemoryType.wish.requird: there is no such option; there are required, preferred',
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
      const image = device.createImage({
        imageType: VkImageType._2D,
        format: VkFormat.D32_SFLOAT_S8_UINT,
        extent,
        mipLevels: 1,
        arrayLayers: 1,
        samples: VkSampleCountFlagBits._1,
        tiling: VkImageTiling.OPTIMAL,
        usage: Images.TRANSFER_SRC | Images.TRANSFER_DST,
      });
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
