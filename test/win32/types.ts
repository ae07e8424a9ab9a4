// The compiler refuses contradicting options of imports, and accepts Electron's. This file is compiled, never run
// (npm run typecheck).
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkFormat,
  type VkImage,
} from '../../src/index.ts';
import type { ElectronTextureInfo } from '../../src/shared-texture/index.ts';
import {
  importMemoryWin32,
  importTextureWin32,
  sharedTextureOf,
  type TextureInfo,
} from '../../src/win32/index.ts';

const handleType = HandleType.D3D11_TEXTURE;
const buffer = { size: 4096, usage: 1 };
const image = {
  extent: { width: 1, height: 1, depth: 1 },
  mipLevels: 1,
  arrayLayers: 1,
  samples: 1,
  usage: 1,
} as const;

export function imports(device: Device, textureInfo: TextureInfo, electrons: ElectronTextureInfo): VkImage {
  importMemoryWin32(device, { handleType, handle: Buffer.alloc(8), buffer });
  importMemoryWin32(device, { handleType, name: 'Local\\texture', image });
  // @ts-expect-error a handle or a name, not both
  importMemoryWin32(device, { handleType, handle: 4n, name: 'Local\\texture', image });
  // @ts-expect-error one of them
  importMemoryWin32(device, { handleType, image });
  // @ts-expect-error an image or a buffer, not both
  importMemoryWin32(device, { handleType, handle: 4n, image, buffer });
  // @ts-expect-error a name has nothing to close
  importMemoryWin32(device, { handleType, name: 'Local\\texture', image, closeAfterImport: true });
  // @ts-expect-error `allocationSze` is a typo
  importMemoryWin32(device, { handleType, handle: 4n, buffer, allocationSze: 4096 });
  // @ts-expect-error a texture has a format
  importTextureWin32(device, { handleType, handle: 4n, extent: { width: 1, height: 1 }, usage: 1 });
  const shared = sharedTextureOf(electrons);
  if (shared.system === 'win32') importTextureWin32(device, { ...shared, usage: 1 });
  // @ts-expect-error it may be of another system
  importTextureWin32(device, { ...shared, usage: 1 });
  using texture = importTextureWin32(device, {
    ...{ handleType, handle: textureInfo, usage: 1 },
    ...{ format: VkFormat.R8G8B8A8_UNORM, extent: { width: 1, height: 1 } },
  });
  texture.memoryTypeIndex satisfies number;
  return texture.image;
}
