// A textureInfo as Electron gives it, for each system.
import type { ElectronTextureInfo } from '../../src/shared-texture/index.ts';

export const bytes = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
};

export const codedSize = { width: 640, height: 480 };
const colorSpace = { primaries: 'bt709', transfer: 'srgb', matrix: 'rgb', range: 'full' };

/** With all that a `paint` event says beside. */
export const ofSystem = (handle: ElectronTextureInfo['handle']) => ({
  widgetType: 'frame',
  pixelFormat: 'bgra',
  codedSize,
  colorSpace,
  visibleRect: { x: 0, y: 0, ...codedSize },
  contentRect: { x: 0, y: 0, ...codedSize },
  timestamp: 1000,
  metadata: { frameCount: 1 },
  handle,
});

export const plane = { fd: 21, stride: 2560, offset: 0, size: 2560 * 480 };
export const onWindows = ofSystem({ ntHandle: bytes(0x1a4n) });
export const onMacOS = ofSystem({ ioSurface: bytes(0x6000_0123_4560n) });
export const onLinux = ofSystem({
  nativePixmap: { planes: [plane], modifier: '216172782120099861', supportsZeroCopyWebGpuImport: false },
} as ElectronTextureInfo['handle']);
