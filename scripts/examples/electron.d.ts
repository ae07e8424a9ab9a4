// As much of Electron's types as the example uses: Electron is not installed here. Where it is, its own types take
// this place.
declare module 'electron' {
  import type { ElectronTextureInfo, ImportTextureInfo } from '../../src/shared-texture/index.ts';

  interface OffscreenSharedTexture {
    readonly textureInfo: ElectronTextureInfo;
    release(): void;
  }
  interface PaintEvent {
    readonly texture?: OffscreenSharedTexture;
  }
  interface WebFrameMain {
    readonly frameToken: string;
  }
  interface SharedTextureImported {
    release(): void;
  }
  export class BrowserWindow {
    constructor(options: {
      width?: number;
      height?: number;
      show?: boolean;
      webPreferences?: { offscreen: { useSharedTexture: boolean } };
    });
    readonly webContents: {
      readonly mainFrame: WebFrameMain;
      on(event: 'paint', listener: (event: PaintEvent) => void): void;
    };
    loadURL(url: string): Promise<void>;
  }
  export const sharedTexture: {
    importSharedTexture(options: {
      textureInfo: ImportTextureInfo;
      allReferencesReleased?: () => void;
    }): SharedTextureImported;
    sendSharedTexture(options: {
      frame: WebFrameMain;
      importedSharedTexture: SharedTextureImported;
    }): Promise<void>;
  };
  export const app: { whenReady(): Promise<void>; quit(): void };
}
