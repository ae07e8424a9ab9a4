// Barriers that acquire an image or buffer from outside Vulkan for a queue family, and release it again.
import { VkImageAspectFlagBits } from '../../ffi/rows/bitmasks.ts';
import { REMAINING_ARRAY_LAYERS, REMAINING_MIP_LEVELS, WHOLE_SIZE } from '../../ffi/rows/constants.ts';
import { VkImageLayout } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkBufferMemoryBarrier,
  VkImage,
  VkImageMemoryBarrier,
  VkImageSubresourceRange,
} from '../../ffi/types/structs.ts';
import { describe } from '../errors/describe.ts';
import { ours } from '../errors/user-call.ts';
import { checkHandle, checkOptions } from '../native/options.ts';

/** How Vulkan uses an image or buffer whose memory comes from outside. */
export interface ExternalUse {
  /** The queue family that uses it. */
  readonly queueFamilyIndex: number;
  /** VkAccessFlagBits of that use. */
  readonly accessMask: number;
}

/** How Vulkan uses an image whose memory comes from outside. */
export interface ExternalImageUse extends ExternalUse {
  /** Layout of that use; by default GENERAL, which it has outside too. */
  readonly layout?: VkImageLayout;
  /** Which part of the image; by default all of its colour. */
  readonly subresourceRange?: VkImageSubresourceRange;
}

const USE = ['queueFamilyIndex', 'accessMask'] as const;
const IMAGE_USE = [...USE, 'layout', 'subresourceRange'] as const;

const WHOLE_IMAGE: VkImageSubresourceRange = {
  aspectMask: VkImageAspectFlagBits.COLOR,
  levelCount: REMAINING_MIP_LEVELS,
  layerCount: REMAINING_ARRAY_LAYERS,
};
const WHOLE_BUFFER = { offset: 0n, size: WHOLE_SIZE };

/** Throws unless both integers are there: one left out would be 0 in the barrier, the first queue family. @returns a copy */
function checkUse<T extends ExternalUse>(
  path: string,
  use: T,
  known: Parameters<typeof checkOptions<T>>[2],
): T {
  const given = checkOptions(`${path}.use`, use, known);
  for (const name of USE)
    if (!Number.isInteger(given[name]))
      throw ours(new TypeError(`${path}.use.${name}: expected an integer, got ${describe(given[name])}`));
  return given;
}

const acquired = ({ queueFamilyIndex, accessMask }: ExternalUse, outside: number) => ({
  srcAccessMask: 0,
  dstAccessMask: accessMask,
  srcQueueFamilyIndex: outside,
  dstQueueFamilyIndex: queueFamilyIndex,
});

const released = ({ queueFamilyIndex, accessMask }: ExternalUse, outside: number) => ({
  srcAccessMask: accessMask,
  dstAccessMask: 0,
  srcQueueFamilyIndex: queueFamilyIndex,
  dstQueueFamilyIndex: outside,
});

function checkImageUse(image: VkImage, use: ExternalImageUse, path: string): ExternalImageUse {
  checkHandle(`${path}.image`, image, 'VkImage');
  return checkUse(path, use, IMAGE_USE);
}

function checkBufferUse(buffer: VkBuffer, use: ExternalUse, path: string): ExternalUse {
  checkHandle(`${path}.buffer`, buffer, 'VkBuffer');
  return checkUse(path, use, USE);
}

/** What the barriers of both directions have alike. */
const ofImage = (image: VkImage, { subresourceRange }: ExternalImageUse) => ({
  image,
  subresourceRange: subresourceRange ?? WHOLE_IMAGE,
});

/**
 * Builds the barrier that acquires an image for a queue family.
 * @param outside QUEUE_FAMILY_EXTERNAL or QUEUE_FAMILY_FOREIGN_EXT
 * @param path the function's, for errors
 */
export function acquireExternalImage(
  image: VkImage,
  use: ExternalImageUse,
  outside: number,
  path: string,
): VkImageMemoryBarrier {
  const given = checkImageUse(image, use, path);
  return {
    ...ofImage(image, given),
    ...acquired(given, outside),
    oldLayout: VkImageLayout.GENERAL,
    newLayout: given.layout ?? VkImageLayout.GENERAL,
  };
}

/** Builds the barrier that releases an image from a queue family; see {@link acquireExternalImage}. */
export function releaseExternalImage(
  image: VkImage,
  use: ExternalImageUse,
  outside: number,
  path: string,
): VkImageMemoryBarrier {
  const given = checkImageUse(image, use, path);
  return {
    ...ofImage(image, given),
    ...released(given, outside),
    oldLayout: given.layout ?? VkImageLayout.GENERAL,
    newLayout: VkImageLayout.GENERAL,
  };
}

/** Builds the barrier that acquires a whole buffer; see {@link acquireExternalImage}. */
export function acquireExternalBuffer(
  buffer: VkBuffer,
  use: ExternalUse,
  outside: number,
  path: string,
): VkBufferMemoryBarrier {
  return { buffer, ...acquired(checkBufferUse(buffer, use, path), outside), ...WHOLE_BUFFER };
}

/** Builds the barrier that releases a whole buffer; see {@link acquireExternalImage}. */
export function releaseExternalBuffer(
  buffer: VkBuffer,
  use: ExternalUse,
  outside: number,
  path: string,
): VkBufferMemoryBarrier {
  return { buffer, ...released(checkBufferUse(buffer, use, path), outside), ...WHOLE_BUFFER };
}
