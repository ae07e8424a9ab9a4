// Frames that another process paints, imported by a real driver and compared pixel by pixel; and the way back.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { allocateFor, runOnce } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkImageAspectFlagBits as Aspect,
  VkBufferUsageFlagBits as BufferUsage,
  type CommandBuffer,
  type Device,
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  type VkBuffer,
  type VkBufferImageCopy,
  type VkCommandPool,
  type VkDeviceMemory,
  VkFormat,
  type VkImage,
  VkImageTiling,
  VkImageType,
} from '../../src/index.ts';
import {
  acquireBufferFromForeign,
  acquireFromForeign,
  type DmaBufBuffer,
  type DmaBufFrame,
  type DmaBufImage,
  DRM_FORMAT_MOD_INVALID,
  DRM_FORMAT_MOD_LINEAR,
  InvalidFdError,
  importDmaBuf,
  importImplicitSync,
  queryMemoryTypes,
  releaseBufferToForeign,
  releaseToForeign,
} from '../../src/linux/index.ts';
import { figure } from '../figure.ts';
import { createDevice, type Live } from '../live/harness.ts';
import { openNewer } from '../live/mesa.ts';
import { skipHere } from '../skip.ts';
import { FRAMES, type FrameShape, fillRow } from './frames.ts';
import { memfd, openFds } from './memfd.ts';
import type { Looked } from './painter.ts';

const EXTENSIONS = [
  'VK_KHR_external_memory_fd',
  'VK_EXT_external_memory_dma_buf',
  'VK_EXT_queue_family_foreign',
];
const USAGE = ImageUsage.TRANSFER_SRC | ImageUsage.TRANSFER_DST;
const HOST = Property.HOST_VISIBLE | Property.HOST_COHERENT;
/** How many frames a painter inherits at once. */
const BATCH = 64;

interface Shared {
  readonly frame: FrameShape;
  readonly seed: number;
  readonly fds: readonly number[];
}

/** Runs the painter with the descriptors of frames; it ends before this returns. */
function painter(mode: 'paint' | 'look', frames: readonly Shared[]): string {
  const stdio = ['ignore', 'pipe', 'inherit', ...frames.flatMap(({ fds }) => fds)] as const;
  const [first, last] = [frames[0].seed, frames[0].seed + frames.length];
  const file = join(import.meta.dirname, 'painter.ts');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', file, mode, String(first), String(last)],
    { stdio: [...stdio], encoding: 'utf8' },
  );
  expect(status).to.equal(0);
  return stdout;
}

const described = ({ frame, fds }: Shared): DmaBufFrame => ({
  planes: frame.planes.map(({ memory, offset, stride }) => ({ fd: fds[memory], offset, stride })),
  modifier: DRM_FORMAT_MOD_LINEAR,
  format: frame.format,
  extent: frame.extent,
  usage: USAGE,
});

describe('linux: frames of another process', () => {
  let live: Live;
  let device: Device;
  let commandPool: VkCommandPool;

  before(function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
    live = openNewer(this);
    const offered = live.gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    const missing = EXTENSIONS.filter(name => !offered.includes(name));
    if (missing.length > 0) skipHere(this, `the driver has no ${missing.join(', ')}`);
    device = createDevice(live.gpu, EXTENSIONS);
    commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  });
  afterEach(() => expect(live?.messages.splice(0) ?? []).to.deep.equal([]));
  after(() => {
    device?.[Symbol.dispose]();
    live?.end();
  });

  function hostBuffer(size: number): { buffer: VkBuffer; memory: VkDeviceMemory } {
    const usage = BufferUsage.TRANSFER_SRC | BufferUsage.TRANSFER_DST;
    const buffer = device.createBuffer({ size, usage });
    return { buffer, memory: allocateFor(device, { buffer }, { required: HOST }).memory };
  }

  const run = (record: (commands: CommandBuffer) => void) =>
    runOnce({ device, queue: device.getDeviceQueue(0, 0), commandPool }, record);

  /** An image of the device's own, of whole pixels of the colours. */
  function ownImage({ format, extent: { width, height } }: FrameShape): {
    image: VkImage;
    memory: VkDeviceMemory;
  } {
    const even = (n: number) => (format === VkFormat.G8_B8R8_2PLANE_420_UNORM ? 2 * Math.ceil(n / 2) : n);
    const image = device.createImage({
      imageType: VkImageType._2D,
      format,
      extent: { width: even(width), height: even(height), depth: 1 },
      mipLevels: 1,
      arrayLayers: 1,
      samples: 1,
      tiling: VkImageTiling.OPTIMAL,
      usage: USAGE,
    });
    return { image, memory: allocateFor(device, { image }).memory };
  }

  /** Where the pixels of each plane lie in a buffer without gaps. */
  function packed({ planes }: FrameShape): { regions: VkBufferImageCopy[]; size: number } {
    let size = 0;
    const regions = planes.map(({ columns, rows, texel }, i): VkBufferImageCopy => {
      const bufferOffset = size;
      size += Math.ceil((columns * rows * texel) / 8) * 8;
      const aspectMask = planes.length === 1 ? Aspect.COLOR : i === 0 ? Aspect.PLANE_0 : Aspect.PLANE_1;
      return {
        bufferOffset,
        imageSubresource: { aspectMask, layerCount: 1 },
        imageExtent: { width: columns, height: rows, depth: 1 },
      };
    });
    return { regions, size };
  }

  const TO = { queueFamilyIndex: 0, accessMask: Access.TRANSFER_WRITE, layout: Layout.TRANSFER_DST_OPTIMAL };
  const FROM = { queueFamilyIndex: 0, accessMask: Access.TRANSFER_READ, layout: Layout.TRANSFER_SRC_OPTIMAL };

  /** Made ready to be written; or, once it was, to be read. */
  function barrier(commands: CommandBuffer, image: VkImage, then: 'written' | 'read'): void {
    const isNew = then === 'written';
    commands.cmdPipelineBarrier(
      isNew ? Stage.TOP_OF_PIPE : Stage.TRANSFER,
      Stage.TRANSFER,
      0,
      [],
      [],
      [
        {
          srcAccessMask: isNew ? 0 : Access.TRANSFER_WRITE,
          dstAccessMask: isNew ? Access.TRANSFER_WRITE : Access.TRANSFER_READ,
          oldLayout: isNew ? Layout.UNDEFINED : Layout.TRANSFER_DST_OPTIMAL,
          newLayout: isNew ? Layout.TRANSFER_DST_OPTIMAL : Layout.TRANSFER_SRC_OPTIMAL,
          srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
          dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
          image,
          subresourceRange: { aspectMask: Aspect.COLOR, levelCount: 1, layerCount: 1 },
        },
      ],
    );
  }

  const ofBuffer = ({ layout: _layout, ...use }: typeof TO | typeof FROM) => use;

  function acquire(
    commands: CommandBuffer,
    frame: DmaBufImage | DmaBufBuffer,
    use: typeof TO | typeof FROM,
  ): void {
    const [buffers, images] =
      frame.kind === 'image'
        ? [[], [acquireFromForeign(frame.image, use)]]
        : [frame.copies.map(({ buffer }) => acquireBufferFromForeign(buffer, ofBuffer(use))), []];
    commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, Stage.TRANSFER, 0, [], buffers, images);
  }

  function release(
    commands: CommandBuffer,
    frame: DmaBufImage | DmaBufBuffer,
    use: typeof TO | typeof FROM,
  ): void {
    const [buffers, images] =
      frame.kind === 'image'
        ? [[], [releaseToForeign(frame.image, use)]]
        : [frame.copies.map(({ buffer }) => releaseBufferToForeign(buffer, ofBuffer(use))), []];
    commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.BOTTOM_OF_PIPE, 0, [], buffers, images);
  }

  /** What the device reads in a frame, plane after plane without gaps. */
  function copyOut(shape: FrameShape, frame: DmaBufImage | DmaBufBuffer): Uint8Array {
    const { regions, size } = packed(shape);
    const host = hostBuffer(size);
    const own = frame.kind === 'buffer' ? ownImage(shape) : undefined;
    run(commands => {
      acquire(commands, frame, FROM);
      if (frame.kind === 'buffer') {
        barrier(commands, own!.image, 'written');
        for (const copy of frame.copies)
          commands.cmdCopyBufferToImage(copy.buffer, own!.image, Layout.TRANSFER_DST_OPTIMAL, copy.regions);
        barrier(commands, own!.image, 'read');
      }
      const image = frame.kind === 'image' ? frame.image : own!.image;
      commands.cmdCopyImageToBuffer(image, Layout.TRANSFER_SRC_OPTIMAL, host.buffer, regions);
      release(commands, frame, FROM);
      const toHost = { srcAccessMask: Access.TRANSFER_WRITE, dstAccessMask: Access.HOST_READ };
      commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.HOST, 0, [toHost], [], []);
    });
    const mapped = mapMemory(device, host.memory, size);
    const bytes = mapped.read(0, size);
    mapped.unmap();
    device.destroyBuffer(host.buffer);
    device.freeMemory(host.memory);
    if (own !== undefined) {
      device.destroyImage(own.image);
      device.freeMemory(own.memory);
    }
    return bytes;
  }

  /** Writes the pixels of another seed. */
  function copyIn(shape: FrameShape, frame: DmaBufImage | DmaBufBuffer, seed: number): void {
    const { regions, size } = packed(shape);
    const host = hostBuffer(size);
    const bytes = new Uint8Array(size);
    for (const [i, { columns, rows, texel }] of shape.planes.entries())
      for (let y = 0; y < rows; y++) {
        const at = Number(regions[i].bufferOffset) + y * columns * texel;
        fillRow(bytes.subarray(at, at + columns * texel), seed, i, y);
      }
    const mapped = mapMemory(device, host.memory, size);
    mapped.write(bytes);
    mapped.unmap();
    const own = frame.kind === 'buffer' ? ownImage(shape) : undefined;
    run(commands => {
      acquire(commands, frame, TO);
      if (own !== undefined) barrier(commands, own.image, 'written');
      const image = frame.kind === 'image' ? frame.image : own!.image;
      commands.cmdCopyBufferToImage(host.buffer, image, Layout.TRANSFER_DST_OPTIMAL, regions);
      if (frame.kind === 'buffer') {
        barrier(commands, own!.image, 'read');
        for (const copy of frame.copies)
          commands.cmdCopyImageToBuffer(own!.image, Layout.TRANSFER_SRC_OPTIMAL, copy.buffer, copy.regions);
      }
      release(commands, frame, TO);
    });
    device.destroyBuffer(host.buffer);
    device.freeMemory(host.memory);
    if (own !== undefined) {
      device.destroyImage(own.image);
      device.freeMemory(own.memory);
    }
  }

  /** Compares with what the painter painted. */
  function compare(shape: FrameShape, bytes: Uint8Array, seed: number): { compared: number; wrong: number } {
    const { regions } = packed(shape);
    let [compared, wrong] = [0, 0];
    for (const [i, { columns, rows, texel }] of shape.planes.entries()) {
      const expected = new Uint8Array(columns * texel);
      for (let y = 0; y < rows; y++) {
        const at = Number(regions[i].bufferOffset) + y * columns * texel;
        const row = bytes.subarray(at, at + expected.length);
        fillRow(expected, seed, i, y);
        compared += columns;
        if (Buffer.compare(row, expected) === 0) continue;
        for (let x = 0; x < columns; x++)
          if (
            Buffer.compare(
              row.subarray(x * texel, (x + 1) * texel),
              expected.subarray(x * texel, (x + 1) * texel),
            )
          )
            wrong++;
      }
    }
    return { compared, wrong };
  }

  /** Pixels by format, stride, as image or buffer, and direction; printed at the end. */
  const counts = new Map<string, { frames: number; compared: number; wrong: number }>();
  function count(
    shape: FrameShape,
    kind: string,
    direction: string,
    { compared, wrong }: Pick<Looked, 'compared' | 'wrong'>,
  ) {
    const [formatAndSize, stride] = shape.name.split(', ');
    const key = [formatAndSize.split(' ')[0], stride, kind, direction].join(', ');
    const sum = counts.get(key) ?? { frames: 0, compared: 0, wrong: 0 };
    counts.set(key, { frames: sum.frames + 1, compared: sum.compared + compared, wrong: sum.wrong + wrong });
  }
  after(() => {
    for (const [key, { frames, compared, wrong }] of counts)
      figure(`${key}: ${frames} frames, ${compared} pixels compared, ${wrong} wrong`);
  });

  for (let first = 0; first < FRAMES.length; first += BATCH)
    it(`are seen as they were painted, and the other process sees what Vulkan writes: from ${FRAMES[first].name}`, () => {
      const before = openFds();
      const frames = FRAMES.slice(first, first + BATCH).map(
        (frame, i): Shared => ({
          frame,
          seed: first + i,
          fds: frame.sizes.map(memfd),
        }),
      );
      painter('paint', frames);
      const wrong: string[] = [];
      const kinds = frames.map(shared => {
        const { frame, seed } = shared;
        using imported = importDmaBuf(device, described(shared));
        const seen = compare(frame, copyOut(frame, imported), seed);
        count(frame, imported.kind, 'painted there, read by Vulkan', seen);
        if (seen.wrong > 0) wrong.push(`${frame.name}: ${seen.wrong} of ${seen.compared}`);
        copyIn(frame, imported, ~seed);
        return imported.kind;
      });
      const looked = JSON.parse(painter('look', frames)) as Looked[];
      for (const [i, { name, compared, wrong: bad, touched }] of looked.entries()) {
        count(frames[i].frame, kinds[i], 'written by Vulkan, read there', { compared, wrong: bad });
        if (bad + touched > 0)
          wrong.push(`back: ${name}: ${bad} of ${compared}, ${touched} bytes beside them`);
      }
      for (const { fds } of frames) fds.map(closeSync);
      expect(wrong).to.deep.equal([]);
      expect(openFds()).to.equal(before);
    });

  it('are images where the driver lays one out alike, and buffers elsewhere', () => {
    const kinds = new Set([...counts.keys()].map(key => key.split(', ')[2]));
    expect([...kinds].sort()).to.deep.equal(['buffer', 'image']);
  });

  const small: Shared = {
    frame: FRAMES.find(({ name }) => name.includes('64×64, tight, offset 0'))!,
    seed: 0,
    fds: [],
  };

  it('a thousand imports leave no descriptor behind, nor do a thousand that fail', () => {
    const fds = small.frame.sizes.map(memfd);
    const frame = described({ ...small, fds });
    importDmaBuf(device, frame)[Symbol.dispose]();
    const before = openFds();
    for (let round = 0; round < 1000; round++) importDmaBuf(device, frame)[Symbol.dispose]();
    expect(openFds()).to.equal(before);
    // The driver refuses to map what may not be written, after the descriptor was duplicated.
    const readOnly = openSync(`/proc/self/fd/${fds[0]}`, 'r');
    const fails = { ...frame, planes: [{ ...frame.planes[0], fd: readOnly }] };
    for (let round = 0; round < 1000; round++)
      expect(() => importDmaBuf(device, fails)).to.throw(InvalidFdError);
    closeSync(readOnly);
    expect(openFds()).to.equal(before);
    // The driver says so itself, each time.
    expect(
      live.messages.splice(0).filter(text => !text.includes('VK_ERROR_INVALID_EXTERNAL_HANDLE')),
    ).to.deep.equal([]);
    fds.map(closeSync);
    figure(`open descriptors: ${before} before, ${openFds() + fds.length} after`);
  });

  it('a frame outlives its descriptor', () => {
    const fds = small.frame.sizes.map(memfd);
    painter('paint', [{ ...small, seed: FRAMES.indexOf(small.frame), fds }]);
    using imported = importDmaBuf(device, described({ ...small, fds }));
    fds.map(closeSync);
    const seen = compare(small.frame, copyOut(small.frame, imported), FRAMES.indexOf(small.frame));
    expect(seen).to.deep.equal({ compared: 4096, wrong: 0 });
  });

  it('the query answers, and a failure is told by its name', () => {
    const fd = memfd(65536);
    expect(queryMemoryTypes(device, fd)).to.deep.equal({
      status: 'answered',
      memoryTypeBits: 1,
      excessBits: 0,
      rawBits: 1,
      memoryTypeCount: 1,
      warnings: [],
    });
    const frame = described({ ...small, fds: [fd] });
    const [plane] = frame.planes;
    const directory = openSync('/', 'r');
    const readOnly = openSync(`/proc/self/fd/${fd}`, 'r');
    const closed = memfd(4096);
    closeSync(closed);
    const cases: readonly (readonly [DmaBufFrame, string])[] = [
      [{ ...frame, planes: [{ ...plane, fd: closed }] }, 'InvalidFdError'],
      [{ ...frame, planes: [{ ...plane, fd: directory }] }, 'InvalidFdError'],
      [{ ...frame, planes: [{ ...plane, fd: readOnly }] }, 'InvalidFdError'],
      [{ ...frame, planes: [plane, plane] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, stride: plane.stride - 1 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, stride: plane.stride + 1 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, offset: 2 ** 20 }] }, 'PlaneLayoutError'],
      [{ ...frame, planes: [{ ...plane, size: 4 }] }, 'PlaneLayoutError'],
      [{ ...frame, modifier: DRM_FORMAT_MOD_INVALID }, 'ModifierError'],
      [{ ...frame, modifier: 0x0100_0000_0000_0001n }, 'NotAvailableError'],
    ];
    for (const [wrong, name] of cases) {
      let error: Error | undefined;
      try {
        importDmaBuf(device, wrong)[Symbol.dispose]();
      } catch (thrown) {
        error = thrown as Error;
      }
      expect(error?.name, String(error)).to.equal(name);
      figure(`${error}`);
    }
    closeSync(directory);
    closeSync(readOnly);
    expect(
      live.messages.splice(0).filter(text => !text.includes('VK_ERROR_INVALID_EXTERNAL_HANDLE')),
    ).to.deep.equal([]);
    closeSync(fd);
  });

  it('memory that is no dma-buf has no implicit synchronisation', function () {
    const offered = live.gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    if (!offered.includes('VK_KHR_external_semaphore_fd'))
      skipHere(this, 'the driver has no VK_KHR_external_semaphore_fd');
    const [fd] = small.frame.sizes.map(memfd);
    const syncing = createDevice(live.gpu, [...EXTENSIONS, 'VK_KHR_external_semaphore_fd']);
    expect(importImplicitSync(syncing, fd, 'read')).to.equal(undefined);
    syncing.destroyDevice();
    closeSync(fd);
  });
});
