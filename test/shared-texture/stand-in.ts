// Stands in for Electron's module in the process of the example: an app that is ready, and a window that paints frames as on
// Linux, each in a file in memory.
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { ElectronTextureInfo } from '../../src/shared-texture/index.ts';

type Paint = (event: { texture: { textureInfo: ElectronTextureInfo; release(): void } }) => void;

const [width, height] = [64, 48];
/** Rows have padding, as those of a GPU often have. */
const stride = width * 4 + 64;
const handlers: Paint[] = [];
let timer: NodeJS.Timeout | undefined;

export const app = {
  whenReady: async (): Promise<void> => {},
  quit: (): void => clearInterval(timer),
};

export class BrowserWindow {
  readonly webContents = { on: (_event: 'paint', handler: Paint): void => void handlers.push(handler) };

  async loadURL(): Promise<void> {
    timer = setInterval(paint, 1);
  }
}

/** Blue to the right, green downwards. */
function paint(): void {
  const name = `/dev/shm/koffi-vulkan-${process.pid}`;
  const fd = openSync(name, 'w+');
  unlinkSync(name);
  const bytes = new Uint8Array(Math.ceil((stride * height) / 4096) * 4096);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) bytes.set([x * 4, y * 5, 7, 255], y * stride + x * 4);
  writeSync(fd, bytes, 0, bytes.length, 0);
  const planes = [{ fd, stride, offset: 0, size: stride * height }];
  const handle = { nativePixmap: { planes, modifier: '0' } };
  const textureInfo = { pixelFormat: 'bgra', codedSize: { width, height }, handle };
  for (const handler of handlers) handler({ texture: { textureInfo, release: () => closeSync(fd) } });
}
