// Checks the range of a buffer or the region of an image that is copied to or from a staging buffer.
import { VkImageAspectFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkImageLayout as Layout } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkBufferImageCopy,
  VkImage,
  VkImageSubresourceLayers,
  VkImageSubresourceRange,
} from '../../ffi/types/structs.ts';
import { isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { nameOrDescribe } from '../errors/explain.ts';
import { ours } from '../errors/user-call.ts';
import type { Scope } from '../handles/scope.ts';
import { aspectsWith, bytesOfCopy } from '../marshal/image-copy.ts';
import { checkFlags, checkHandle, checkOptions, copyAt } from '../native/options.ts';
import type { Device } from '../objects/device.ts';

/** A range of a buffer, which must be created with TRANSFER_DST for an upload and TRANSFER_SRC for a read. */
export interface BufferRange {
  /** The buffer. */
  readonly buffer: VkBuffer;
  /** Offset of the first byte; by default 0. */
  readonly offset?: number;
}

/** A region of an image, which must be created with TRANSFER_DST for an upload and TRANSFER_SRC for a read. */
export interface ImageRegion {
  /** The image. */
  readonly image: VkImage;
  /** For a read its layout, which it keeps; for an upload the layout that it gets, whatever it has before. */
  readonly layout: Layout;
  /** Size of the region in texels. */
  readonly imageExtent: VkBufferImageCopy['imageExtent'];
  /** Where the region begins; by default at the corner. */
  readonly imageOffset?: VkBufferImageCopy['imageOffset'];
  /** Aspect, mip level and layers; by default the colour of the first level and layer. */
  readonly imageSubresource?: VkBufferImageCopy['imageSubresource'];
}

const COLORS: VkImageSubresourceLayers = { aspectMask: VkImageAspectFlagBits.COLOR, layerCount: 1 };
/** Layouts that no barrier can transition an image to. */
const NOT_A_TARGET: readonly unknown[] = [undefined, Layout.UNDEFINED, Layout.PREINITIALIZED];

/**
 * Throws unless it is a range of a buffer or a region of an image for which this many bytes are enough.
 * @returns a copy, and the bytes that it takes: undefined for an image that other code made
 */
export function checkCopiedRange(
  path: string,
  device: Device,
  range: BufferRange | ImageRegion,
  size: number,
): { readonly range: BufferRange | ImageRegion; readonly bytes: number | undefined } {
  const given = checkOptions(path, range, ['buffer', 'offset', 'image', ...REGION_NAMES]);
  if ('buffer' in given === 'image' in given)
    throw ours(new TypeError(`${path}: expected either a buffer or an image`));
  if ('buffer' in given) {
    const { buffer, offset = 0 } = checkOptions(path, given, ['buffer', 'offset']);
    const { size: bufferSize } = device.getBufferMemoryRequirements(buffer);
    if (!Number.isSafeInteger(offset) || offset < 0 || BigInt(offset) + BigInt(size) > bufferSize)
      throw ours(
        new RangeError(
          `${path}: expected a range within the ${bufferSize} bytes of the buffer, got ${size} bytes at ${describe(offset)}`,
        ),
      );
    return { range: given, bytes: size };
  }
  const region = checkRegion(
    path,
    checkOptions<ImageRegion>(path, given as ImageRegion, ['image', ...REGION_NAMES]),
  );
  if (NOT_A_TARGET.includes(region.layout))
    throw ours(
      new TypeError(
        `${path}.layout: expected one that an image can be put into, got ${nameOrDescribe('VkImageLayout', region.layout)}`,
      ),
    );
  const wanted = bytesOf(device.scope, region);
  if (wanted !== undefined && size < wanted)
    throw ours(new RangeError(`${path}: expected the ${wanted} bytes that the region takes, got ${size}`));
  return { range: region, bytes: wanted };
}

const REGION_NAMES = ['layout', 'imageExtent', 'imageOffset', 'imageSubresource'] as const;

/** @returns a copy, with copies of the structs inside it */
function checkRegion(path: string, { image, ...region }: ImageRegion): ImageRegion {
  checkHandle(`${path}.image`, image, 'VkImage');
  const { imageOffset, imageSubresource } = region;
  const imageExtent = checkOptions(`${path}.imageExtent`, region.imageExtent, ['width', 'height', 'depth']);
  return {
    ...region,
    image,
    imageExtent,
    ...(isRecord(imageOffset) ? { imageOffset: copyAt(`${path}.imageOffset`, imageOffset) } : {}),
    ...(imageSubresource === undefined
      ? {}
      : { imageSubresource: checkSubresource(`${path}.imageSubresource`, imageSubresource) }),
  };
}

function checkSubresource(path: string, given: VkImageSubresourceLayers): VkImageSubresourceLayers {
  const layers = checkOptions(path, given, ['aspectMask', 'mipLevel', 'baseArrayLayer', 'layerCount']);
  if (layers.aspectMask !== undefined)
    checkFlags(`${path}.aspectMask`, layers.aspectMask, 'VkImageAspectFlagBits');
  return layers;
}

/** The region as vkCmdCopyBufferToImage takes it. */
export const copyOf = ({
  imageExtent,
  imageOffset,
  imageSubresource = COLORS,
}: ImageRegion): VkBufferImageCopy => ({
  imageSubresource,
  imageOffset,
  imageExtent,
});

/** The part of the image whose layout changes for the copy. */
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

/** Bytes of a region; undefined for an image that other code made, and for a region that the command will refuse. */
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
