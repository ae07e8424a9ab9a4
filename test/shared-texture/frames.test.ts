// Frames like Electron's on Linux, of each pixel format, are imported and compared, on the embedded driver and a real one; a
// texture that Vulkan renders into is seen by another device.

import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { expect } from 'chai';
import type { Context } from 'mocha';
import { allocateFor, readBack, runOnce, upload } from '../../src/helpers/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  mapMemory,
  type PhysicalDevice,
  VkMemoryPropertyFlagBits as Property,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkStructureType as T,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkBufferUsageFlagBits,
  VkExternalMemoryFeatureFlagBits,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageTiling,
  VkImageType,
  VkResult,
  VulkanError,
} from '../../src/index.ts';
import {
  createSharedTexture,
  type ElectronTextureInfo,
  importSharedTexture,
  NotExportableError,
  sharedTextureOf,
  textureInfoOf,
} from '../../src/shared-texture/index.ts';
import { figure } from '../figure.ts';
import { image2D } from '../image-2d.ts';
import { createDevice } from '../live/harness.ts';
import { openNewer, skipWithout } from '../live/mesa.ts';
import { skipHere } from '../skip.ts';
import { openEmbedded } from '../win32/embedded.ts';

const EXTENSIONS = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'];

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
  readonly fd: number;
}

/** A frame in one dma-buf, each plane after the one before it, with so many bytes behind each row and before it all. */
function painted(
  [pixelFormat, width, height]: readonly [PixelFormat, number, number],
  padding: number,
  start: number,
  create: (size: number) => number,
): Painted {
  let offset = start;
  const planes = PLANES[pixelFormat].map(({ side, texel }) => {
    const stride = (width / side) * texel + padding;
    const plane = { stride, offset, size: stride * (height / side) };
    offset += plane.size;
    return plane;
  });
  // To the end of a page, as a dma-buf is.
  const fd = create(Math.ceil(offset / 4096) * 4096);
  const rows = planes.flatMap(plane =>
    Array.from({ length: plane.size / plane.stride }, (_, y) => {
      // Of half floats, no byte pattern that is not a number: those may come back as another.
      const row = Uint8Array.from({ length: plane.stride - padding }, (_, x) => (x * 7 + y * 13) & 0x3f);
      writeSync(fd, row, 0, row.length, plane.offset + y * plane.stride);
      return row;
    }),
  );
  const nativePixmap = { planes: planes.map(plane => ({ fd, ...plane })), modifier: '0' };
  const codedSize = { width, height };
  return {
    textureInfo: { pixelFormat, codedSize, handle: { nativePixmap } },
    fd,
    pixels: Buffer.concat(rows),
  };
}

/** A driver that imports dma-bufs, and where they come from. */
interface Driver {
  readonly gpu: PhysicalDevice;
  readonly extensions: readonly string[];
  /** What the validation layer said. */
  readonly messages: string[];
  /** A descriptor of so many bytes. */
  create(size: number): number;
  close(fd: number): void;
  end(): void;
}

function openEmbeddedDriver(context: Context): Driver {
  if (process.platform !== 'linux') skipHere(context, 'there are no dma-bufs');
  const { driver, gpus, end } = openEmbedded([]);
  return {
    gpu: gpus[0],
    extensions: [...EXTENSIONS, 'VK_EXT_image_drm_format_modifier'],
    messages: [],
    create: size => Number(driver.createExternalHandle(HandleType.DMA_BUF_EXT, { size })),
    close: fd => driver.closeExternalHandle(BigInt(fd)),
    end,
  };
}

/** Files in memory in the place of dma-bufs: lavapipe takes them. */
function openMachine(context: Context): Driver {
  const live = openNewer(context);
  const extensions = [...EXTENSIONS, 'VK_EXT_queue_family_foreign'];
  try {
    skipWithout(context, live.gpu, extensions);
  } catch (skipped) {
    live.end();
    throw skipped;
  }
  const name = `/dev/shm/koffi-vulkan-${process.pid}`;
  return {
    ...{ gpu: live.gpu, extensions, messages: live.messages, close: closeSync, end: live.end },
    create(size) {
      const fd = openSync(name, 'w+');
      unlinkSync(name);
      ftruncateSync(fd, size);
      return fd;
    },
  };
}

/** What the driver itself says of a linear image; the embedded driver exports images of any modifier too. */
function isExportable(
  { gpu, extensions }: Driver,
  { format, usage }: { format: VkFormat; usage: number },
): boolean {
  if (extensions.includes('VK_EXT_image_drm_format_modifier')) return true;
  const asked = { sType: T.PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO, handleType: HandleType.DMA_BUF_EXT };
  const image = { format, type: VkImageType._2D, tiling: VkImageTiling.LINEAR, usage, pNext: [asked] };
  try {
    const { pNext } = gpu.getPhysicalDeviceImageFormatProperties2(image, {
      pNext: [T.EXTERNAL_IMAGE_FORMAT_PROPERTIES],
    });
    const { externalMemoryFeatures } = pNext[0].externalMemoryProperties;
    return (externalMemoryFeatures & VkExternalMemoryFeatureFlagBits.EXPORTABLE) !== 0;
  } catch (error) {
    if (error instanceof VulkanError && error.result === VkResult.ERROR_FORMAT_NOT_SUPPORTED) return false;
    throw error;
  }
}

const DRIVERS = { 'the embedded driver': openEmbeddedDriver, 'a real driver': openMachine };

for (const [where, open] of Object.entries(DRIVERS))
  describe(`shared-texture: frames on ${where}`, () => {
    let driver: Driver | undefined;
    let device: Device;
    before(function () {
      driver = open(this);
      device = createDevice(driver.gpu, driver.extensions);
    });
    after(() => {
      device?.destroyDevice();
      driver?.end();
    });
    afterEach(() => expect(driver?.messages.splice(0) ?? []).to.deep.equal([]));

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
      const image = device.createImage(image2D(extent, Usage.TRANSFER_SRC | Usage.TRANSFER_DST, format));
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
          [322, 200],
          [64, 64],
          [38, 14],
        ])
          for (const padding of [0, 8, 64, 256])
            for (const start of [0, 4096]) {
              const frame = painted([pixelFormat, width, height], padding, start, driver!.create);
              const { kind, seen } = copiedOut(frame);
              kinds.push(kind);
              expect(
                Buffer.compare(seen, frame.pixels),
                `${width}×${height} + ${padding}, ${start}`,
              ).to.equal(0);
              driver!.close(frame.fd);
            }
        const count = (kind: string) => kinds.filter(one => one === kind).length;
        figure(`${pixelFormat}: ${count('image')} as images, ${count('buffer')} as buffers, all bytes right`);
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
        // Where the driver says that it exports the image, the refusal is wrong.
        if (!(error instanceof NotExportableError) || isExportable(driver!, options)) throw error;
        skipHere(this, error.message);
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
      const other = createDevice(driver!.gpu, driver!.extensions);
      const imported = importSharedTexture(other, textureInfoOf(texture), { usage: Usage.TRANSFER_SRC });
      if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
      withTarget(other, target => {
        runOnce(target, commands => imported.acquire(commands, reads));
        expect(
          Buffer.compare(
            readBack(target, region(imported.image, TRANSFER_SRC_OPTIMAL), pixels.length),
            pixels,
          ),
        ).to.equal(0);
        runOnce(target, commands => imported.release(commands, reads));
      });
      imported[Symbol.dispose]();
      other.destroyDevice();
      texture[Symbol.dispose]();
    });
  });
