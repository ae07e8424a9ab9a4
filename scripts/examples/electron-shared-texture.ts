// Renders a page off screen in Electron, imports each frame's shared texture into Vulkan, and writes the last as PNG.
//
//   electron scripts/examples/electron-shared-texture.ts     (main process; Node there strips the types)
//
// It is one program for Windows, Linux and macOS. It needs Electron 39 or later, and a Vulkan driver on the GPU that
// Electron renders on with the extensions that `sharedTextureWishes` names. Without Electron it runs nowhere.
import { writeFileSync } from 'node:fs';
import { app, BrowserWindow } from 'electron';
import { allocateFor, chooseGpu, readBack, resolveInstance, runOnce } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  loadVulkan,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkAccessFlagBits,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageType,
  VkImageUsageFlagBits,
} from '../../src/index.ts';
import {
  type ElectronTextureInfo,
  importSharedTexture,
  sharedTextureOf,
  sharedTextureWishes,
} from '../../src/shared-texture/index.ts';
import { encodePng, swapRedAndBlue } from './png.ts';

const FRAMES = 60;

await app.whenReady();
const vulkan = loadVulkan();
const instance = vulkan.createInstance(
  resolveInstance(vulkan, { required: { apiVersion: API_VERSION_1_1 } }).createInfo,
);
const { gpu, createInfo, queueFamilyIndex } = chooseGpu(instance, sharedTextureWishes());
const device = gpu.createDevice(createInfo);
const commandPool = device.createCommandPool({ queueFamilyIndex });
const target = { device, queue: device.getDeviceQueue(queueFamilyIndex, 0), commandPool };
const use = { queueFamilyIndex, stageMask: Stage.TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };

/** The pixels of a frame, in Electron's order of colours. */
function pixelsOf(textureInfo: ElectronTextureInfo) {
  const { format, extent } = sharedTextureOf(textureInfo);
  const imageExtent = { ...extent, depth: 1 };
  const image = device.createImage({
    imageType: VkImageType._2D,
    format,
    extent: imageExtent,
    mipLevels: 1,
    arrayLayers: 1,
    samples: 1,
    usage: VkImageUsageFlagBits.TRANSFER_SRC | VkImageUsageFlagBits.TRANSFER_DST,
  });
  const { memory } = allocateFor(device, { image });
  const texture = importSharedTexture(device, textureInfo, { usage: VkImageUsageFlagBits.TRANSFER_SRC });
  try {
    runOnce(target, commands => {
      const srcQueueFamilyIndex = QUEUE_FAMILY_IGNORED;
      const barrier = { image, srcQueueFamilyIndex, dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED };
      commands.cmdPipelineBarrier(
        Stage.TOP_OF_PIPE,
        Stage.TRANSFER,
        0,
        [],
        [],
        [
          {
            ...barrier,
            dstAccessMask: VkAccessFlagBits.TRANSFER_WRITE,
            newLayout: VkImageLayout.GENERAL,
            subresourceRange: { aspectMask: VkImageAspectFlagBits.COLOR, levelCount: 1, layerCount: 1 },
          },
        ],
      );
      texture.acquire(commands, use);
      texture.copyTo(commands, image, VkImageLayout.GENERAL);
      texture.release(commands, use);
    });
    const region = { image, layout: VkImageLayout.GENERAL, imageExtent };
    return { ...extent, pixels: readBack(target, region, extent.width * extent.height * 4) };
  } finally {
    texture[Symbol.dispose]();
    device.destroyImage(image);
    device.freeMemory(memory);
  }
}

const window = new BrowserWindow({
  width: 640,
  height: 480,
  show: false,
  webPreferences: { offscreen: { useSharedTexture: true } },
});
let frames = 0;
window.webContents.on('paint', ({ texture }) => {
  if (texture === undefined) return;
  const { textureInfo } = texture;
  try {
    if (frames >= FRAMES) return;
    const { width, height, pixels } = pixelsOf(textureInfo);
    if (++frames < FRAMES) return;
    const rgba = textureInfo.pixelFormat === 'bgra' ? swapRedAndBlue(pixels) : pixels;
    writeFileSync('frame.png', encodePng(width, height, rgba));
    console.log(`frame.png: ${width} × ${height} pixels, frame ${frames}`);
    device[Symbol.dispose]();
    app.quit();
  } finally {
    // Electron has few textures: a frame that is not given back is one that is not drawn.
    texture.release();
  }
});
await window.loadURL(
  'data:text/html,<body style="background:teal"><h1 id=h>0</h1><script>setInterval(() => h.textContent++, 16)</script>',
);
