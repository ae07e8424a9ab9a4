// The textureInfo of Electron's `paint` event, as far as it holds a HANDLE.

/** Electron's OffscreenSharedTexture.textureInfo: the members with the HANDLE. */
export interface TextureInfo {
  /** On Windows `ntHandle`, the 8 bytes of the texture's HANDLE. */
  readonly handle?: { readonly ntHandle?: Uint8Array };
  /** What older versions of Electron have instead of `handle.ntHandle`. */
  readonly sharedTextureHandle?: Uint8Array;
}

export const isElectronTextureInfo = (value: unknown): value is TextureInfo =>
  typeof value === 'object' && value !== null && ('handle' in value || 'sharedTextureHandle' in value);
