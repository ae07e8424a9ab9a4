// A textureInfo of Electron's is read for each system; an error names the path of anything that Electron would not give.
import { expect } from 'chai';
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkFormat,
  VkSamplerYcbcrModelConversion,
  VkSamplerYcbcrRange,
} from '../../src/index.ts';
import { type ElectronTextureInfo, sharedTextureOf } from '../../src/shared-texture/index.ts';
import { bytes, codedSize, ofSystem, onLinux, onMacOS, onWindows, plane } from './texture-info.ts';

const facts = {
  format: VkFormat.B8G8R8A8_UNORM,
  extent: codedSize,
  visible: { offset: { x: 0, y: 0 }, extent: codedSize },
  colorSpace: onWindows.colorSpace,
  ycbcr: undefined,
  keyedMutex: false,
};

describe('shared-texture: sharedTextureOf', () => {
  it('tells of Windows: handle type, keyed mutex, and the textureInfo, which holds the HANDLE', () => {
    expect(sharedTextureOf(onWindows)).to.deep.equal({
      system: 'win32',
      ...facts,
      handle: onWindows,
      handleType: HandleType.D3D11_TEXTURE,
    });
    expect(sharedTextureOf({ ...onWindows, pixelFormat: 'nv12' })).to.include({ keyedMutex: true });
  });

  it('tells of Linux: planes and the modifier as a number', () => {
    expect(sharedTextureOf(onLinux)).to.deep.equal({
      system: 'linux',
      ...facts,
      planes: [plane],
      modifier: 216172782120099861n,
    });
  });

  it('tells of macOS: the IOSurface', () => {
    expect(sharedTextureOf(onMacOS)).to.deep.equal({
      system: 'darwin',
      ...facts,
      ioSurface: onMacOS.handle?.ioSurface,
    });
  });

  it("tells each of Electron's pixel formats", () => {
    const formats = {
      bgra: VkFormat.B8G8R8A8_UNORM,
      rgba: VkFormat.R8G8B8A8_UNORM,
      rgbaf16: VkFormat.R16G16B16A16_SFLOAT,
      nv12: VkFormat.G8_B8R8_2PLANE_420_UNORM,
    };
    for (const [pixelFormat, format] of Object.entries(formats))
      expect(sharedTextureOf({ ...onLinux, pixelFormat }).format).to.equal(format);
  });

  it('tells how nv12 becomes RGB, where the colour space says it', () => {
    const colorSpace = { ...onLinux.colorSpace, matrix: 'bt2020-ncl', range: 'limited' };
    const nv12 = { ...onLinux, pixelFormat: 'nv12', colorSpace };
    expect(sharedTextureOf(nv12).ycbcr).to.deep.equal({
      ycbcrModel: VkSamplerYcbcrModelConversion.YCBCR_2020,
      ycbcrRange: VkSamplerYcbcrRange.ITU_NARROW,
    });
    for (const unknown of [{ matrix: 'invalid' }, { range: 'derived' }, { matrix: 'toString' }])
      expect(sharedTextureOf({ ...nv12, colorSpace: { ...colorSpace, ...unknown } }).ycbcr).to.equal(
        undefined,
      );
    expect(sharedTextureOf({ ...onLinux, colorSpace }).ycbcr, 'of bgra').to.equal(undefined);
  });

  it('takes what importSharedTexture of Electron takes: colour space and visible part left out', () => {
    const { pixelFormat, handle } = onWindows;
    expect(sharedTextureOf({ pixelFormat, codedSize, handle })).to.deep.include({
      visible: facts.visible,
      colorSpace: undefined,
    });
    const visibleRect = { x: 8, y: 4, width: 632, height: 476 };
    expect(sharedTextureOf({ ...onWindows, visibleRect }).visible).to.deep.equal({
      offset: { x: 8, y: 4 },
      extent: { width: 632, height: 476 },
    });
  });

  it('takes the older name of the handle, of the system that it runs on', () => {
    const older = { pixelFormat: 'bgra', codedSize, sharedTextureHandle: bytes(0x1a4n) };
    const system = process.platform === 'darwin' ? 'darwin' : 'win32';
    expect(sharedTextureOf(older).system).to.equal(system);
    expect(() => sharedTextureOf({ ...older, sharedTextureHandle: bytes(0n) })).to.throw(
      RangeError,
      'textureInfo.sharedTextureHandle: it is NULL',
    );
  });

  describe('names the path of what is wrong', () => {
    const pixmap = (change: object) =>
      ofSystem({ nativePixmap: { planes: [plane], modifier: '0', ...change } });
    const planes = (change: object) => pixmap({ planes: [plane, { ...plane, ...change }] });
    const inPixmap = 'textureInfo.handle.nativePixmap';
    const cases: [unknown, string][] = [
      [undefined, 'textureInfo: expected an object, got undefined'],
      [bytes(4n), 'textureInfo: expected an object, got a Uint8Array of 8 bytes'],
      [{}, 'textureInfo.pixelFormat: expected one of bgra, rgba, rgbaf16, nv12, got undefined'],
      [{ ...onLinux, pixelFormat: 'toString' }, 'rgbaf16, nv12, got "toString"'],
      [{ ...onLinux, codedSize: undefined }, 'textureInfo.codedSize: expected an object, got undefined'],
      [{ ...onLinux, codedSize: { width: 640 } }, 'codedSize.height: expected an integer, got undefined'],
      [
        { ...onLinux, codedSize: { width: 0, height: 1 } },
        'codedSize.width: expected 1 to 4294967295, got 0',
      ],
      [
        { ...onLinux, visibleRect: { ...onLinux.visibleRect, x: 1 } },
        'visibleRect.width: expected 0 to 639, got 640',
      ],
      [{ ...onLinux, handle: undefined }, 'textureInfo.handle: expected an object, got undefined'],
      [
        ofSystem({}),
        'textureInfo.handle: expected one of ntHandle (Windows), nativePixmap (Linux), ioSurface (macOS), got none',
      ],
      [ofSystem({ dmaBuf: 4 } as never), 'ioSurface (macOS), got dmaBuf'],
      [
        ofSystem({ ...onLinux.handle, ...onMacOS.handle }),
        'ioSurface (macOS), got nativePixmap and ioSurface',
      ],
      [ofSystem({ ntHandle: 420n } as never), 'handle.ntHandle: expected a Buffer of 8 bytes, got 420n'],
      [ofSystem({ ntHandle: Buffer.alloc(4) }), 'handle.ntHandle: expected 8 bytes, got 4'],
      [ofSystem({ ioSurface: Buffer.alloc(8) }), 'handle.ioSurface: it is NULL'],
      [ofSystem({ nativePixmap: 5 } as never), `${inPixmap}: expected an object, got 5`],
      [pixmap({ planes: [] }), `${inPixmap}.planes: expected an array of at least one plane, got an array`],
      [pixmap({ planes: new Array(1) }), `${inPixmap}.planes[0]: expected an object, got undefined`],
      [pixmap({ planes: [21] }), `${inPixmap}.planes[0]: expected an object, got 21`],
      [planes({ fd: '21' }), `${inPixmap}.planes[1].fd: expected a file descriptor, got "21"`],
      [planes({ fd: -1 }), `${inPixmap}.planes[1].fd: expected 0 to 2147483647, got -1`],
      [planes({ stride: 0 }), `${inPixmap}.planes[1].stride: expected 1 to 4294967295, got 0`],
      [planes({ offset: 0.5 }), `${inPixmap}.planes[1].offset: expected an integer, got 0.5`],
      [planes({ size: undefined }), `${inPixmap}.planes[1].size: expected an integer, got undefined`],
      [pixmap({ modifier: 0 }), `${inPixmap}.modifier: expected a DRM format modifier in decimal digits`],
      [
        pixmap({ modifier: '0x10' }),
        `${inPixmap}.modifier: expected a DRM format modifier in decimal digits`,
      ],
      [pixmap({ modifier: String(2n ** 64n) }), `of 64 bits, got "18446744073709551616"`],
    ];
    for (const [textureInfo, message] of cases)
      it(message, () => {
        expect(() => sharedTextureOf(textureInfo as ElectronTextureInfo)).to.throw(message);
      });
  });
});
