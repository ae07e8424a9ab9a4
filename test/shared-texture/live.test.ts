// Frames as Electron gives them on Linux, imported by a real driver: each pixel format, copied out and compared; and a
// texture that Vulkan renders into, as another device sees it. The dma-bufs are files in memory, which lavapipe takes.
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { expect } from 'chai';
import { environment } from '../../scripts/mesa/driver.ts';
import { allocateFor, readBack, runOnce, upload } from '../../src/helpers/index.ts';
import {
  type Device,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkBufferUsageFlagBits,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageType,
} from '../../src/index.ts';
import {
  createSharedTexture,
  type ElectronTextureInfo,
  importSharedTexture,
  NotExportableError,
  sharedTextureOf,
  sharedTextureWishes,
  textureInfoOf,
} from '../../src/shared-texture/index.ts';
import { createDevice, type Live, openLive } from '../live/harness.ts';
import { skipHere } from '../skip.ts';

const { COLOR, PLANE_0, PLANE_1 } = VkImageAspectFlagBits;
const { TRANSFER_DST_OPTIMAL, TRANSFER_SRC_OPTIMAL, UNDEFINED } = VkImageLayout;
const use = { queueFamilyIndex: 0, stageMask: Stage.TRANSFER };
const reads = { ...use, accessMask: VkAccessFlagBits.TRANSFER_READ, layout: TRANSFER_SRC_OPTIMAL };
const writes = { ...use, accessMask: VkAccessFlagBits.TRANSFER_WRITE, layout: TRANSFER_DST_OPTIMAL };

/** Planes of a format: how many of its pixels a texel covers to each side, and its bytes. */
const PLANES = {
  bgra: [{ aspectMask: COLOR, side: 1, texel: 4 }],
  rgba: [{ aspectMask: COLOR, side: 1, texel: 4 }],
  rgbaf16: [{ aspectMask: COLOR, side: 1, texel: 8 }],
  nv12: [
    { aspectMask: PLANE_0, side: 1, texel: 1 },
    { aspectMask: PLANE_1, side: 2, texel: 2 },
  ],
} as const;
type PixelFormat = keyof typeof PLANES;

interface Painted {
  readonly textureInfo: ElectronTextureInfo;
  /** All rows of all planes, without padding. */
  readonly pixels: Uint8Array;
  close(): void;
}

/** A frame in one file, each plane after the one before it, with so many bytes behind each row and before it all. */
function painted(
  pixelFormat: PixelFormat,
  width: number,
  height: number,
  padding: number,
  start: number,
): Painted {
  const name = `/dev/shm/koffi-vulkan-${process.pid}`;
  const fd = openSync(name, 'w+');
  unlinkSync(name);
  let offset = start;
  const rows: Uint8Array[] = [];
  const planes = PLANES[pixelFormat].map(({ side, texel }) => {
    const [rowLength, count] = [(width / side) * texel, height / side];
    const plane = { fd, stride: rowLength + padding, offset, size: (rowLength + padding) * count };
    for (let y = 0; y < count; y++) {
      // Of half floats, no byte pattern that is not a number: those may come back as another.
      const row = Uint8Array.from({ length: rowLength }, (_, x) => (x * 7 + y * 13 + rows.length) & 0x3f);
      writeSync(fd, row, 0, rowLength, offset + y * plane.stride);
      rows.push(row);
    }
    offset += plane.size;
    return plane;
  });
  // To the end of a page, as a dma-buf is.
  writeSync(fd, new Uint8Array(1), 0, 1, Math.ceil((offset + 1) / 4096) * 4096 - 1);
  const nativePixmap = { planes, modifier: '0', supportsZeroCopyWebGpuImport: false };
  return {
    textureInfo: { pixelFormat, codedSize: { width, height }, handle: { nativePixmap } },
    pixels: Buffer.concat(rows),
    close: () => closeSync(fd),
  };
}

describe('shared-texture: on the driver of this machine', () => {
  let live: Live;
  let device: Device;
  const { VK_DRIVER_FILES } = process.env;
  before(function () {
    if (process.platform !== 'linux') skipHere(this, 'there are no dma-bufs');
    Object.assign(process.env, environment());
    live = openLive(this);
    const names = [...sharedTextureWishes().required!.extensions!, 'VK_EXT_queue_family_foreign'];
    const offered = live.gpu.enumerateDeviceExtensionProperties().map(({ extensionName }) => extensionName);
    const lacking = names.filter(name => !offered.includes(name));
    if (lacking.length > 0)
      skipHere(this, `the driver does not offer ${lacking.join(', ')}; npm run mesa fetches one that does`);
    device = createDevice(live.gpu, names);
  });
  after(() => {
    device?.destroyDevice();
    live?.end();
    if (VK_DRIVER_FILES === undefined) delete process.env.VK_DRIVER_FILES;
    else process.env.VK_DRIVER_FILES = VK_DRIVER_FILES;
  });
  afterEach(() => expect(live.messages.splice(0)).to.deep.equal([]));

  function withTarget<T>(of: Device, use: (target: Parameters<typeof runOnce>[0]) => T): T {
    const commandPool = of.createCommandPool({ queueFamilyIndex: 0 });
    try {
      return use({ device: of, queue: of.getDeviceQueue(0, 0), commandPool });
    } finally {
      of.destroyCommandPool(commandPool);
    }
  }

  /** Copies the frame into an image of ours, and that into memory. */
  function copiedOut({ textureInfo, pixels }: Painted): { kind: string; seen: Uint8Array } {
    const { format, extent } = sharedTextureOf(textureInfo);
    const planes = PLANES[textureInfo.pixelFormat as PixelFormat];
    const image = device.createImage({
      ...{ imageType: VkImageType._2D, format, extent: { ...extent, depth: 1 } },
      ...{ mipLevels: 1, arrayLayers: 1, samples: 1, usage: Usage.TRANSFER_SRC | Usage.TRANSFER_DST },
    });
    const { memory } = allocateFor(device, { image });
    const buffer = device.createBuffer({ size: pixels.length, usage: VkBufferUsageFlagBits.TRANSFER_DST });
    const required = Property.HOST_VISIBLE | Property.HOST_COHERENT;
    const staging = allocateFor(device, { buffer }, { required });
    const imported = importSharedTexture(device, textureInfo, { usage: Usage.TRANSFER_SRC });
    let bufferOffset = 0;
    const regions = planes.map(({ aspectMask, side, texel }) => {
      const [width, height] = [extent.width / side, extent.height / side];
      const region = {
        bufferOffset,
        imageSubresource: { aspectMask, layerCount: 1 },
        imageExtent: { width, height, depth: 1 },
      };
      bufferOffset += width * height * texel;
      return region;
    });
    withTarget(device, target =>
      runOnce(target, commands => {
        imported.acquire(commands, reads);
        commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, Stage.TRANSFER, 0, [], [], [ours(image, 'before')]);
        imported.copyTo(commands, image, TRANSFER_DST_OPTIMAL);
        imported.release(commands, reads);
        commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.TRANSFER, 0, [], [], [ours(image, 'after')]);
        commands.cmdCopyImageToBuffer(image, TRANSFER_SRC_OPTIMAL, buffer, regions);
      }),
    );
    imported[Symbol.dispose]();
    const mapped = mapMemory(device, staging.memory, pixels.length);
    const seen = mapped.read().slice();
    mapped.unmap();
    device.destroyBuffer(buffer);
    device.freeMemory(staging.memory);
    device.destroyImage(image);
    device.freeMemory(memory);
    return { kind: imported.kind, seen };
  }

  const ours = (image: VkImage, when: 'before' | 'after') => ({
    srcAccessMask: when === 'before' ? 0 : VkAccessFlagBits.TRANSFER_WRITE,
    dstAccessMask: when === 'before' ? VkAccessFlagBits.TRANSFER_WRITE : VkAccessFlagBits.TRANSFER_READ,
    oldLayout: when === 'before' ? UNDEFINED : TRANSFER_DST_OPTIMAL,
    newLayout: when === 'before' ? TRANSFER_DST_OPTIMAL : TRANSFER_SRC_OPTIMAL,
    srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    image,
    subresourceRange: { aspectMask: COLOR, levelCount: 1, layerCount: 1 },
  });

  for (const pixelFormat of Object.keys(PLANES) as PixelFormat[])
    it(`imports ${pixelFormat}: every byte of every row`, () => {
      const kinds: string[] = [];
      for (const [width, height] of [
        [640, 480],
        [64, 64],
        [38, 14],
      ])
        for (const padding of [0, 8, 64, 256])
          for (const start of [0, 4096]) {
            const frame = painted(pixelFormat, width, height, padding, start);
            const { kind, seen } = copiedOut(frame);
            kinds.push(kind);
            expect(Buffer.compare(seen, frame.pixels), `${width}×${height} + ${padding}, ${start}`).to.equal(
              0,
            );
            frame.close();
          }
      const count = (kind: string) => kinds.filter(one => one === kind).length;
      console.log(
        `      ${pixelFormat}: ${count('image')} as images, ${count('buffer')} as buffers, all bytes right`,
      );
    });

  it('shows what it renders to another device', function () {
    const options = {
      format: VkFormat.B8G8R8A8_UNORM,
      extent: { width: 333, height: 77 },
      usage: Usage.TRANSFER_DST | Usage.TRANSFER_SRC,
    };
    let texture: ReturnType<typeof createSharedTexture>;
    try {
      texture = createSharedTexture(device, options);
    } catch (error) {
      if (error instanceof NotExportableError) skipHere(this, error.message);
      throw error;
    }
    const pixels = Uint8Array.from({ length: 333 * 77 * 4 }, (_, i) => i * 7);
    const region = (image: VkImage, layout: VkImageLayout) => ({
      image,
      layout,
      imageExtent: { ...options.extent, depth: 1 },
    });
    withTarget(device, target => {
      runOnce(target, commands => texture.acquire(commands, writes));
      upload(target, region(texture.image, TRANSFER_DST_OPTIMAL), pixels);
      runOnce(target, commands => texture.release(commands, writes));
    });
    const other = createDevice(live.gpu, [...device.enabledExtensions]);
    const imported = importSharedTexture(other, textureInfoOf(texture), { usage: Usage.TRANSFER_SRC });
    if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
    withTarget(other, target => {
      runOnce(target, commands => imported.acquire(commands, reads));
      expect(
        Buffer.compare(readBack(target, region(imported.image, TRANSFER_SRC_OPTIMAL), pixels.length), pixels),
      ).to.equal(0);
      runOnce(target, commands => imported.release(commands, reads));
    });
    imported[Symbol.dispose]();
    other.destroyDevice();
    texture[Symbol.dispose]();
  });
});
