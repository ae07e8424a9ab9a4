// The barriers with which an image or buffer passes from outside to a queue family and back.
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
import { ours } from '../errors/user-call.ts';
import { describe } from '../native/argument-error.ts';
import { checkOptions } from '../native/options.ts';

/** What Vulkan does with it. */
export interface ExternalUse {
  /** The queue family that uses it. */
  readonly queueFamilyIndex: number;
  /** VkAccessFlagBits of that use. */
  readonly accessMask: number;
}

export interface ExternalImageUse extends ExternalUse {
  /** Layout of that use; GENERAL if left out, which is the one that it has outside. */
  readonly layout?: VkImageLayout;
  /** Which part; all of the colour if left out. */
  readonly subresourceRange?: VkImageSubresourceRange;
}

const USE = ['queueFamilyIndex', 'accessMask'] as const;
const IMAGE_USE = [...USE, 'layout', 'subresourceRange'] as const;

const WHOLE: VkImageSubresourceRange = {
  aspectMask: VkImageAspectFlagBits.COLOR,
  levelCount: REMAINING_MIP_LEVELS,
  layerCount: REMAINING_ARRAY_LAYERS,
};
const WHOLE_BUFFER = { offset: 0n, size: WHOLE_SIZE };

/** What stays away from a barrier would be 0 in it, the first queue family. */
function checkUse<T extends ExternalUse>(
  use: T,
  path: string,
  known: Parameters<typeof checkOptions<T>>[2],
): void {
  checkOptions(path, use, known);
  for (const name of USE)
    if (!Number.isInteger(use[name]))
      throw ours(new TypeError(`${path}.${name}: expected an integer, got ${describe(use[name])}`));
}

/**
 * Builds the barrier by which a queue family takes an image over.
 * @param outside QUEUE_FAMILY_EXTERNAL or QUEUE_FAMILY_FOREIGN_EXT
 * @param path of the use, for errors
 */
export function acquireImage(
  image: VkImage,
  use: ExternalImageUse,
  outside: number,
  path: string,
): VkImageMemoryBarrier {
  checkUse(use, path, IMAGE_USE);
  return {
    srcAccessMask: 0,
    dstAccessMask: use.accessMask,
    oldLayout: VkImageLayout.GENERAL,
    newLayout: use.layout ?? VkImageLayout.GENERAL,
    srcQueueFamilyIndex: outside,
    dstQueueFamilyIndex: use.queueFamilyIndex,
    image,
    subresourceRange: use.subresourceRange ?? WHOLE,
  };
}

/** Builds the barrier by which a queue family gives an image back. */
export function releaseImage(
  image: VkImage,
  use: ExternalImageUse,
  outside: number,
  path: string,
): VkImageMemoryBarrier {
  checkUse(use, path, IMAGE_USE);
  return {
    srcAccessMask: use.accessMask,
    dstAccessMask: 0,
    oldLayout: use.layout ?? VkImageLayout.GENERAL,
    newLayout: VkImageLayout.GENERAL,
    srcQueueFamilyIndex: use.queueFamilyIndex,
    dstQueueFamilyIndex: outside,
    image,
    subresourceRange: use.subresourceRange ?? WHOLE,
  };
}

/** Builds the barrier by which a queue family takes a whole buffer over. */
export function acquireBuffer(
  buffer: VkBuffer,
  use: ExternalUse,
  outside: number,
  path: string,
): VkBufferMemoryBarrier {
  checkUse(use, path, USE);
  return {
    srcAccessMask: 0,
    dstAccessMask: use.accessMask,
    srcQueueFamilyIndex: outside,
    dstQueueFamilyIndex: use.queueFamilyIndex,
    buffer,
    ...WHOLE_BUFFER,
  };
}

/** Builds the barrier by which a queue family gives a whole buffer back. */
export function releaseBuffer(
  buffer: VkBuffer,
  use: ExternalUse,
  outside: number,
  path: string,
): VkBufferMemoryBarrier {
  checkUse(use, path, USE);
  return {
    srcAccessMask: use.accessMask,
    dstAccessMask: 0,
    srcQueueFamilyIndex: use.queueFamilyIndex,
    dstQueueFamilyIndex: outside,
    buffer,
    ...WHOLE_BUFFER,
  };
}
