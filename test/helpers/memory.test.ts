// Memory types that are chosen, and memory that is allocated and bound, on the embedded driver and on lavapipe.
import { closeSync } from 'node:fs';
import { expect } from 'chai';
import { allocateFor, chooseMemoryType, upload } from '../../src/helpers/index.ts';
import {
  VkBufferUsageFlagBits as Buffers,
  type Device,
  VkMemoryPropertyFlagBits as Property,
  VkExternalMemoryHandleTypeFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { open } from '../embedded/driver-open.ts';
import { createDevice, type Live, openLive } from '../live/harness.ts';

const TRANSFER = Buffers.TRANSFER_SRC | Buffers.TRANSFER_DST;

describe('memory types and allocations (embedded driver)', () => {
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

describe('memory types and allocations (lavapipe)', () => {
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
