// The choice of a memory type by the properties that it must have and those that it should have.
import { VkMemoryPropertyFlagBits as Property } from '../../ffi/rows/bitmasks.ts';
import type { VkMemoryPropertyFlags } from '../../ffi/rows/flag-types.ts';
import { explain } from '../errors/explain.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';

/** What memory should be like, in VkMemoryPropertyFlagBits. */
export interface MemoryWish {
  /** Properties that the type must have; none where it is left out. */
  readonly required?: VkMemoryPropertyFlags;
  /** Properties of which the type should have as many as it can. */
  readonly preferred?: VkMemoryPropertyFlags;
}

/** Throws a TypeError that names the path to a wish that cannot be one; `more` are its other members. */
export function checkMemoryWish(path: string, wish: MemoryWish, more: readonly string[] = []): void {
  checkOptions<unknown>(path, wish, ['required', 'preferred', ...more]);
  checkFlags(`${path}.required`, wish.required ?? 0, 'VkMemoryPropertyFlagBits');
  checkFlags(`${path}.preferred`, wish.preferred ?? 0, 'VkMemoryPropertyFlagBits');
}

/** Types with these are for those who ask: they need a feature, or cannot be used by everything. */
const SPECIAL = Property.PROTECTED | Property.DEVICE_COHERENT_AMD | Property.DEVICE_UNCACHED_AMD;

const count = (flags: number): number => (flags === 0 ? 0 : 1 + count(flags & (flags - 1)));
const named = (flags: number): string => (flags === 0 ? 'none' : explain('VkMemoryPropertyFlags', flags));

/**
 * Chooses among the types that a resource allows: of those with all that is required the one with the most that is
 * preferred, of equals the first, which drivers put first because it is the fastest. Makes
 * vkGetPhysicalDeviceMemoryProperties.
 * @param memoryTypeBits of the resource's VkMemoryRequirements: bit i stands for type i
 * @returns the index for VkMemoryAllocateInfo.memoryTypeIndex
 * @throws Error naming every type's properties where none has what is required
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkMemoryPropertyFlagBits.html
 *
 * @example
 * const { HOST_VISIBLE, HOST_CACHED } = VkMemoryPropertyFlagBits;
 * const { memoryTypeBits } = device.getBufferMemoryRequirements(buffer);
 * chooseMemoryType(gpu, memoryTypeBits, { required: HOST_VISIBLE, preferred: HOST_CACHED });
 */
export const chooseMemoryType = userCall(function chooseMemoryType(
  gpu: PhysicalDevice,
  memoryTypeBits: number,
  wish: MemoryWish,
): number {
  checkClass('chooseMemoryType.gpu', gpu, 'VkPhysicalDevice');
  checkFlags('chooseMemoryType.memoryTypeBits', memoryTypeBits, 'VkMemoryRequirements.memoryTypeBits');
  checkMemoryWish('chooseMemoryType.wish', wish);
  const { required = 0, preferred = 0 } = wish;
  const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
  const allowed = memoryTypes.flatMap(({ propertyFlags }, index) =>
    (memoryTypeBits >>> index) & 1 ? [{ index, propertyFlags }] : [],
  );
  if (allowed.length === 0)
    throw ours(
      new Error(
        `chooseMemoryType.memoryTypeBits: expected a type of the GPU's ${memoryTypes.length}, got 0x${memoryTypeBits.toString(16)}: allowed are none`,
      ),
    );
  const excluded = SPECIAL & ~(required | preferred);
  const sufficient = allowed.filter(({ propertyFlags }) => (propertyFlags & required) >>> 0 === required);
  const able = sufficient
    .filter(({ propertyFlags }) => (propertyFlags & excluded) === 0)
    .sort((a, b) => count(b.propertyFlags & preferred) - count(a.propertyFlags & preferred));
  if (able.length > 0) return able[0].index;
  const types = allowed.map(({ index, propertyFlags }) => `${index}: ${named(propertyFlags)}`);
  const special = sufficient.reduce((bits, { propertyFlags }) => bits | (propertyFlags & excluded), 0);
  const lack =
    special === 0 ? `has ${named(required)}` : `is without ${named(special)}, which has to be required`;
  throw ours(new Error(`chooseMemoryType: no allowed memory type ${lack}; allowed are ${types.join(', ')}`));
});
