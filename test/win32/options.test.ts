// Wrong options of an import are refused with their path or rule, before the driver sees any of them.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  ValidUsageError,
  VkBufferUsageFlagBits,
  type VkImageCreateInfo,
  VkSampleCountFlagBits,
} from '../../src/index.ts';
import {
  canImport,
  duplicateHandle,
  type ImportMemoryOptions,
  type ImportTextureOptions,
  importMemoryWin32,
  importTextureWin32,
  keyedMutexInfo,
  releaseToExternal,
  sharedTextureOf,
} from '../../src/win32/index.ts';
import { d3d11, type Embedded, extent, openEmbedded, SIZE, texture } from './embedded.ts';
import { withoutWarnings } from './kernel.ts';

const buffer = { size: 4096, usage: VkBufferUsageFlagBits.TRANSFER_SRC };
const { D3D12_HEAP, OPAQUE_WIN32 } = HandleType;

describe('win32: options', () => {
  let embedded: Embedded;
  let handle: bigint;
  before(() => {
    embedded = openEmbedded();
    handle = embedded.driver.createExternalHandle(d3d11, { size: SIZE });
  });
  afterEach(() => {
    expect(embedded.leftovers(), 'objects that were not destroyed').to.deep.equal({});
  });
  after(() => {
    embedded.driver.closeExternalHandle(handle);
    embedded.end();
  });

  const importTexture = (more: object) => () =>
    withoutWarnings(() =>
      importTextureWin32(embedded.device, {
        ...{ ...texture, handleType: d3d11, handle, ...more },
      } as ImportTextureOptions),
    );
  const refused = (call: () => unknown, vuid: string, text: string) =>
    expect(call).to.throw(ValidUsageError, text).with.property('vuid', `VUID-${vuid}`);

  it('an image beyond what the driver has for its format is refused by the rule that it breaks', () => {
    const [wide, deep] = [1e6, 0xffff_ffff];
    for (const [more, vuid, text] of [
      [{ extent: { ...extent, width: wide } }, 'extent-02252', 'extent.width: expected at most 16384'],
      [{ extent: { ...extent, height: wide } }, 'extent-02253', 'extent.height: expected at most 16384'],
      [{ mipLevels: 99 }, 'mipLevels-02255', 'mipLevels: expected at most 15'],
      [{ mipLevels: deep }, 'mipLevels-02255', 'mipLevels: expected at most 15'],
      [
        { mipLevels: 6 },
        'mipLevels-00958',
        'mipLevels: expected at most 5, which is down to one pixel, got 6',
      ],
      [{ arrayLayers: 99999 }, 'arrayLayers-02256', 'arrayLayers: expected at most'],
    ] as const)
      refused(importTexture(more), `VkImageCreateInfo-${vuid}`, `importTextureWin32.${text}`);
  });

  it('so it is by canImport and importMemoryWin32, in depth and samples too', () => {
    const image: VkImageCreateInfo = {
      ...{ imageType: 1, ...texture, extent: { ...extent, depth: 1 }, mipLevels: 1, arrayLayers: 1 },
      samples: VkSampleCountFlagBits._1,
    };
    const [gpu] = embedded.gpus;
    expect(canImport(gpu, { image }, d3d11).importable).to.equal(true);
    for (const [more, vuid] of [
      [{ extent: { ...extent, depth: 2 } }, 'extent-02254'],
      [{ samples: VkSampleCountFlagBits._4 }, 'samples-02258'],
      [{ mipLevels: 99 }, 'mipLevels-02255'],
    ] as const) {
      const wrong = { ...image, ...more };
      refused(
        () => canImport(gpu, { image: wrong }, d3d11),
        `VkImageCreateInfo-${vuid}`,
        `canImport.image.${Object.keys(more)[0]}`,
      );
      refused(
        () => importMemoryWin32(embedded.device, { handleType: d3d11, handle, image: wrong }),
        `VkImageCreateInfo-${vuid}`,
        `importMemoryWin32.image.${Object.keys(more)[0]}`,
      );
    }
  });

  it('a memory type that the device does not have', () => {
    for (const memoryTypeIndex of [-1, 1.5, 5, 32, 4294967295, Number.NaN])
      refused(
        () =>
          importMemoryWin32(embedded.device, {
            ...{ handleType: OPAQUE_WIN32, handle, buffer, allocationSize: 4096 },
            memoryTypeIndex,
          }),
        'vkAllocateMemory-pAllocateInfo-01714',
        `importMemoryWin32.memoryTypeIndex: no such memory type: the device has 0 to 4, got ${memoryTypeIndex}`,
      );
  });

  it('an offset that is not aligned, or leaves no room in the heap', () => {
    const heap = embedded.driver.createExternalHandle(D3D12_HEAP, { size: 65536 });
    const importAt = (memoryOffset: number | bigint, allocationSize: number | bigint = 65536) => {
      const options = { handleType: D3D12_HEAP, handle: heap, buffer, allocationSize, memoryOffset };
      return () => importMemoryWin32(embedded.device, options)[Symbol.dispose]();
    };
    for (const good of [0, 8192, 65536n - 4096n]) importAt(good)();
    refused(importAt(1), 'vkBindBufferMemory-None-10739', 'memoryOffset: expected a multiple of');
    refused(importAt(65536), 'vkBindBufferMemory-None-10741', 'memoryOffset: expected at most 61440');
    refused(importAt(2n ** 63n), 'vkBindBufferMemory-None-10741', 'memoryOffset: expected at most 61440');
    refused(importAt(0, 1024), 'vkBindBufferMemory-None-10741', 'allocationSize: expected at least 4096');
    for (const wrong of [-1, -1n, 2n ** 64n]) expect(importAt(wrong)).to.throw(RangeError, 'memoryOffset');
    for (const wrong of [1.5, '0', {}])
      expect(importAt(wrong as number)).to.throw(
        TypeError,
        'importMemoryWin32.memoryOffset: expected a bigint or',
      );
    for (const wrong of [0, -4096, 2n ** 64n])
      expect(importAt(0, wrong)).to.throw(RangeError, 'allocationSize');
    expect(importAt(0, Number.NaN)).to.throw(
      TypeError,
      'importMemoryWin32.allocationSize: expected a bigint or',
    );
    embedded.driver.closeExternalHandle(heap);
  });

  it('objects that are none, and members that nobody knows', () => {
    for (const none of [null, 7, 'x', []])
      expect(importTexture({ extent: none })).to.throw(TypeError, 'importTextureWin32.extent');
    expect(importTexture({ extent: null })).to.throw(
      'importTextureWin32.extent: expected { width, height }, got null',
    );
    expect(importTexture({ extent: { ...extent, depth: 1 } })).to.throw(
      TypeError,
      'importTextureWin32.extent.depth: there is no such option; there are width, height',
    );
    expect(importTexture({ mipLevel: 1 })).to.throw(
      TypeError,
      'importTextureWin32.mipLevel: there is no such option',
    );
    expect(importTexture({ buffer })).to.throw(
      TypeError,
      'importTextureWin32.buffer: there is no such option',
    );
    for (const none of [null, undefined, 1])
      expect(() => importTextureWin32(embedded.device, none as never)).to.throw(
        TypeError,
        'importTextureWin32: expected { handle, name,',
      );
    for (const name of ['', null, 5])
      expect(importTexture({ handle: undefined, name })).to.throw(
        TypeError,
        `importTextureWin32.name: expected the name of a shared object, got ${JSON.stringify(name)}`,
      );
    const options = { handleType: d3d11, handle, buffer, closeAfter: true } as unknown as ImportMemoryOptions;
    expect(() => importMemoryWin32(embedded.device, options)).to.throw(
      TypeError,
      'importMemoryWin32.closeAfter',
    );
    for (const none of [null, {}, { image: null }, { image: {}, buffer }])
      expect(() => canImport(embedded.gpus[0], none as never, d3d11)).to.throw(
        TypeError,
        'canImport: expected either image or buffer',
      );
    expect(() => duplicateHandle(4, { process: 1 } as never)).to.throw(
      TypeError,
      'duplicateHandle.options.process',
    );
    expect(() => duplicateHandle(4, { fromProcess: 1.5 })).to.throw(
      TypeError,
      'duplicateHandle.options.fromProcess',
    );
    expect(() => keyedMutexInfo({ acquires: [] } as never)).to.throw(TypeError, 'keyedMutexInfo.acquires');
    expect(() => keyedMutexInfo({ acquire: [{ memory: 1n, key: 0, timeOut: 1 }] } as never)).to.throw(
      TypeError,
      'keyedMutexInfo.acquire[0].timeOut',
    );
    expect(() => releaseToExternal(1n as never, { queueFamily: 1 } as never)).to.throw(
      TypeError,
      'releaseToExternal.use.queueFamily',
    );
  });

  it("takes sharedTextureOf's words as they are", () => {
    const ntHandle = Buffer.alloc(8);
    ntHandle.writeBigUInt64LE(handle);
    const shared = sharedTextureOf({ pixelFormat: 'bgra', codedSize: extent, handle: { ntHandle } });
    importTexture(shared)()[Symbol.dispose]();
  });
});
