// Renders a page off screen in Electron, imports each frame's shared texture into Vulkan, and writes the last as PNG.
//
//   electron scripts/examples/electron-shared-texture.ts     (main process; Node there strips the types)
//
// It needs Windows, Electron 33 or later, and a Vulkan driver that offers VK_KHR_external_memory_win32 on the
// adapter that Electron renders on. Without Electron it runs nowhere.
import { writeFileSync } from 'node:fs';
import { app, BrowserWindow } from 'electron';
import { VkImageUsageFlagBits } from '../../src/index.ts';
import { importTextureWin32, sharedTextureOf, type TextureInfo } from '../../src/win32/index.ts';
import { copyOut } from './copy-out.ts';
import { openSystem } from './open.ts';
import { encodePng, swapRedAndBlue } from './png.ts';

const FRAMES = 60;
const [width, height] = [640, 480];

await app.whenReady();
const { device, end } = openSystem();

/** The pixels of a frame. The import holds the texture itself, so that it may be released at once. */
function pixelsOf(textureInfo: TextureInfo) {
  const shared = sharedTextureOf(textureInfo);
  if (shared.keyedMutex) throw new Error('frames with a keyed mutex need submitWithKeyedMutex');
  const texture = importTextureWin32(device, { ...shared, usage: VkImageUsageFlagBits.TRANSFER_SRC });
  try {
    return { ...shared.extent, pixels: copyOut(device, texture.image, shared.extent) };
  } finally {
    texture[Symbol.dispose]();
  }
}

let frames = 0;
const window = new BrowserWindow({
  width,
  height,
  show: false,
  webPreferences: { offscreen: { useSharedTexture: true } },
});
window.webContents.on('paint', ({ texture }) => {
  if (texture === undefined) return;
  const { textureInfo } = texture;
  try {
    if (frames >= FRAMES) return;
    const frame = pixelsOf(textureInfo);
    if (++frames < FRAMES) return;
    const rgba = textureInfo.pixelFormat === 'bgra' ? swapRedAndBlue(frame.pixels) : frame.pixels;
    writeFileSync('frame.png', encodePng(frame.width, frame.height, rgba));
    console.log(`frame.png: ${frame.width} × ${frame.height} pixels, frame ${frames}`);
    end();
    app.quit();
  } finally {
    // Electron has few textures: a frame that is not given back is one that is not drawn.
    texture.release();
  }
});
await window.loadURL(
  'data:text/html,<body style="background:teal"><h1 id=h>0</h1><script>setInterval(() => h.textContent++, 16)</script>',
);
