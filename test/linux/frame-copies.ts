// Copies the pixels of a frame out of it and into it, as image or buffer, and compares them with what was painted.
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
} from '../../src/index.ts';
import {
  acquireBufferFromForeign,
  acquireFromForeign,
  type DmaBufBuffer,
  type DmaBufImage,
  releaseBufferToForeign,
  releaseToForeign,
} from '../../src/linux/index.ts';
import { image2D } from '../image-2d.ts';
import { type FrameShape, fillRow } from './frames.ts';

export const USAGE = ImageUsage.TRANSFER_SRC | ImageUsage.TRANSFER_DST;
const HOST = Property.HOST_VISIBLE | Property.HOST_COHERENT;

/** @param commandPool of family 0 */
export function frameCopies(device: Device, commandPool: VkCommandPool) {
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
    const image = device.createImage(image2D({ width: even(width), height: even(height) }, USAGE, format));
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

  /** Takes a frame from its maker, or gives it back. */
  function hand(
    commands: CommandBuffer,
    frame: DmaBufImage | DmaBufBuffer,
    use: typeof TO | typeof FROM,
    way: 'acquire' | 'release',
  ): void {
    const [ofImage, ofBuffer] =
      way === 'acquire'
        ? [acquireFromForeign, acquireBufferFromForeign]
        : [releaseToForeign, releaseBufferToForeign];
    const { layout: _layout, ...access } = use;
    const [before, after] =
      way === 'acquire' ? [Stage.TOP_OF_PIPE, Stage.TRANSFER] : [Stage.TRANSFER, Stage.BOTTOM_OF_PIPE];
    const buffers = frame.kind === 'buffer' ? frame.copies.map(({ buffer }) => ofBuffer(buffer, access)) : [];
    const images = frame.kind === 'image' ? [ofImage(frame.image, use)] : [];
    commands.cmdPipelineBarrier(before, after, 0, [], buffers, images);
  }

  /** What the device reads in a frame, plane after plane without gaps. */
  function copyOut(shape: FrameShape, frame: DmaBufImage | DmaBufBuffer): Uint8Array {
    const { regions, size } = packed(shape);
    const host = hostBuffer(size);
    const own = frame.kind === 'buffer' ? ownImage(shape) : undefined;
    run(commands => {
      hand(commands, frame, FROM, 'acquire');
      if (frame.kind === 'buffer') {
        barrier(commands, own!.image, 'written');
        for (const copy of frame.copies)
          commands.cmdCopyBufferToImage(copy.buffer, own!.image, Layout.TRANSFER_DST_OPTIMAL, copy.regions);
        barrier(commands, own!.image, 'read');
      }
      const image = frame.kind === 'image' ? frame.image : own!.image;
      commands.cmdCopyImageToBuffer(image, Layout.TRANSFER_SRC_OPTIMAL, host.buffer, regions);
      hand(commands, frame, FROM, 'release');
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
      hand(commands, frame, TO, 'acquire');
      if (own !== undefined) barrier(commands, own.image, 'written');
      const image = frame.kind === 'image' ? frame.image : own!.image;
      commands.cmdCopyBufferToImage(host.buffer, image, Layout.TRANSFER_DST_OPTIMAL, regions);
      if (frame.kind === 'buffer') {
        barrier(commands, own!.image, 'read');
        for (const copy of frame.copies)
          commands.cmdCopyImageToBuffer(own!.image, Layout.TRANSFER_SRC_OPTIMAL, copy.buffer, copy.regions);
      }
      hand(commands, frame, TO, 'release');
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

  return { copyOut, copyIn, compare };
}
