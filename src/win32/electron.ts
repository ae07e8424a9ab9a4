// The textureInfo of Electron's `paint` event, as far as it holds a HANDLE.

import { isRecord } from '../errors/bytes.ts';

/** Electron's OffscreenSharedTexture.textureInfo: the members with the HANDLE. */
export interface TextureInfo {
  /** On Windows `ntHandle`, the 8 bytes of the texture's HANDLE. */
  readonly handle?: { readonly ntHandle?: Uint8Array };
  /** What older versions of Electron have instead of `handle.ntHandle`. */
  readonly sharedTextureHandle?: Uint8Array;
}

/** Whether it has the members of a textureInfo, whatever they hold; an object of this library has a `handle` too. */
export function isElectronTextureInfo(value: unknown): value is TextureInfo {
  if (!isRecord(value)) return false;
  const { handle, sharedTextureHandle } = value;
  return sharedTextureHandle !== undefined || isRecord(handle);
}
