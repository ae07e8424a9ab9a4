// Memory for a buffer or an image: requirements asked, type chosen, allocated and bound, in one call.
import { VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkExternalMemoryHandleTypeFlags } from '../../ffi/rows/flag-types.ts';
import type { VkBuffer, VkDeviceMemory, VkImage, VkMemoryAllocateInfo } from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { describe } from '../native/argument-error.ts';
import { isArray } from '../native/bytes.ts';
import { checkOptions } from '../native/options.ts';
import type { Device } from '../objects/device.ts';
import { checkMemoryWish, chooseMemoryType, type MemoryWish } from './memory-type.ts';

/** What memory is allocated for. */
export type Resource = { readonly buffer: VkBuffer } | { readonly image: VkImage };

/** What the memory should be like. */
export interface AllocationWish extends MemoryWish {
  /** Handle types that it can be exported as (VkExportMemoryAllocateInfo); the resource must be created for them. */
  readonly exportAs?: VkExternalMemoryHandleTypeFlags;
  /** More for VkMemoryAllocateInfo: VkMemoryAllocateFlagsInfo for buffers with a device address, priorities… */
  readonly pNext?: NonNullable<VkMemoryAllocateInfo['pNext']>;
}

/** Memory that a resource is bound to; it is the caller's to free, after the resource. */
export interface Allocation {
  /** The memory. */
  readonly memory: VkDeviceMemory;
  /** Its bytes. */
  readonly allocationSize: bigint;
  /** Which of the device's memory types it is of. */
  readonly memoryTypeIndex: number;
  /** Whether Vulkan wanted an allocation for this resource alone. */
  readonly dedicated: boolean;
}

/** Size and types that the resource needs, and whether it wants memory of its own; Vulkan 1.0 alone cannot say that. */
function requirementsOf(device: Device, resource: Resource) {
  const pNext = [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] as const;
  const suffix = ['', 'KHR'].find(end => device.dispatch.has(`vkGetBufferMemoryRequirements2${end}`)) as
    | ''
    | 'KHR';
  if (
    suffix === undefined ||
    (suffix === 'KHR' && !device.enabledExtensions.has('VK_KHR_dedicated_allocation'))
  ) {
    const memoryRequirements =
      'buffer' in resource
        ? device.getBufferMemoryRequirements(resource.buffer)
        : device.getImageMemoryRequirements(resource.image);
    return { ...memoryRequirements, dedicated: false };
  }
  const answer =
    'buffer' in resource
      ? device[`getBufferMemoryRequirements2${suffix}`](resource, { pNext })
      : device[`getImageMemoryRequirements2${suffix}`](resource, { pNext });
  const [{ prefersDedicatedAllocation, requiresDedicatedAllocation }] = answer.pNext;
  return {
    ...answer.memoryRequirements,
    dedicated: prefersDedicatedAllocation || requiresDedicatedAllocation,
  };
}

/**
 * Allocates memory for a buffer or an image and binds it, at offset 0; dedicated where Vulkan prefers or requires that.
 * Makes vkGetBufferMemoryRequirements2 or vkGetImageMemoryRequirements2 (the first version's where there is no other),
 * vkGetPhysicalDeviceMemoryProperties, vkAllocateMemory, vkBindBufferMemory or vkBindImageMemory. Each call is an
 * allocation, of which a device has few (maxMemoryAllocationCount): this is no allocator.
 * @param resource `{ buffer }` or `{ image }`, not bound to anything yet
 * @returns the memory and what it is; the caller frees it, after the resource
 * @throws Error where no memory type has what is required, VulkanError where there is no memory
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkAllocateMemory.html
 *
 * @example
 * const buffer = device.createBuffer({ size: 4096, usage: VkBufferUsageFlagBits.STORAGE_BUFFER });
 * const { memory } = allocateFor(device, { buffer }, { required: VkMemoryPropertyFlagBits.HOST_VISIBLE });
 * const mapped = mapMemory(device, memory, 4096);
 */
export const allocateFor = userCall(function allocateFor(
  device: Device,
  resource: Resource,
  wish: AllocationWish = {},
): Allocation {
  checkClass('allocateFor.device', device, 'VkDevice');
  checkOptions('allocateFor.resource', resource, ['buffer', 'image']);
  if ('buffer' in resource === 'image' in resource)
    throw ours(new TypeError('allocateFor.resource: expected either a buffer or an image'));
  checkMemoryWish('allocateFor.wish', wish, ['exportAs', 'pNext']);
  const { required, preferred, exportAs, pNext = [] } = wish;
  if (!isArray(pNext))
    throw ours(new TypeError(`allocateFor.wish.pNext: expected an array of structs, got ${describe(pNext)}`));
  const { size: allocationSize, memoryTypeBits, dedicated } = requirementsOf(device, resource);
  const memoryTypeIndex = chooseMemoryType(device.physicalDevice, memoryTypeBits, { required, preferred });
  const memory = device.allocateMemory({
    allocationSize,
    memoryTypeIndex,
    pNext: [
      ...(dedicated ? [{ sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, ...resource } as const] : []),
      ...(exportAs
        ? [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: exportAs } as const]
        : []),
      ...pNext,
    ],
  });
  try {
    if ('buffer' in resource) device.bindBufferMemory(resource.buffer, memory, 0);
    else device.bindImageMemory(resource.image, memory, 0);
  } catch (error) {
    device.freeMemory(memory);
    throw error;
  }
  return { memory, allocationSize, memoryTypeIndex, dedicated };
});
