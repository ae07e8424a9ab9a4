// What Electron says of a texture that it shares: the textureInfo of a `paint` event, as much of it as matters here.

/** Bytes of a dma-buf in which a plane of the texture lies. */
export interface NativePixmapPlane {
  /** The dma-buf's file descriptor; it stays Electron's. */
  readonly fd: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** First byte of the plane. */
  readonly offset: number;
  /** Bytes of the plane. */
  readonly size: number;
}

/** The handle of the texture: one of these, by system. */
export interface TextureHandle {
  /** Windows: the 8 bytes of the texture's HANDLE. */
  readonly ntHandle?: Uint8Array;
  /** Linux: the texture's planes, and its DRM format modifier in decimal digits. */
  readonly nativePixmap?: { readonly planes: readonly NativePixmapPlane[]; readonly modifier: string };
  /** macOS: the 8 bytes of an IOSurfaceRef, an address in this process. */
  readonly ioSurface?: Uint8Array;
}

/** How the numbers in the texture are colours, in Electron's words. */
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
  /** Pixels of the whole texture. */
  readonly codedSize: { readonly width: number; readonly height: number };
  /** Which part of it is the picture; all of it without. */
  readonly visibleRect?: Rectangle;
  /** sRGB without. */
  readonly colorSpace?: ColorSpace;
  /** What stands for the texture. */
  readonly handle?: TextureHandle;
  /** What Electron called `handle.ntHandle` and `handle.ioSurface` before. */
  readonly sharedTextureHandle?: Uint8Array;
}

/** Part of a texture, in pixels. */
export interface Rectangle {
  /** From the left. */
  readonly x: number;
  /** From the top. */
  readonly y: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}
