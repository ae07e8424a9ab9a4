// What is copied to or from staging: bytes of a buffer or texels of an image, checked against what these hold.
import { VkImageAspectFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout as Layout } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkBufferImageCopy,
  VkImage,
  VkImageSubresourceLayers,
  VkImageSubresourceRange,
} from '../../ffi/types/structs.ts';
import { explain } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import type { Scope } from '../handles/scope.ts';
import { aspectsWith, bytesOfCopy } from '../marshal/image-copy.ts';
import { describe } from '../native/argument-error.ts';
import { checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';

/** Bytes of a buffer, created with TRANSFER_DST to be uploaded to, with TRANSFER_SRC to be read. */
export interface BufferRange {
  /** Whose bytes they are. */
  readonly buffer: VkBuffer;
  /** The first one; 0 where it is left out. */
  readonly offset?: number;
}

/** Texels of an image, created with TRANSFER_DST to be uploaded to, with TRANSFER_SRC to be read. */
export interface ImageRegion {
  /** Whose texels they are. */
  readonly image: VkImage;
  /** Its layout: before it is read, and after; after an upload, before which it may have any. */
  readonly layout: Layout;
  /** Of the region; texels lie without gaps. */
  readonly imageExtent: VkBufferImageCopy['imageExtent'];
  /** Where it begins; at the corner where it is left out. */
  readonly imageOffset?: VkBufferImageCopy['imageOffset'];
  /** Aspect, mip level and layers; the first layer's colours where it is left out. */
  readonly imageSubresource?: VkBufferImageCopy['imageSubresource'];
}

const COLORS: VkImageSubresourceLayers = { aspectMask: VkImageAspectFlagBits.COLOR, layerCount: 1 };
/** No image can be put into these. */
const BEFORE_USE: readonly unknown[] = [undefined, Layout.UNDEFINED, Layout.PREINITIALIZED];

/**
 * Throws unless it is a range of a buffer or a region of an image, and takes no more bytes than these.
 * @returns the bytes that it takes; undefined of an image that other code made
 */
export function checkRange(
  path: string,
  device: Device,
  range: BufferRange | ImageRegion,
  size: number,
): number | undefined {
  checkOptions(path, range, ['buffer', 'offset', 'image', ...OF_IMAGE]);
  if ('buffer' in range === 'image' in range)
    throw ours(new TypeError(`${path}: expected either a buffer or an image`));
  if ('buffer' in range) {
    checkOptions(path, range, ['buffer', 'offset']);
    const { buffer, offset = 0 } = range;
    const { size: held } = device.getBufferMemoryRequirements(buffer);
    if (!Number.isSafeInteger(offset) || offset < 0 || BigInt(offset) + BigInt(size) > held)
      throw ours(
        new RangeError(
          `${path}: expected a range within the ${held} bytes of the buffer, got ${size} bytes at ${describe(offset)}`,
        ),
      );
    return size;
  }
  checkOptions(path, range, ['image', ...OF_IMAGE]);
  if (BEFORE_USE.includes(range.layout))
    throw ours(
      new TypeError(
        `${path}.layout: expected one that an image can be put into, got ${range.layout === undefined ? 'undefined' : explain('VkImageLayout', range.layout)}`,
      ),
    );
  const wanted = bytesOf(device.scope, range);
  if (wanted !== undefined && size < wanted)
    throw ours(new RangeError(`${path}: expected the ${wanted} bytes that the region takes, got ${size}`));
  return wanted;
}

const OF_IMAGE = ['layout', 'imageExtent', 'imageOffset', 'imageSubresource'] as const;

/** The region that vkCmdCopyBufferToImage takes. */
export const copyOf = ({
  imageExtent,
  imageOffset,
  imageSubresource = COLORS,
}: ImageRegion): VkBufferImageCopy => ({
  imageSubresource,
  imageOffset,
  imageExtent,
});

/** What changes its layout for the copy. */
export function subresourcesOf(scope: Scope, region: ImageRegion): VkImageSubresourceRange {
  const { aspectMask, mipLevel, baseArrayLayer, layerCount } = region.imageSubresource ?? COLORS;
  return {
    aspectMask: aspectsWith(aspectMask ?? 0, scope.factsOf('VkImage', region.image)?.format),
    baseMipLevel: mipLevel,
    levelCount: 1,
    baseArrayLayer,
    layerCount,
  };
}

/** Undefined of an image that other code made, and of what the command refuses. */
function bytesOf(
  scope: Scope,
  { image, imageExtent, imageSubresource = COLORS }: ImageRegion,
): number | undefined {
  const facts = scope.factsOf('VkImage', image);
  const { aspectMask = 0, baseArrayLayer = 0, layerCount = 0 } = imageSubresource ?? {};
  const { width, height, depth } = imageExtent ?? {};
  const numbers = [aspectMask, baseArrayLayer, layerCount, width, height, depth];
  if (facts === undefined || !numbers.every(Number.isSafeInteger)) return undefined;
  return bytesOfCopy(facts.format, facts.arrayLayers, {
    pHostPointer: null,
    memoryRowLength: 0,
    memoryImageHeight: 0,
    imageSubresource: { aspectMask, baseArrayLayer, layerCount },
    imageExtent: { width, height, depth },
  });
}
