// JavaScript's memory whose address Vulkan keeps cannot be taken away, is as large as the import, and lives as long.
import { expect } from 'chai';
import {
  type Device,
  ValidUsageError,
  VkExternalMemoryHandleTypeFlagBits,
  type VkMemoryAllocateInfo,
  VkStructureType,
} from '../../src/index.ts';
import { structEncoder } from '../../src/marshal/encode.ts';
import { addressOf } from '../../src/native/koffi.ts';
import { registry } from '../../src/registry/registry.ts';
import { open } from '../embedded/driver-open.ts';
import { encoded } from '../embedded/encoded.ts';

import { churn } from './churn.ts';

describe('host memory that is imported', () => {
  const PAGE = 4096;

  /** A page of memory that nobody else knows. */
  function page(): Uint8Array<SharedArrayBuffer> {
    const bytes = new Uint8Array(new SharedArrayBuffer(2 * PAGE));
    return bytes.subarray(PAGE - (addressOf(bytes) % PAGE)).subarray(0, PAGE);
  }

  const importing = (device: Device, pHostPointer: Uint8Array<SharedArrayBuffer>, allocationSize: number) => {
    const handleType = VkExternalMemoryHandleTypeFlagBits.HOST_ALLOCATION_EXT;
    const { memoryTypeBits } = device.getMemoryHostPointerPropertiesEXT(handleType, pHostPointer);
    return {
      allocationSize,
      memoryTypeIndex: 31 - Math.clz32(memoryTypeBits),
      pNext: [{ sType: VkStructureType.IMPORT_MEMORY_HOST_POINTER_INFO_EXT, handleType, pHostPointer }],
    } as const;
  };

  it('is none that a script can take away: that is refused, whatever lies ahead of it in the chain', () => {
    const { device, close } = open({
      instanceExtensions: ['VK_KHR_external_memory_capabilities'],
      deviceExtensions: ['VK_EXT_external_memory_host', 'VK_KHR_external_memory_win32'],
    });
    for (const bytes of [new Uint8Array(PAGE), new ArrayBuffer(PAGE), Buffer.alloc(PAGE)])
      expect(() => device.allocateMemory(importing(device, bytes as never, PAGE))).to.throw(
        TypeError,
        /pHostPointer: expected an address \(bigint\) or bytes of a SharedArrayBuffer/,
      );
    const { pNext, ...info } = importing(device, page(), 2 * PAGE);
    const decoy = {
      sType: VkStructureType.EXPORT_MEMORY_WIN32_HANDLE_INFO_KHR,
      pAttributes: new Uint8Array(4 * PAGE),
      dwAccess: 0,
      name: 'decoy',
    };
    expect(() => device.allocateMemory({ ...info, pNext: [decoy, ...pNext] })).to.throw(
      ValidUsageError,
      /expected at most the 4096 bytes of pHostPointer/,
    );
    // Memory that was mapped over would not be JavaScript's any more.
    const row = registry.struct('VkMemoryMapPlacedInfoEXT');
    expect(encoded(structEncoder(row), row, device.scope, { pPlacedAddress: page() })).to.match(
      /^TypeError: .*pPlacedAddress: expected an address \(bigint\)/,
    );
    close();
  });

  for (const form of ['sync', 'promise'])
    it(`is as large as its array, and lives as long as Vulkan has it (${form} form)`, async () => {
      const { device, close } = open({ deviceExtensions: ['VK_EXT_external_memory_host'] });
      const allocate = async (info: VkMemoryAllocateInfo) =>
        form === 'sync' ? device.allocateMemory(info) : device.async.allocateMemory(info);
      const refused = await allocate(importing(device, page(), 2 * PAGE)).catch((error: Error) => error);
      expect(refused)
        .to.be.instanceOf(ValidUsageError)
        .with.property('message')
        .that.includes(
          'vkAllocateMemory.pAllocateInfo.allocationSize: expected at most the 4096 bytes of pHostPointer',
        );
      const importPage = async () => {
        const mine = page();
        return { memory: await allocate(importing(device, mine, PAGE)), reference: new WeakRef(mine) };
      };
      const { memory, reference } = await importPage();
      const collect = async () => {
        await new Promise(resolve => setImmediate(resolve));
        churn();
      };
      await collect();
      expect(reference.deref()).not.to.equal(undefined);
      device.freeMemory(memory);
      await collect();
      expect(reference.deref()).to.equal(undefined);
      close();
    });
});
