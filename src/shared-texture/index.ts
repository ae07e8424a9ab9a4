// koffi-vulkan/shared-texture: a texture that Electron shares, as a VkImage, by one call on Windows, Linux and macOS.
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
