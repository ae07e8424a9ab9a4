// An IOSurface becomes a VkImage, on a driver that records what it is given, since no Mac is here.
import { expect } from 'chai';
import {
  NotAvailableError,
  VkFormat,
  VkImageLayout,
  VkImageUsageFlagBits,
  VkResult,
  VulkanError,
} from '../../src/index.ts';
import { importIOSurface } from '../../src/shared-texture/index.ts';
import { METAL_OBJECTS, metalDriver, withDevice } from './metal.ts';
import { bytes } from './texture-info.ts';

const options = {
  ioSurface: bytes(0x6000_0123_4560n),
  format: VkFormat.B8G8R8A8_UNORM,
  extent: { width: 64, height: 32 },
  usage: VkImageUsageFlagBits.TRANSFER_SRC,
};

describe('shared-texture: importIOSurface', () => {
  let metal: ReturnType<typeof metalDriver>;
  beforeEach(() => {
    metal = metalDriver();
  });
  afterEach(() => metal.driver.dispose());

  it('makes an image over it, bound to memory, with its pixels in it', () =>
    withDevice(metal.driver, [METAL_OBJECTS], device => {
      for (const ioSurface of [options.ioSurface, 0x6000_0123_4560n]) {
        const imported = importIOSurface(device, { ...options, ioSurface });
        expect(imported.image).to.be.a('bigint');
        expect(device.getImageMemoryRequirements(imported.image).size).to.equal(64n * 32n * 4n);
        const { pNext, initialLayout } = metal.created.pop()!;
        expect(initialLayout).to.equal(VkImageLayout.PREINITIALIZED);
        expect(pNext).to.have.length(1);
        expect(pNext[0].ioSurface).to.equal(0x6000_0123_4560n);
        imported[Symbol.dispose]();
        imported[Symbol.dispose]();
      }
    }));

  it('says which extension to enable, and by which line', () =>
    withDevice(metal.driver, [], device =>
      expect(() => importIOSurface(device, options)).to.throw(
        NotAvailableError,
        `enable ${METAL_OBJECTS} on this device, by createDevice({ ..., ppEnabledExtensionNames: ['${METAL_OBJECTS}'] })`,
      ),
    ));

  it('refuses what is no IOSurfaceRef, and options that are not there, by their paths', () =>
    withDevice(metal.driver, [METAL_OBJECTS], device => {
      const cases: [object, string][] = [
        [
          { ioSurface: undefined },
          'importIOSurface.ioSurface: expected the 8 bytes of an IOSurfaceRef, or a bigint',
        ],
        [
          { ioSurface: Buffer.alloc(4) },
          'importIOSurface.ioSurface: expected the 8 bytes of an IOSurfaceRef, got 4',
        ],
        [{ ioSurface: Buffer.alloc(8) }, 'importIOSurface.ioSurface: it is NULL'],
        [{ ioSurface: 0n }, 'importIOSurface.ioSurface: it is NULL'],
        [{ ioSurface: -1n }, 'importIOSurface.ioSurface: expected an address of 64 bits, got -1'],
        [{ format: undefined }, 'importIOSurface.format: expected an integer, got undefined'],
        [{ format: VkFormat.UNDEFINED }, 'importIOSurface.format: expected 1 to 4294967295, got 0'],
        [{ extent: undefined }, 'importIOSurface.extent: expected { width, height }'],
        [{ extent: { width: 64 } }, 'importIOSurface.extent.height: expected an integer'],
        [{ usage: 0 }, 'importIOSurface.usage: expected 1 to'],
        [{ surface: 1n }, 'importIOSurface.surface: there is no such option'],
        [{ extent: { width: 65536, height: 1 } }, 'importIOSurface.extent.width: expected at most 16384'],
      ];
      for (const [change, message] of cases)
        expect(() => importIOSurface(device, { ...options, ...change }), message).to.throw(message);
      expect(metal.created).to.have.length(0);
    }));

  it('leaves nothing behind where a later step fails', () =>
    withDevice(metal.driver, [METAL_OBJECTS], device => {
      for (const command of ['vkCreateImage', 'vkAllocateMemory', 'vkBindImageMemory']) {
        metal.driver.fail(command, VkResult.ERROR_OUT_OF_DEVICE_MEMORY);
        expect(() => importIOSurface(device, options), command).to.throw(VulkanError, command);
      }
    }));
});
