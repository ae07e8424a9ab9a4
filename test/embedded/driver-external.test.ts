// External handles refer to shared memory, whether they were made outside Vulkan or by Vulkan, and the driver's rules about
// importing them hold.
import { expect } from 'chai';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkBufferUsageFlagBits,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageUsageFlagBits,
  type VkMemoryAllocateInfo,
  VkStructureType,
} from '../../src/index.ts';
import { image2D } from '../image-2d.ts';
import { codeOf, hostBuffer, open, read, submit, write } from './driver-open.ts';

const EXTENSIONS = ['VK_KHR_external_memory_win32', 'VK_EXT_external_memory_host'];
const { D3D11_TEXTURE, D3D12_HEAP, D3D12_RESOURCE, OPAQUE_WIN32, OPAQUE_WIN32_KMT } = HandleType;

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
    ...image2D({ width: 16, height: 16 }, VkImageUsageFlagBits.TRANSFER_SRC | VkImageUsageFlagBits.SAMPLED),
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

describe('embedded driver: import and export', () => {
  const opened = open({ deviceExtensions: EXTENSIONS });
  const { driver, device, queue } = opened;
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
      expect(() => driver.closeExternalHandle(handle)).to.throw(RangeError, 'expected an open handle');
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
});
