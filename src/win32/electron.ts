// The textureInfo that Electron's offscreen rendering gives with each `paint` event: a HANDLE is in it.

/** Electron's OffscreenSharedTexture.textureInfo, as much of it as says the HANDLE. */
export interface TextureInfo {
  /** On Windows `ntHandle`, the 8 bytes of the texture's HANDLE. */
  readonly handle?: { readonly ntHandle?: Uint8Array };
  /** What Electron called it before `handle.ntHandle`. */
  readonly sharedTextureHandle?: Uint8Array;
}

export const isElectronTextureInfo = (value: unknown): value is TextureInfo =>
  typeof value === 'object' && value !== null && ('handle' in value || 'sharedTextureHandle' in value);
