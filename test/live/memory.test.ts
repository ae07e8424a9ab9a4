// Memory is allocated, imported, exported, filled, copied and read back without a validation message.
import { expect } from 'chai';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkBufferUsageFlagBits as Usage,
  type VkBuffer,
  VkCommandBufferLevel,
  type VkDeviceMemory,
  VkStructureType,
} from '../../src/index.ts';
import { skipHere } from '../skip.ts';
import { createDevice, type Live, openLive } from './harness.ts';

const SIZE = 4096;

/** The lowest memory type among `bits` that has `properties`. */
function memoryType(device: Device, bits: number, properties: number): number {
  const { memoryTypes } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  const index = memoryTypes.findIndex(
    (t, i) => (bits >>> i) & 1 && (t.propertyFlags & properties) === properties,
  );
  expect(index, `a memory type among ${bits.toString(2)} with ${properties}`).to.be.at.least(0);
  return index;
}

/** Records, submits and waits. */
function run(
  device: Device,
  record: (commands: ReturnType<Device['allocateCommandBuffers']>[0]) => void,
): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  commands.beginCommandBuffer({});
  record(commands);
  commands.endCommandBuffer();
  const queue = device.getDeviceQueue(0, 0);
  const fence = device.createFence({});
  queue.queueSubmit([{ pCommandBuffers: [commands] }], fence);
  device.waitForFences([fence], true, 10_000_000_000n);
  device.destroyFence(fence);
  device.destroyCommandPool(commandPool);
}

function boundBuffer(
  device: Device,
  usage: number,
  memory: (bits: number, size: bigint) => VkDeviceMemory,
  chain: object[] = [],
): [VkBuffer, VkDeviceMemory] {
  const buffer = device.createBuffer({ size: SIZE, usage, pNext: chain as never });
  const requirements = device.getBufferMemoryRequirements(buffer);
  const allocated = memory(requirements.memoryTypeBits, requirements.size);
  device.bindBufferMemory(buffer, allocated, 0);
  return [buffer, allocated];
}

describe('live: memory', () => {
  let live: Live;
  before(function () {
    live = openLive(this);
  });
  afterEach(() => {
    expect(live.messages.splice(0)).to.deep.equal([]);
  });
  after(() => live?.end());

  it('imports host memory, fills it on the device, copies it and reads it back', () => {
    const device = createDevice(live.gpu, ['VK_EXT_external_memory_host']);
    const [{ minImportedHostPointerAlignment: alignment }] = live.gpu.getPhysicalDeviceProperties2({
      pNext: [VkStructureType.PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT],
    }).pNext;
    const block = new Uint8Array(new SharedArrayBuffer(SIZE + Number(alignment)));
    const host = alignedWithin(device, block, alignment);
    const { memoryTypeBits } = device.getMemoryHostPointerPropertiesEXT(HandleType.HOST_ALLOCATION_EXT, host);
    expect(memoryTypeBits).to.be.greaterThan(0);

    const [source, sourceMemory] = boundBuffer(
      device,
      Usage.TRANSFER_DST | Usage.TRANSFER_SRC,
      (bits, size) =>
        device.allocateMemory({
          allocationSize: size,
          memoryTypeIndex: memoryType(device, bits & memoryTypeBits, 0),
          pNext: [
            {
              sType: VkStructureType.IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
              handleType: HandleType.HOST_ALLOCATION_EXT,
              pHostPointer: host,
            },
          ],
        }),
      [
        {
          sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
          handleTypes: HandleType.HOST_ALLOCATION_EXT,
        },
      ],
    );
    const [target, targetMemory] = boundBuffer(device, Usage.TRANSFER_DST, (bits, size) =>
      device.allocateMemory({
        allocationSize: size,
        memoryTypeIndex: memoryType(device, bits, Property.HOST_VISIBLE | Property.HOST_COHERENT),
      }),
    );
    run(device, commands => {
      commands.cmdFillBuffer(source, 0, SIZE, 0xcafe_f00d);
      commands.cmdPipelineBarrier(
        0x1000,
        0x1000,
        0,
        [{ srcAccessMask: 0x1000, dstAccessMask: 0x800 }],
        [],
        [],
      );
      commands.cmdCopyBuffer(source, target, [{ srcOffset: 0, dstOffset: 0, size: SIZE }]);
    });
    expect(new Uint32Array(host.buffer, host.byteOffset, 4)).to.deep.equal(
      new Uint32Array(4).fill(0xcafe_f00d),
    );
    const mapped = mapMemory(device, targetMemory, SIZE);
    expect(new Uint32Array(mapped.read().buffer)).to.deep.equal(new Uint32Array(SIZE / 4).fill(0xcafe_f00d));
    mapped.unmap();

    device.destroyBuffer(source);
    device.destroyBuffer(target);
    device.freeMemory(sourceMemory);
    device.freeMemory(targetMemory);
    device.destroyDevice();
  });

  it('exports memory as a file descriptor, imports it again, and both see the same bytes', function () {
    if (process.platform !== 'linux') return skipHere(this, 'only Linux shares memory by file descriptors');
    const device = createDevice(live.gpu, ['VK_KHR_external_memory_fd']);
    // What an exportable buffer may lie in and the host can see: not every type is both.
    const probe = device.createBuffer({
      size: SIZE,
      usage: Usage.TRANSFER_DST,
      pNext: [
        { sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes: HandleType.OPAQUE_FD },
      ],
    });
    const { memoryTypeBits, size } = device.getBufferMemoryRequirements(probe);
    device.destroyBuffer(probe);
    const memoryTypeIndex = memoryType(
      device,
      memoryTypeBits,
      Property.HOST_VISIBLE | Property.HOST_COHERENT,
    );
    const exported = device.allocateMemory({
      allocationSize: size,
      memoryTypeIndex,
      pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: HandleType.OPAQUE_FD }],
    });
    const fd = device.getMemoryFdKHR({ memory: exported, handleType: HandleType.OPAQUE_FD });
    expect(fd).to.be.at.least(0);
    const imported = device.allocateMemory({
      allocationSize: size,
      memoryTypeIndex,
      pNext: [{ sType: VkStructureType.IMPORT_MEMORY_FD_INFO_KHR, handleType: HandleType.OPAQUE_FD, fd }],
    });
    const [one, other] = [mapMemory(device, exported, SIZE), mapMemory(device, imported, SIZE)];
    one.write(Uint8Array.of(1, 2, 3), 100);
    expect([...other.read(100, 3)]).to.deep.equal([1, 2, 3]);
    one.unmap();
    other.unmap();
    device.freeMemory(imported);
    device.freeMemory(exported);
    device.destroyDevice();
  });

  it('hears the validation layer when a program is wrong: silence above means something', () => {
    const device = createDevice(live.gpu, []);
    // Sparse residency without sparse binding.
    const buffer = device.createBuffer({ size: 64, usage: Usage.TRANSFER_DST, flags: 2 });
    expect(live.messages.splice(0).join()).to.include('VUID-VkBufferCreateInfo-flags-009');
    device.destroyBuffer(buffer);
    device.destroyDevice();
  });

  it('asks for an opaque file descriptor in vain, before the driver sees it', function () {
    if (process.platform === 'win32') skipHere(this, 'Wine hides VK_KHR_external_memory_fd');
    const device = createDevice(live.gpu, ['VK_KHR_external_memory_fd']);
    expect(() => device.getMemoryFdPropertiesKHR(HandleType.OPAQUE_FD, 0)).to.throw(
      'VUID-vkGetMemoryFdPropertiesKHR-handleType-00674',
    );
    device.destroyDevice();
  });
});

/** The part of a block that begins at a multiple of `alignment`, found by asking whether it is aligned. */
function alignedWithin(
  device: Device,
  block: Uint8Array<SharedArrayBuffer>,
  alignment: bigint,
): Uint8Array<SharedArrayBuffer> {
  for (let offset = 0; offset < Number(alignment); offset += 8) {
    const part = block.subarray(offset, offset + SIZE);
    try {
      device.getMemoryHostPointerPropertiesEXT(HandleType.HOST_ALLOCATION_EXT, part);
      return part;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new Error('no part of the block is aligned');
}
