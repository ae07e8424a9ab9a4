// koffi-vulkan/shared-texture: a texture that Electron shares, as a VkImage, by one call on Windows, Linux and macOS.
//
//   import { importSharedTexture } from 'koffi-vulkan/shared-texture';
//
//   using imported = importSharedTexture(device, event.texture.textureInfo, {
//     usage: VkImageUsageFlagBits.TRANSFER_SRC,
//   });
export {
  type ImportedSharedTexture,
  type ImportSharedTextureOptions,
  importSharedTexture,
  type SharedTextureUse,
} from './import-shared-texture.ts';
export { type ImportedIOSurface, type ImportIOSurfaceOptions, importIOSurface } from './io-surface.ts';
export {
  type SharedTexture,
  type SharedTextureLinux,
  type SharedTextureMacOS,
  type SharedTextureWin32,
  sharedTextureOf,
  type Ycbcr,
} from './shared-texture-of.ts';
export type {
  ColorSpace,
  ElectronTextureInfo,
  NativePixmapPlane,
  Rectangle,
  TextureHandle,
} from './texture-info.ts';
export { sharedTextureWishes } from './wishes.ts';
