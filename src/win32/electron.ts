// What importTextureWin32 wants to know, from the textureInfo that Electron's offscreen rendering gives with each
// `paint` event.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';

/** Electron's OffscreenSharedTexture.textureInfo, as much of it as matters here. */
export interface TextureInfo {
  /** `'bgra'`, `'rgba'`, `'rgbaf16'` or `'nv12'`. */
  readonly pixelFormat?: string;
  /** Pixels of the whole texture. */
  readonly codedSize?: { readonly width: number; readonly height: number };
  /** On Windows `ntHandle`, the 8 bytes of the texture's HANDLE. */
  readonly handle?: { readonly ntHandle?: Uint8Array };
  /** What Electron called it before `handle.ntHandle`. */
  readonly sharedTextureHandle?: Uint8Array;
}

export const isElectronTextureInfo = (value: unknown): value is TextureInfo =>
  typeof value === 'object' && value !== null && ('handle' in value || 'sharedTextureHandle' in value);

const FORMATS: Record<string, { format: VkFormat; keyedMutex: boolean }> = {
  bgra: { format: VkFormat.B8G8R8A8_UNORM, keyedMutex: false },
  rgba: { format: VkFormat.R8G8B8A8_UNORM, keyedMutex: false },
  rgbaf16: { format: VkFormat.R16G16B16A16_SFLOAT, keyedMutex: false },
  nv12: { format: VkFormat.G8_B8R8_2PLANE_420_UNORM, keyedMutex: true },
};

/** What a textureInfo says of its texture. */
export interface SharedTexture {
  /** The textureInfo itself: it holds the handle. */
  readonly handle: TextureInfo;
  /** What kind of handle it is. */
  readonly handleType: typeof HandleType.D3D11_TEXTURE;
  /** Its pixel format, as Vulkan names it. */
  readonly format: VkFormat;
  /** Pixels of the whole texture. */
  readonly extent: Required<VkExtent2D>;
  /** Whether the texture has a keyed mutex: then each submit that uses it must acquire and release that. */
  readonly keyedMutex: boolean;
}

/**
 * Says what Electron's shared texture is, in the words of importTextureWin32.
 * @param textureInfo of the `paint` event's texture; valid until its `release()`, the handle stays Electron's
 * @returns handle type, format and extent, to be spread into the options, and whether there is a keyed mutex
 * @throws TypeError for a pixel format that Electron is not known to give
 * @see https://www.electronjs.org/docs/latest/api/structures/offscreen-shared-texture
 *
 * @example
 * const imported = importTextureWin32(device, {
 *   ...sharedTextureOf(texture.textureInfo),
 *   usage: VkImageUsageFlagBits.TRANSFER_SRC,
 * });
 */
export function sharedTextureOf(textureInfo: TextureInfo): SharedTexture {
  const { pixelFormat = '', codedSize } = textureInfo;
  const known = Object.hasOwn(FORMATS, pixelFormat) ? FORMATS[pixelFormat] : undefined;
  if (known === undefined)
    throw new TypeError(
      `textureInfo.pixelFormat: expected one of ${Object.keys(FORMATS).join(', ')}, got "${pixelFormat}"`,
    );
  if (codedSize === undefined) throw new TypeError('textureInfo.codedSize: expected { width, height }');
  const { width, height } = codedSize;
  return { handle: textureInfo, handleType: HandleType.D3D11_TEXTURE, extent: { width, height }, ...known };
}
