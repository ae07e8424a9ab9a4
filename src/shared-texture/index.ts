// koffi-vulkan/shared-texture: Electron's shared textures as VkImages, by one call on Windows, Linux and macOS.
//
//   import { importSharedTexture } from 'koffi-vulkan/shared-texture';
//
//   using imported = importSharedTexture(device, event.texture.textureInfo, {
//     usage: VkImageUsageFlagBits.TRANSFER_SRC,
//   });

export {
  type SharedTexture,
  type SharedTextureLinux,
  type SharedTextureMacOS,
  type SharedTextureWin32,
  sharedTextureOf,
  type Ycbcr,
} from '../external/shared-texture-of.ts';
export type {
  ColorSpace,
  ElectronTextureInfo,
  NativePixmapPlane,
  Rectangle,
  TextureHandle,
} from '../external/texture-info.ts';
export { type CreatedSharedTexture, createSharedTexture } from './create-shared-texture.ts';
export { NotExportableError, type SharedTextureOptions } from './dma-buf-texture.ts';
export {
  type ImportedSharedTexture,
  type ImportSharedTextureOptions,
  importSharedTexture,
} from './import-shared-texture.ts';
export { type ImportedIOSurface, type ImportIOSurfaceOptions, importIOSurface } from './io-surface.ts';
export type { SharedCommands, SharedResource, SharedTextureUse } from './shared-image.ts';
export {
  type ImportTextureInfo,
  type SharedHandle,
  type SharedPlanes,
  textureInfoOf,
} from './texture-info-of.ts';
export { sharedTextureWishes } from './wishes.ts';
