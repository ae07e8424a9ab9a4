// As much of Electron's types as the example uses: Electron is not installed here. Where it is, its own types take
// this place.
declare module 'electron' {
  import type { ElectronTextureInfo } from '../../src/shared-texture/index.ts';

  interface OffscreenSharedTexture {
    readonly textureInfo: ElectronTextureInfo;
    release(): void;
  }
  interface PaintEvent {
    readonly texture?: OffscreenSharedTexture;
  }
  export class BrowserWindow {
    constructor(options: {
      width?: number;
      height?: number;
      show: boolean;
      webPreferences: { offscreen: { useSharedTexture: boolean } };
    });
    readonly webContents: { on(event: 'paint', listener: (event: PaintEvent) => void): void };
    loadURL(url: string): Promise<void>;
  }
  export const app: { whenReady(): Promise<void>; quit(): void };
}
