// Chooses a memory type by the properties that it must have and those that it should have.
import { VkMemoryPropertyFlagBits as Property } from '../../ffi/rows/bitmasks.ts';
import type { VkMemoryPropertyFlags } from '../../ffi/rows/flag-types.ts';
import { explain } from '../errors/explain.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { checkFlags, checkOptions } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';

/** Properties of a memory type, in VkMemoryPropertyFlagBits. */
export interface MemoryWish {
  /** Properties that the type must have; by default none. */
  readonly required?: VkMemoryPropertyFlags;
  /** Properties of which the type should have as many as possible. */
  readonly preferred?: VkMemoryPropertyFlags;
}

/** Throws a TypeError with the path of a wish that cannot be one; `more` are names of its other members. */
export function checkMemoryWish<T extends MemoryWish>(
  path: string,
  wish: T,
  more: readonly string[] = [],
): T {
  const wanted = checkOptions<unknown>(path, wish, ['required', 'preferred', ...more]) as T;
  checkFlags(`${path}.required`, wanted.required ?? 0, 'VkMemoryPropertyFlagBits');
  checkFlags(`${path}.preferred`, wanted.preferred ?? 0, 'VkMemoryPropertyFlagBits');
  return wanted;
}

/** Types with these are chosen only on request: they need a feature, or not every resource can use them. */
const SPECIAL = Property.PROTECTED | Property.DEVICE_COHERENT_AMD | Property.DEVICE_UNCACHED_AMD;

const count = (flags: number): number => (flags === 0 ? 0 : 1 + count(flags & (flags - 1)));
const named = (flags: number): string => (flags === 0 ? 'none' : explain('VkMemoryPropertyFlags', flags));

/**
 * Chooses among the memory types that a resource allows: of those with all required properties the one with most preferred
 * ones, and of equals the first, since drivers list the fastest first. Calls vkGetPhysicalDeviceMemoryProperties.
 * @param gpu the physical device of the resource
 * @param memoryTypeBits of the resource's VkMemoryRequirements: bit i stands for type i
 * @param wish required and preferred properties
 * @returns the index for VkMemoryAllocateInfo.memoryTypeIndex
 * @throws Error with every type's properties if none has those that are required
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
  const { required = 0, preferred = 0 } = checkMemoryWish('chooseMemoryType.wish', wish);
  const { memoryTypes } = gpu.getPhysicalDeviceMemoryProperties();
  const allowed = memoryTypes.flatMap(({ propertyFlags }, index) =>
    (memoryTypeBits >>> index) & 1 ? [{ index, propertyFlags }] : [],
  );
  if (allowed.length === 0)
    throw ours(
      new Error(
        `chooseMemoryType.memoryTypeBits: expected a bit of one of the GPU's ${memoryTypes.length} memory types, got 0x${memoryTypeBits.toString(16)}`,
      ),
    );
  const excluded = SPECIAL & ~(required | preferred);
  const sufficient = allowed.filter(({ propertyFlags }) => (propertyFlags & required) >>> 0 === required);
  const ranked = sufficient
    .filter(({ propertyFlags }) => (propertyFlags & excluded) === 0)
    .sort((a, b) => count(b.propertyFlags & preferred) - count(a.propertyFlags & preferred));
  if (ranked.length > 0) return ranked[0].index;
  const types = allowed.map(({ index, propertyFlags }) => `${index}: ${named(propertyFlags)}`);
  const special = sufficient.reduce((bits, { propertyFlags }) => bits | (propertyFlags & excluded), 0);
  const lack =
    special === 0 ? `has ${named(required)}` : `is without ${named(special)}, which has to be required`;
  throw ours(new Error(`chooseMemoryType: no allowed memory type ${lack}; allowed are ${types.join(', ')}`));
});
