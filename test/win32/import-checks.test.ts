// Imports that are wrong in one of nine ways are refused, or cause a warning, that says why, before the driver sees them.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  NotAvailableError,
  VkMemoryPropertyFlagBits as Property,
  ValidUsageError,
  VkResult,
} from '../../src/index.ts';
import {
  ImportFailedError,
  type ImportMemoryOptions,
  InvalidHandleError,
  importMemoryWin32,
  luidOf,
  NoMemoryTypeError,
  wineVersion,
} from '../../src/win32/index.ts';
import { skipHere } from '../skip.ts';
import { d3d11, type Embedded, embeddedSuite, MEMORY, openEmbedded } from './embedded.ts';

const QUERY = 'vkGetMemoryWin32HandlePropertiesKHR';
const { D3D11_TEXTURE_KMT } = HandleType;

describe('win32: the nine checks of an import', () => {
  let embedded: Embedded;
  embeddedSuite(opened => {
    embedded = opened;
  });

  const options = (more: object) =>
    ({ handleType: d3d11, handle: 0x1a4n, image: {}, ...more }) as unknown as ImportMemoryOptions;
  const vuidOf = (more: object) => {
    try {
      importMemoryWin32(embedded.device, options(more));
    } catch (error) {
      expect(error).to.be.instanceOf(ValidUsageError);
      return (error as ValidUsageError).vuid.replace(/^VUID-\w+-/, '');
    }
    return expect.fail('nothing was thrown');
  };

  it('1: one handle type, a handle or a name, no name for KMT', () => {
    expect(vuidOf({ handleType: 0x18 })).to.equal('handleType-00660');
    expect(vuidOf({ handleType: 1 })).to.equal('handleType-00660');
    expect(vuidOf({ name: 'a' })).to.equal('handle-01441');
    expect(vuidOf({ handle: undefined })).to.equal('handleType-00661');
    expect(vuidOf({ handleType: D3D11_TEXTURE_KMT, handle: undefined, name: 'a' })).to.equal(
      'handleType-01439',
    );
    for (const handle of [0n, -1n])
      expect(() => importMemoryWin32(embedded.device, options({ handle }))).to.throw(InvalidHandleError);
  });

  it('2: a HANDLE in every form; a KMT-looking one of an NT type is a warning where no kernel knows better', () => {
    embedded.withHandle(d3d11, handle => {
      const ntHandle = Buffer.alloc(8);
      ntHandle.writeBigUInt64LE(handle);
      for (const form of [Number(handle), ntHandle, { handle: { ntHandle } }])
        embedded.importTexture(form as never)[Symbol.dispose]();
    });
    if (process.platform === 'win32') return;
    embedded.driver.override(QUERY, () => ({ memoryTypeBits: 0 }));
    expect(() => embedded.importTexture(0x4000_0042n)).to.throw(NoMemoryTypeError);
  });

  it('3: the extension that is missing', () => {
    const without = openEmbedded([]);
    expect(() => importMemoryWin32(without.device, options({}))).to.throw(NotAvailableError, MEMORY);
    without.end();
  });

  it('4: unwritten bits: the image alone tells, with a warning', () => {
    embedded.driver.override(QUERY, () => undefined);
    embedded.withHandle(d3d11, handle => {
      const imported = embedded.importTexture(handle);
      expect(imported.masks).to.include({ handle: undefined, usable: 0b10011 });
      expect(imported.warnings.join()).to.include('wrote no memoryTypeBits');
      imported[Symbol.dispose]();
    });
  });

  it('5: bits beyond the count are left out, with a warning', () => {
    embedded.driver.override(QUERY, () => ({ memoryTypeBits: 0xffff }));
    embedded.withHandle(d3d11, handle => {
      const imported = embedded.importTexture(handle);
      expect(imported.masks).to.include({ handle: 0b11111, usable: 0b10011 });
      expect(imported.warnings.join()).to.include('0xffe0');
      imported[Symbol.dispose]();
    });
  });

  it('6: nothing in common is an error with all masks and both LUIDs; falling back must be asked for', () => {
    for (const bits of [0, 0b01100]) {
      embedded.driver.override(QUERY, () => ({ memoryTypeBits: bits }));
      embedded.withHandle(d3d11, handle => {
        const adapterLuid = luidOf(embedded.device.physicalDevice)!;
        expect(() => embedded.importTexture(handle, { adapterLuid }))
          .to.throw(NoMemoryTypeError, 'no memory type suits both')
          .that.deep.includes({
            masks: { handle: bits, resource: 0b10011, device: 0b11111, usable: 0 },
            deviceLuid: adapterLuid,
            adapterLuid,
          });
        const imported = embedded.importTexture(handle, { fallBackToResource: true });
        expect(imported.masks.usable).to.equal(0b10011);
        expect(imported.warnings.join()).to.include('were ignored');
        imported[Symbol.dispose]();
      });
    }
  });

  it("6: Wine's bits lead to the image's types, with a warning (under Wine)", function () {
    if (wineVersion() === undefined) skipHere(this, 'this is not Wine');
    embedded.driver.override(QUERY, () => ({ memoryTypeBits: 0x6a }));
    embedded.withHandle(d3d11, handle => {
      const imported = embedded.importTexture(handle);
      expect(imported.masks).to.include({ handle: undefined, usable: 0b10011 });
      expect(imported.warnings.join()).to.include('handle-type bits');
      imported[Symbol.dispose]();
    });
  });

  it('7: DEVICE_LOCAL if nothing else is preferred; a type without properties never while others remain', () => {
    for (const [bits, preferred, index] of [
      [0b11111, undefined, 1],
      [0b00001, undefined, 0],
      [0b10001, undefined, 4],
      [0b11111, Property.HOST_VISIBLE, 4],
    ] as const) {
      embedded.driver.override(QUERY, () => ({ memoryTypeBits: bits }));
      // The driver does not take another type than its own; only the choice matters here.
      let chosen = -1;
      embedded.driver.override('vkAllocateMemory', (_real, _device, info) => {
        chosen = info.memoryTypeIndex;
        throw Object.assign(new Error(), { result: VkResult.ERROR_TOO_MANY_OBJECTS });
      });
      embedded.withHandle(d3d11, handle => {
        expect(() => embedded.importTexture(handle, { preferred })).to.throw('VK_ERROR_TOO_MANY_OBJECTS');
      });
      expect(chosen).to.equal(index);
    }
  });

  it('8: errors say what they mean for an import', () => {
    const { fail } = embedded.driver;
    const { ERROR_INVALID_EXTERNAL_HANDLE, ERROR_OUT_OF_DEVICE_MEMORY, ERROR_OUT_OF_HOST_MEMORY } = VkResult;
    embedded.withHandle(d3d11, handle => {
      for (const command of [QUERY, 'vkAllocateMemory']) {
        fail.call(embedded.driver, command, ERROR_INVALID_EXTERNAL_HANDLE);
        expect(() => embedded.importTexture(handle))
          .to.throw(InvalidHandleError, `${command} returned VK_ERROR_INVALID_EXTERNAL_HANDLE`)
          .with.property('causes')
          // The embedded driver's textures are sections on Windows, which no adapter made.
          .that.satisfies((causes: string[]) =>
            causes
              .join()
              .includes(process.platform === 'win32' ? 'the handle of a Section' : 'another adapter'),
          );
      }
      fail.call(embedded.driver, 'vkAllocateMemory', ERROR_OUT_OF_DEVICE_MEMORY);
      expect(() => embedded.importTexture(handle))
        .to.throw(ImportFailedError, 'vkAllocateMemory: VK_ERROR_OUT_OF_DEVICE_MEMORY; likely')
        .that.includes({ code: 'VK_ERROR_OUT_OF_DEVICE_MEMORY' })
        .with.property('masks')
        .that.includes({ usable: 0b11 });
      fail.call(embedded.driver, 'vkAllocateMemory', ERROR_OUT_OF_HOST_MEMORY);
      const cause =
        wineVersion() === undefined ? 'out of memory' : 'returns this code whatever is wrong with an import';
      expect(() => embedded.importTexture(handle)).to.throw(ImportFailedError, cause);
    });
  });

  it('9: only NT handles are closed or duplicated', () => {
    embedded.withHandle(D3D11_TEXTURE_KMT, handle => {
      for (const more of [{ closeAfterImport: true }, { duplicate: true }])
        expect(() => embedded.importTexture(handle, { ...more, handleType: D3D11_TEXTURE_KMT })).to.throw(
          InvalidHandleError,
          'cannot be duplicated or closed',
        );
    });
    expect(() =>
      importMemoryWin32(embedded.device, options({ handle: undefined, name: 'a', duplicate: true })),
    ).to.throw(TypeError, 'no handle to duplicate or to close');
  });
});
