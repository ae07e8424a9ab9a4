// Textures, heaps and resources from outside Vulkan are imported with their bytes, on the embedded driver; what cannot be
// imported is refused with a reason, and leaves nothing behind.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  ValidUsageError,
  VkBufferUsageFlagBits,
  VkImageLayout,
  VkResult,
  VkStructureType,
} from '../../src/index.ts';
import {
  canImport,
  type ImportMemoryOptions,
  InvalidHandleError,
  importableHandleTypes,
  importMemoryWin32,
  importTextureWin32,
  NotImportableError,
} from '../../src/win32/index.ts';
import { d3d11, type Embedded, embeddedSuite, extent, openEmbedded, SIZE, texture } from './embedded.ts';
import { printCost } from './import-cost.ts';

const QUERY = 'vkGetMemoryWin32HandlePropertiesKHR';
const buffer = { size: 4096, usage: VkBufferUsageFlagBits.TRANSFER_SRC };
const isWindows = process.platform === 'win32';
const { D3D11_TEXTURE_KMT, D3D12_HEAP, D3D12_RESOURCE, OPAQUE_WIN32 } = HandleType;

describe('win32: importing', () => {
  let embedded: Embedded;
  embeddedSuite(opened => {
    embedded = opened;
  });

  it('imports a D3D11 texture: dedicated, as a type that handle, image and device agree on', () => {
    embedded.withHandle(d3d11, handle => {
      const imported = embedded.importTexture(handle);
      expect(imported).to.include({ memoryTypeIndex: 1, dedicated: true, buffer: undefined });
      expect(imported.masks).to.deep.equal({
        handle: 0b00011,
        resource: 0b10011,
        device: 0b11111,
        usable: 0b00011,
      });
      expect(imported.warnings).to.deep.equal([]);
      expect(imported.image).to.be.a('bigint');
      imported[Symbol.dispose]();
      imported[Symbol.dispose]();
    });
  });

  // Elsewhere the benchmark says it: with real NT handles there are questions to the kernel too.
  if (isWindows)
    it('says what an import costs beside its bare commands', () => {
      const size = 64 * 64 * 4;
      embedded.withHandle(d3d11, handle => printCost('embedded driver', embedded.device, handle), size);
    });

  it('imports a KMT handle, a D3D12 resource as image and as buffer', () => {
    embedded.withHandle(D3D11_TEXTURE_KMT, handle => {
      const imported = embedded.importTexture(handle, { handleType: D3D11_TEXTURE_KMT });
      expect(imported.dedicated).to.equal(true);
      imported[Symbol.dispose]();
    });
    embedded.withHandle(D3D12_RESOURCE, handle => {
      const imported = embedded.importTexture(handle, { handleType: D3D12_RESOURCE });
      expect(imported).to.include({ memoryTypeIndex: 1, dedicated: true });
      imported[Symbol.dispose]();
    });
    embedded.withHandle(
      D3D12_RESOURCE,
      handle => {
        const imported = importMemoryWin32(embedded.device, { handleType: D3D12_RESOURCE, handle, buffer });
        expect(imported).to.include({ dedicated: true, image: undefined });
        imported[Symbol.dispose]();
      },
      4096,
    );
  });

  it('imports a D3D12 heap: its size, not dedicated, at an offset; both sides see the same bytes', () => {
    embedded.withHandle(
      D3D12_HEAP,
      handle => {
        const options = { handleType: D3D12_HEAP, handle, buffer, allocationSize: 65536, memoryOffset: 8192 };
        const imported = importMemoryWin32(embedded.device, { ...options, preferred: Property.HOST_VISIBLE });
        expect(imported).to.include({ dedicated: false, allocationSize: 65536n, memoryTypeIndex: 2 });
        embedded.driver.writeExternal(handle, Uint8Array.of(1, 2, 3), 8192);
        const mapped = mapMemory(embedded.device, imported.memory, 65536);
        expect([...mapped.read(8192, 3)]).to.deep.equal([1, 2, 3]);
        mapped.write(Uint8Array.of(9), 8193);
        expect([...embedded.driver.readExternal(handle, 8192, 3)]).to.deep.equal([1, 9, 3]);
        mapped.unmap();
        imported[Symbol.dispose]();
      },
      65536,
    );
  });

  it('imports what Vulkan exported, with its size and memory type', () => {
    const { device } = embedded;
    const exported = device.allocateMemory({
      allocationSize: 4096,
      memoryTypeIndex: 2,
      pNext: [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: OPAQUE_WIN32 }],
    });
    const handle = device.getMemoryWin32HandleKHR({ memory: exported, handleType: OPAQUE_WIN32 })!;
    const options = { handleType: OPAQUE_WIN32, handle, buffer, allocationSize: 4096, memoryTypeIndex: 2 };
    const imported = importMemoryWin32(device, {
      ...options,
      closeAfterImport: process.platform === 'win32',
    });
    expect(imported.masks).to.include({ handle: 0b100, usable: 0b100 });
    const [one, other] = [exported, imported.memory].map(memory => mapMemory(device, memory, 4096));
    one.write(Uint8Array.of(5, 6), 7);
    expect([...other.read(7, 2)]).to.deep.equal([5, 6]);
    for (const mapped of [one, other]) mapped.unmap();
    imported[Symbol.dispose]();
    device.freeMemory(exported);
  });

  it('imports by name, and then the image alone tells the memory type', () => {
    const handle = embedded.driver.createExternalHandle(D3D12_RESOURCE, { size: SIZE, name: 'kv-test' });
    const options = { ...texture, handleType: D3D12_RESOURCE, name: 'kv-test' };
    const imported = importTextureWin32(embedded.device, options);
    expect(imported.masks).to.deep.equal({
      handle: undefined,
      resource: 0b10011,
      device: 0b11111,
      usable: 0b10011,
    });
    imported[Symbol.dispose]();
    embedded.driver.closeExternalHandle(handle);
  });

  it('disposes only of what is there still', () => {
    embedded.withHandle(d3d11, handle => {
      const imported = embedded.importTexture(handle);
      embedded.device.destroyImage(imported.image);
      imported[Symbol.dispose]();
    });
    const other = openEmbedded();
    const handle = other.driver.createExternalHandle(d3d11, { size: SIZE });
    const imported = importTextureWin32(other.device, { ...texture, handleType: d3d11, handle });
    other.device.destroyImage(imported.image);
    other.device.freeMemory(imported.memory);
    other.end();
    imported[Symbol.dispose]();
  });

  it('refuses sizes and types that do not belong to the handle type, and those that are missing', () => {
    const attempt = (more: object) => () =>
      importMemoryWin32(embedded.device, { handle: 0x1a4n, buffer, ...more } as ImportMemoryOptions);
    expect(attempt({ handleType: D3D12_HEAP })).to.throw(ValidUsageError, 'the size of the heap');
    expect(attempt({ handleType: OPAQUE_WIN32, allocationSize: 1 })).to.throw(
      ValidUsageError,
      'needs allocationSize and memoryTypeIndex',
    );
    for (const more of [{ allocationSize: 1 }, { memoryTypeIndex: 1 }, { memoryOffset: 0 }])
      expect(attempt({ handleType: D3D12_RESOURCE, ...more })).to.throw(TypeError, Object.keys(more)[0]);
    expect(attempt({ handleType: D3D12_RESOURCE, image: {} })).to.throw(TypeError, 'either image or buffer');
    expect(attempt({ handleType: D3D12_RESOURCE, buffer: undefined })).to.throw(
      TypeError,
      'either image or buffer',
    );
  });

  it('refuses an initial layout other than UNDEFINED', () => {
    embedded.withHandle(d3d11, handle => {
      const image = { imageType: 1, ...texture, extent: { ...extent, depth: 1 }, samples: 1 } as const;
      const initialLayout = VkImageLayout.PREINITIALIZED;
      expect(() =>
        importMemoryWin32(embedded.device, {
          ...{ handleType: d3d11, handle },
          image: { ...image, mipLevels: 1, arrayLayers: 1, initialLayout },
        }),
      ).to.throw(ValidUsageError, 'VUID-VkImageCreateInfo-pNext-01443');
    });
  });

  it('says what can be imported, and what cannot with the types that can', () => {
    const [gpu] = embedded.gpus;
    expect(canImport(gpu, { buffer }, D3D12_HEAP)).to.deep.equal({
      importable: true,
      exportable: false,
      dedicatedOnly: false,
      compatibleHandleTypes: D3D12_HEAP,
    });
    expect(canImport(gpu, { buffer }, d3d11).importable).to.equal(false);
    embedded.withHandle(d3d11, handle => {
      expect(() => importMemoryWin32(embedded.device, { handleType: d3d11, handle, buffer }))
        .to.throw(
          NotImportableError,
          'cannot import VK_EXTERNAL_MEMORY_HANDLE_TYPE_D3D11_TEXTURE_BIT as a buffer',
        )
        .that.deep.includes({ handleType: d3d11, importable: importableHandleTypes(gpu, { buffer }) });
    });
  });

  it('advises an NT handle where KMT ones cannot be imported (Intel)', () => {
    const other = openEmbedded();
    const command = 'vkGetPhysicalDeviceImageFormatProperties2';
    other.driver.override(command, (real, gpu, info, ...rest) => {
      const asked = info.pNext.find((link: { handleType?: number }) => link.handleType !== undefined);
      if (asked?.handleType === D3D11_TEXTURE_KMT)
        throw Object.assign(new Error(), { result: VkResult.ERROR_FORMAT_NOT_SUPPORTED });
      return real(gpu, info, ...rest);
    });
    other.withHandle(D3D11_TEXTURE_KMT, handle => {
      expect(() => other.importTexture(handle, { handleType: D3D11_TEXTURE_KMT })).to.throw(
        NotImportableError,
        'D3D11_RESOURCE_MISC_SHARED_NTHANDLE',
      );
    });
    other.end();
  });

  it('leaves nothing behind wherever it fails', () => {
    const other = openEmbedded();
    other.withHandle(d3d11, handle => {
      for (const command of [
        'vkGetPhysicalDeviceImageFormatProperties2',
        'vkCreateImage',
        QUERY,
        'vkAllocateMemory',
        'vkBindImageMemory',
      ]) {
        other.driver.fail(command, VkResult.ERROR_UNKNOWN);
        expect(() => other.importTexture(handle), command).to.throw(`${command}: VK_ERROR_UNKNOWN`);
        expect(other.leftovers(), command).to.deep.equal({});
      }
    });
    other.end();
  });

  it('asks what never changes once: a second import makes the commands that it cannot do without', () => {
    const other = openEmbedded();
    const asked: string[] = [];
    const listen = (command: string) =>
      other.driver.override(command, (real, ...args) => {
        asked.push(command);
        return real(...args);
      });
    const needed = [
      'vkCreateImage',
      'vkGetImageMemoryRequirements',
      QUERY,
      'vkAllocateMemory',
      'vkBindImageMemory',
      'vkDestroyImage',
      'vkFreeMemory',
    ];
    const facts = [
      'vkGetPhysicalDeviceMemoryProperties',
      'vkGetPhysicalDeviceProperties2',
      'vkGetPhysicalDeviceImageFormatProperties2',
    ];
    for (const command of [...needed, ...facts]) listen(command);
    other.withHandle(d3d11, handle => {
      other.importTexture(handle)[Symbol.dispose]();
      asked.length = 0;
      other.importTexture(handle)[Symbol.dispose]();
      expect(asked.toSorted()).to.deep.equal(needed.toSorted());
    });
    // A handle that is gone is noticed all the same, and so is another description.
    expect(() => other.importTexture(0x7ffcn)).to.throw(InvalidHandleError);
    other.withHandle(d3d11, handle => {
      asked.length = 0;
      other.importTexture(handle, { usage: 1 })[Symbol.dispose]();
      expect(asked).to.include('vkGetPhysicalDeviceImageFormatProperties2');
    });
    other.end();
  });
});
