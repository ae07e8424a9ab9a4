// The types of Electron's textureInfo, as far as they matter here.

/** Where a plane of the texture lies in a dma-buf. */
export interface NativePixmapPlane {
  /** The dma-buf's file descriptor, which belongs to Electron. */
  readonly fd: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Offset of the plane's first byte. */
  readonly offset: number;
  /** Size of the plane in bytes. */
  readonly size: number;
}

/** The handle of the texture: one of these, depending on the system. */
export interface TextureHandle {
  /** On Windows: the 8 bytes of the texture's HANDLE. */
  readonly ntHandle?: Uint8Array;
  /** On Linux: the texture's planes, and its DRM format modifier in decimal digits. */
  readonly nativePixmap?: { readonly planes: readonly NativePixmapPlane[]; readonly modifier: string };
  /** On macOS: the 8 bytes of an IOSurfaceRef, an address in this process. */
  readonly ioSurface?: Uint8Array;
}

/** The texture's colour space, in Electron's terms. */
export interface ColorSpace {
  /** `'rgb'`, `'bt709'`, `'smpte170m'`, `'bt2020-ncl'`… */
  readonly matrix: string;
  /** `'bt709'`, `'bt2020'`, `'p3'`… */
  readonly primaries: string;
  /** `'limited'` or `'full'`. */
  readonly range: string;
  /** `'srgb'`, `'bt709'`, `'pq'`, `'linear'`… */
  readonly transfer: string;
}

/** Electron's OffscreenSharedTexture.textureInfo, or its SharedTextureImportTextureInfo. */
export interface ElectronTextureInfo {
  /** `'bgra'`, `'rgba'`, `'rgbaf16'` or `'nv12'`. */
  readonly pixelFormat: string;
  /** Size of the whole texture in pixels. */
  readonly codedSize: { readonly width: number; readonly height: number };
  /** The part of it that is the picture; by default all of it. */
  readonly visibleRect?: Rectangle;
  /** By default sRGB. */
  readonly colorSpace?: ColorSpace;
  /** The texture's handle. */
  readonly handle?: TextureHandle;
  /** What older versions of Electron have instead of `handle.ntHandle` and `handle.ioSurface`. */
  readonly sharedTextureHandle?: Uint8Array;
}

/** Part of a texture, in pixels. */
export interface Rectangle {
  /** Left edge. */
  readonly x: number;
  /** Top edge. */
  readonly y: number;
  /** Width. */
  readonly width: number;
  /** Height. */
  readonly height: number;
}

/** The part of Electron's textureInfo that holds the HANDLE on Windows. */
export type TextureInfo = Pick<ElectronTextureInfo, 'handle' | 'sharedTextureHandle'>;
