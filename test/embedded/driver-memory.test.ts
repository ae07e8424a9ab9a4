// In: handles made outside Vulkan, by Vulkan, and host pointers.
// Out: whether what they refer to is really one memory, and whether the driver's rules about importing hold.
import { expect } from 'chai';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkBufferUsageFlagBits,
  type VkDeviceMemory,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  type VkMemoryAllocateInfo,
  VkResult,
  VkSampleCountFlagBits,
  VkStructureType,
  VulkanError,
} from '../../src/index.ts';
import { addressOf } from '../../src/native.ts';
import { skipHere } from '../skip.ts';
import { hostBuffer, open, openDevice, raw, submit } from './driver-open.ts';

const EXTENSIONS = ['VK_KHR_external_memory_win32', 'VK_EXT_external_memory_host'];
const FD = 'VK_KHR_external_memory_fd';
const {
  D3D11_TEXTURE,
  D3D11_TEXTURE_KMT,
  D3D12_HEAP,
  D3D12_RESOURCE,
  DMA_BUF_EXT,
  HOST_ALLOCATION_EXT,
  OPAQUE_FD,
  OPAQUE_WIN32,
  OPAQUE_WIN32_KMT,
} = HandleType;

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof VulkanError) return error.code;
    throw error;
  }
  return 'VK_SUCCESS';
};

const importing = (handleType: HandleType, handle: bigint) => ({
  sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR,
  handleType,
  handle,
});

/** A buffer of 4096 bytes that external memory may be bound to. */
const externalBuffer = (device: Device, handleTypes: number) =>
  device.createBuffer({
    size: 4096,
    usage: VkBufferUsageFlagBits.TRANSFER_SRC,
    sharingMode: 0,
    pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_BUFFER_CREATE_INFO, handleTypes }],
  });

/** An image of 16 x 16 RGBA texels. */
const externalImage = (device: Device, handleTypes: number) =>
  device.createImage({
    imageType: VkImageType._2D,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width: 16, height: 16, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: VkImageUsageFlagBits.TRANSFER_SRC | VkImageUsageFlagBits.SAMPLED,
    sharingMode: 0,
    initialLayout: VkImageLayout.UNDEFINED,
    pNext: [{ sType: VkStructureType.EXTERNAL_MEMORY_IMAGE_CREATE_INFO, handleTypes }],
  });

const copyOut = (device: Device, queue: Parameters<typeof submit>[1], image: VkImage): Uint8Array => {
  const { buffer, memory } = hostBuffer(device, 16 * 16 * 4);
  submit(device, queue, commands =>
    commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, buffer, [
      {
        imageSubresource: { aspectMask: VkImageAspectFlagBits.COLOR, layerCount: 1 },
        imageExtent: { width: 16, height: 16, depth: 1 },
      },
    ]),
  );
  const mapped = mapMemory(device, memory, 16 * 16 * 4);
  const bytes = mapped.read();
  mapped.unmap();
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  return bytes;
};

const write = (device: Device, memory: VkDeviceMemory, bytes: number[]) => {
  const mapped = mapMemory(device, memory, 64);
  mapped.write(Uint8Array.from(bytes));
  mapped.unmap();
};
const read = (device: Device, memory: VkDeviceMemory, length: number) => {
  const mapped = mapMemory(device, memory, 64);
  const bytes = [...mapped.read(0, length)];
  mapped.unmap();
  return bytes;
};

describe('embedded driver: the query', () => {
  const opened = open({ physicalDevices: 2, deviceExtensions: EXTENSIONS });
  const { driver, device, gpus } = opened;
  after(() => opened.close());
  const query = (type: HandleType, handle: bigint) => device.getMemoryWin32HandlePropertiesKHR(type, handle);

  it('answers other bits for each handle type', () => {
    const types = [D3D11_TEXTURE, D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE];
    const bits = types.map(type => {
      const handle = driver.createExternalHandle(type, { size: 4096 });
      const { memoryTypeBits } = query(type, handle);
      for (const other of types.filter(t => t !== type))
        expect(codeOf(() => query(other, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
      driver.closeExternalHandle(handle);
      expect(codeOf(() => query(type, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
      return memoryTypeBits;
    });
    expect(bits).to.deep.equal([0b00011, 0b00010, 0b10110, 0b10010]);
  });

  it('knows no handle that nobody made, and none of the other physical device', () => {
    for (const handle of [0x8n, 0xdeadn, 0x4000_1002n, 0xffff_ffff_ffffn])
      expect(codeOf(() => query(D3D11_TEXTURE, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    const handle = driver.createExternalHandle(D3D11_TEXTURE, { size: 4096, physicalDevice: 1 });
    expect(codeOf(() => query(D3D11_TEXTURE, handle))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    const other = openDevice(gpus[1], EXTENSIONS);
    expect(other.getMemoryWin32HandlePropertiesKHR(D3D11_TEXTURE, handle).memoryTypeBits).to.equal(0b11);
    other.destroyDevice();
    driver.closeExternalHandle(handle);
  });

  it('gives handles that look like what they are', () => {
    const nt = driver.createExternalHandle(D3D11_TEXTURE, { size: 4096 });
    const kmt = driver.createExternalHandle(D3D11_TEXTURE_KMT, { size: 4096 });
    expect(nt % 4n === 0n && nt < 0x10_0000n, `0x${nt.toString(16)}`).to.equal(true);
    expect((kmt & 0xc000_0000n) !== 0n && (kmt & 0x3fn) === 2n, `0x${kmt.toString(16)}`).to.equal(true);
    driver.closeExternalHandle(nt);
    driver.closeExternalHandle(kmt);
    expect(() => driver.closeExternalHandle(kmt)).to.throw(RangeError, 'is closed');
  });

  it('makes nothing outside Vulkan that only Vulkan makes', () => {
    expect(() => driver.createExternalHandle(OPAQUE_WIN32, { size: 1 })).to.throw(
      RangeError,
      'outside Vulkan',
    );
    expect(() => driver.createExternalHandle(D3D11_TEXTURE, { size: 0 })).to.throw(
      RangeError,
      'a size in bytes',
    );
    expect(() => driver.createExternalHandle(D3D11_TEXTURE_KMT, { size: 1, name: 'x' })).to.throw(TypeError);
    expect(() => driver.createExternalHandle(D3D11_TEXTURE, { size: 1, physicalDevice: 2 })).to.throw(
      RangeError,
    );
  });

  it('answers for host pointers', () => {
    const command = 'vkGetMemoryHostPointerPropertiesEXT';
    const out = new Uint32Array(6);
    const ask = (pointer: bigint) =>
      raw(opened, command)(device.handle, HOST_ALLOCATION_EXT, pointer, addressOf(out));
    expect(ask(0x7000_0000n)).to.equal(VkResult.SUCCESS);
    expect(out[4]).to.equal(0b01100);
    expect(ask(0x7000_0010n)).to.equal(VkResult.ERROR_INVALID_EXTERNAL_HANDLE);
  });

  it('says 0 for opaque handles, as other drivers do where somebody asks', () => {
    const out = new Uint32Array(6).fill(7, 4);
    const query = raw(opened, 'vkGetMemoryWin32HandlePropertiesKHR');
    expect(query(device.handle, OPAQUE_WIN32, 4n, addressOf(out))).to.equal(VkResult.SUCCESS);
    expect(out[4]).to.equal(0);
  });
});

describe('embedded driver: import and export', () => {
  const opened = open({ deviceExtensions: EXTENSIONS });
  const { driver, gpu, device, queue } = opened;
  after(() => expect(opened.close()).to.deep.equal({}));
  const allocate = (info: VkMemoryAllocateInfo) => device.allocateMemory(info);

  it('shares the bytes of a D3D12 resource both ways, also after the handle is closed', () => {
    const handle = driver.createExternalHandle(D3D12_RESOURCE, { size: 4096 });
    const buffer = externalBuffer(device, D3D12_RESOURCE);
    const memory = allocate({
      allocationSize: 4096,
      memoryTypeIndex: 4,
      pNext: [
        importing(D3D12_RESOURCE, handle),
        { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, buffer },
      ],
    });
    device.bindBufferMemory(buffer, memory, 0);
    driver.writeExternal(handle, Uint8Array.of(1, 2, 3));
    expect(read(device, memory, 3)).to.deep.equal([1, 2, 3]);
    write(device, memory, [9, 8]);
    expect([...driver.readExternal(handle, 0, 3)]).to.deep.equal([9, 8, 3]);
    driver.closeExternalHandle(handle);
    expect(read(device, memory, 3)).to.deep.equal([9, 8, 3]);
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
  });

  it('copies the texels of a D3D11 texture', () => {
    const handle = driver.createExternalHandle(D3D11_TEXTURE, { size: 16 * 16 * 4 });
    const image = externalImage(device, D3D11_TEXTURE);
    const { pNext, memoryRequirements } = device.getImageMemoryRequirements2(
      { image },
      { pNext: [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] },
    );
    expect(pNext[0].requiresDedicatedAllocation).to.equal(true);
    expect(memoryRequirements.memoryTypeBits).to.equal(0b10011);
    const memory = allocate({
      allocationSize: memoryRequirements.size,
      memoryTypeIndex: 1,
      pNext: [
        importing(D3D11_TEXTURE, handle),
        { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, image },
      ],
    });
    device.bindImageMemory2([{ image, memory, memoryOffset: 0 }]);
    const texels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => i * 7);
    driver.writeExternal(handle, texels);
    expect(copyOut(device, queue, image)).to.deep.equal(texels);
    driver.closeExternalHandle(handle);
    device.destroyImage(image);
    device.freeMemory(memory);
  });

  it('refuses imports as strict drivers do', () => {
    const texture = driver.createExternalHandle(D3D11_TEXTURE, { size: 1024 });
    const small = driver.createExternalHandle(D3D11_TEXTURE, { size: 1000 });
    const heap = driver.createExternalHandle(D3D12_HEAP, { size: 8192 });
    const image = externalImage(device, D3D11_TEXTURE);
    const dedicated = { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, image };
    const attempt = (memoryTypeIndex: number, allocationSize: number, ...pNext: object[]) =>
      codeOf(() => allocate({ allocationSize, memoryTypeIndex, pNext: pNext as never }));
    const d3d11 = importing(D3D11_TEXTURE, texture);
    expect(attempt(1, 1024, d3d11), 'not dedicated').to.equal('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    expect(attempt(4, 1024, d3d11, dedicated), 'wrong type').to.equal('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    expect(attempt(1, 1024, importing(D3D11_TEXTURE, small), dedicated), 'too small').to.equal(
      'VK_ERROR_INVALID_EXTERNAL_HANDLE',
    );
    expect(attempt(1, 4096, importing(D3D12_HEAP, heap)), 'not the size of the heap').to.equal(
      'VK_ERROR_INVALID_EXTERNAL_HANDLE',
    );
    expect(attempt(1, 1024, importing(D3D11_TEXTURE, heap), dedicated), 'another type').to.equal(
      'VK_ERROR_INVALID_EXTERNAL_HANDLE',
    );
    expect(attempt(9, 1024), 'no such memory type').to.equal('VK_ERROR_VALIDATION_FAILED');
    expect(attempt(1, 2 ** 40), 'too large').to.equal('VK_ERROR_OUT_OF_DEVICE_MEMORY');
    device.freeMemory(
      allocate({ allocationSize: 8192, memoryTypeIndex: 1, pNext: [importing(D3D12_HEAP, heap)] }),
    );
    for (const handle of [texture, small, heap]) driver.closeExternalHandle(handle);
    device.destroyImage(image);
  });

  it('refuses to bind what does not fit', () => {
    const heap = driver.createExternalHandle(D3D12_HEAP, { size: 8192 });
    const imported = allocate({
      allocationSize: 8192,
      memoryTypeIndex: 2,
      pNext: [importing(D3D12_HEAP, heap)],
    });
    const plain = externalBuffer(device, 0);
    const buffer = externalBuffer(device, D3D12_HEAP);
    const image = externalImage(device, D3D11_TEXTURE);
    const refused = 'VK_ERROR_VALIDATION_FAILED';
    expect(
      codeOf(() => device.bindBufferMemory(plain, imported, 0)),
      'its handle types',
    ).to.equal(refused);
    expect(
      codeOf(() => device.bindBufferMemory(buffer, imported, 4352)),
      'past the end',
    ).to.equal(refused);
    expect(
      codeOf(() => device.bindBufferMemory(buffer, imported, 100)),
      'alignment',
    ).to.equal(refused);
    expect(
      codeOf(() => device.bindImageMemory(image, imported, 0)),
      'memory type',
    ).to.equal(refused);
    device.bindBufferMemory(buffer, imported, 4096);
    expect(
      codeOf(() => device.bindBufferMemory(buffer, imported, 0)),
      'twice',
    ).to.equal(refused);
    for (const made of [plain, buffer]) device.destroyBuffer(made);
    device.destroyImage(image);
    device.freeMemory(imported);
    driver.closeExternalHandle(heap);
  });

  for (const [name, handleType] of Object.entries({ OPAQUE_WIN32, OPAQUE_WIN32_KMT }))
    it(`exports and imports as ${name}: one memory`, () => {
      const info = { allocationSize: 4096, memoryTypeIndex: 2 };
      const exporter = allocate({
        ...info,
        pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: handleType }],
      });
      const handle = device.getMemoryWin32HandleKHR({ memory: exporter, handleType });
      expect(device.getMemoryWin32HandleKHR({ memory: exporter, handleType })).to.not.equal(handle);
      const chain = { pNext: [importing(handleType, handle)] };
      expect(codeOf(() => allocate({ ...info, memoryTypeIndex: 3, ...chain }))).to.equal(
        'VK_ERROR_INVALID_EXTERNAL_HANDLE',
      );
      const importer = allocate({ ...info, ...chain });
      write(device, exporter, [1, 2, 3, 4]);
      expect(read(device, importer, 4)).to.deep.equal([1, 2, 3, 4]);
      device.freeMemory(exporter);
      write(device, importer, [5]);
      expect(read(device, importer, 4)).to.deep.equal([5, 2, 3, 4]);
      device.freeMemory(importer);
      driver.closeExternalHandle(handle);
      expect(() => driver.closeExternalHandle(handle)).to.throw(RangeError, 'is closed');
      expect(codeOf(() => allocate({ ...info, ...chain }))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    });

  it('exports under a name', () => {
    const name = `koffi-vulkan ${process.pid} grüß`;
    const info = { allocationSize: 64, memoryTypeIndex: 2 };
    const exporter = allocate({
      ...info,
      pNext: [
        { sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: OPAQUE_WIN32 },
        { sType: VkStructureType.EXPORT_MEMORY_WIN32_HANDLE_INFO_KHR, dwAccess: 0x1000_0000, name },
      ],
    });
    const clash = {
      ...info,
      pNext: [
        { sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: OPAQUE_WIN32 },
        { sType: VkStructureType.EXPORT_MEMORY_WIN32_HANDLE_INFO_KHR, dwAccess: 0x1000_0000, name },
      ] as const,
    };
    expect(
      codeOf(() => allocate(clash)),
      'a name that is taken',
    ).to.equal('VK_ERROR_VALIDATION_FAILED');
    const named = (text: string) => ({
      ...info,
      pNext: [
        { sType: VkStructureType.IMPORT_MEMORY_WIN32_HANDLE_INFO_KHR, handleType: OPAQUE_WIN32, name: text },
      ] as const,
    });
    expect(codeOf(() => allocate(named('nobody')))).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
    const importer = allocate(named(name));
    write(device, exporter, [7]);
    expect(read(device, importer, 1)).to.deep.equal([7]);
    device.freeMemory(importer);
    device.freeMemory(exporter);
    expect(
      codeOf(() => allocate(named(name))),
      'gone with the last of it',
    ).to.equal('VK_ERROR_INVALID_EXTERNAL_HANDLE');
  });

  it('imports memory of the program itself', () => {
    const bytes = new Uint8Array(3 * 4096);
    const start = addressOf(bytes);
    const aligned = Math.ceil(start / 4096) * 4096;
    const memory = allocate({
      allocationSize: 4096,
      memoryTypeIndex: 2,
      pNext: [
        {
          sType: VkStructureType.IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
          handleType: HOST_ALLOCATION_EXT,
          pHostPointer: BigInt(aligned),
        },
      ],
    });
    write(device, memory, [42]);
    expect(bytes[aligned - start]).to.equal(42);
    device.freeMemory(memory);
  });

  it('maps only what is host visible, once, and within its size', () => {
    const local = allocate({ allocationSize: 64, memoryTypeIndex: 1 });
    const host = allocate({ allocationSize: 64, memoryTypeIndex: 2 });
    expect(codeOf(() => device.mapMemory(local, 0, 64))).to.equal('VK_ERROR_MEMORY_MAP_FAILED');
    expect(codeOf(() => device.mapMemory(host, 32, 64))).to.equal('VK_ERROR_VALIDATION_FAILED');
    device.mapMemory(host, 0, 2n ** 64n - 1n);
    expect(codeOf(() => device.mapMemory(host, 0, 64))).to.equal('VK_ERROR_MEMORY_MAP_FAILED');
    device.flushMappedMemoryRanges([{ memory: host, offset: 0, size: 64 }]);
    device.invalidateMappedMemoryRanges([{ memory: host, offset: 0, size: 64 }]);
    device.unmapMemory(host);
    expect(device.getDeviceMemoryCommitment(local)).to.equal(64n);
    device.freeMemory(local);
    device.freeMemory(host);
  });

  it('has heaps of finite size, which freeing gives back', () => {
    const size = 2 ** 29;
    const [first, second] = [1, 1].map(type => allocate({ allocationSize: size, memoryTypeIndex: type }));
    expect(codeOf(() => allocate({ allocationSize: 64, memoryTypeIndex: 4 }))).to.equal(
      'VK_ERROR_OUT_OF_DEVICE_MEMORY',
    );
    device.freeMemory(first);
    device.freeMemory(allocate({ allocationSize: 64, memoryTypeIndex: 4 }));
    device.freeMemory(second);
  });

  it('has file descriptors on Linux alone', function () {
    const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    expect(offered.includes(FD)).to.equal(process.platform === 'linux');
    if (process.platform !== 'linux') skipHere(this, 'the rest of it needs file descriptors');
    const other = openDevice(gpu, [FD, 'VK_EXT_external_memory_dma_buf']);
    const info = { allocationSize: 4096, memoryTypeIndex: 2 };
    const exporter = other.allocateMemory({
      ...info,
      pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: OPAQUE_FD }],
    });
    const fd = other.getMemoryFdKHR({ memory: exporter, handleType: OPAQUE_FD });
    const sType = VkStructureType.IMPORT_MEMORY_FD_INFO_KHR;
    const importer = other.allocateMemory({ ...info, pNext: [{ sType, handleType: OPAQUE_FD, fd }] });
    write(other, importer, [3, 1, 4]);
    expect(read(other, exporter, 3)).to.deep.equal([3, 1, 4]);
    expect(codeOf(() => other.getMemoryFdPropertiesKHR(DMA_BUF_EXT, 9999))).to.equal(
      'VK_ERROR_INVALID_EXTERNAL_HANDLE',
    );
    const dmaBuf = driver.createExternalHandle(DMA_BUF_EXT, { size: 4096 });
    expect(other.getMemoryFdPropertiesKHR(DMA_BUF_EXT, Number(dmaBuf)).memoryTypeBits).to.equal(0b11100);
    driver.closeExternalHandle(dmaBuf);
    other.freeMemory(importer);
    other.freeMemory(exporter);
    other.destroyDevice();
  });

  it('refuses the use of memory that was freed', () => {
    const { buffer, memory } = hostBuffer(device, 64);
    const victim = openDevice(gpu, []);
    const lost = hostBuffer(victim, 64);
    victim.freeMemory(lost.memory);
    expect(
      codeOf(() =>
        submit(victim, victim.getDeviceQueue(0, 0), commands =>
          commands.cmdFillBuffer(lost.buffer, 0, 64, 1),
        ),
      ),
    ).to.equal('VK_ERROR_VALIDATION_FAILED');
    victim.destroyBuffer(lost.buffer);
    victim.destroyDevice();
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
  });
});
