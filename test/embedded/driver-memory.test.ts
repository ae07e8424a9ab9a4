// The embedded driver maps, shares and frees memory by its rules: the program's, its heaps' and that of file descriptors.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type VkMemoryAllocateInfo,
  VkStructureType,
} from '../../src/index.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { skipHere } from '../skip.ts';
import { codeOf, hostBuffer, open, openDevice, read, submit, write } from './driver-open.ts';

const EXTENSIONS = ['VK_KHR_external_memory_win32', 'VK_EXT_external_memory_host'];
const FD = 'VK_KHR_external_memory_fd';
const { DMA_BUF_EXT, HOST_ALLOCATION_EXT, OPAQUE_FD } = HandleType;

describe('embedded driver: memory', () => {
  const opened = open({ deviceExtensions: EXTENSIONS });
  const { driver, gpu, device } = opened;
  after(() => expect(opened.close()).to.deep.equal({}));
  const allocate = (info: VkMemoryAllocateInfo) => device.allocateMemory(info);

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
