// Allocates memory for a buffer or an image: asks for its requirements, chooses a type, allocates and binds.
import { VkStructureType } from '../../ffi/rows/enums.ts';
import type { VkExternalMemoryHandleTypeFlags } from '../../ffi/rows/flag-types.ts';
import type { VkBuffer, VkDeviceMemory, VkImage, VkMemoryAllocateInfo } from '../../ffi/types/structs.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { chainOf, checkOptions } from '../native/options.ts';
import { API_VERSION_1_1 } from '../native/version.ts';
import type { Device } from '../objects/device.ts';
import { checkMemoryWish, chooseMemoryType, type MemoryWish } from './memory-type.ts';

/** The buffer or image that memory is allocated for. */
export type Resource = { readonly buffer: VkBuffer } | { readonly image: VkImage };

/** Properties of the memory. */
export interface AllocationWish extends MemoryWish {
  /** Handle types that it can be exported as (VkExportMemoryAllocateInfo); the resource must be created with them. */
  readonly exportAs?: VkExternalMemoryHandleTypeFlags;
  /** Structs for VkMemoryAllocateInfo: VkMemoryAllocateFlagsInfo for buffers with a device address, priorities… */
  readonly pNext?: NonNullable<VkMemoryAllocateInfo['pNext']>;
}

/** Memory that a resource is bound to; the caller frees it after the resource is destroyed. */
export interface Allocation {
  /** The memory. */
  readonly memory: VkDeviceMemory;
  /** Its size in bytes. */
  readonly allocationSize: bigint;
  /** Index of its memory type. */
  readonly memoryTypeIndex: number;
  /** Whether it is a dedicated allocation, for this resource alone. */
  readonly dedicated: boolean;
}

/** Size and memory types of the resource, and whether a dedicated allocation is preferred, which Vulkan 1.0 cannot say. */
function requirementsOf(device: Device, resource: Resource) {
  const pNext = [VkStructureType.MEMORY_DEDICATED_REQUIREMENTS] as const;
  const isOffered =
    device.physicalDevice.apiVersion >= API_VERSION_1_1 ||
    device.enabledExtensions.has('VK_KHR_dedicated_allocation');
  if (!isOffered) {
    const memoryRequirements =
      'buffer' in resource
        ? device.getBufferMemoryRequirements(resource.buffer)
        : device.getImageMemoryRequirements(resource.image);
    return { ...memoryRequirements, dedicated: false };
  }
  const answer =
    'buffer' in resource
      ? device[coreOrAlias(device, 'getBufferMemoryRequirements2')](resource, { pNext })
      : device[coreOrAlias(device, 'getImageMemoryRequirements2')](resource, { pNext });
  const [{ prefersDedicatedAllocation, requiresDedicatedAllocation }] = answer.pNext;
  return {
    ...answer.memoryRequirements,
    dedicated: prefersDedicatedAllocation || requiresDedicatedAllocation,
  };
}

/**
 * Allocates memory for a buffer or an image and binds it at offset 0, as a dedicated allocation if the driver prefers or
 * requires that. Calls vkGetBufferMemoryRequirements2 or vkGetImageMemoryRequirements2 (on Vulkan 1.0 those without 2),
 * vkGetPhysicalDeviceMemoryProperties, vkAllocateMemory, vkBindBufferMemory or vkBindImageMemory. Each call is an
 * allocation, and a device allows only so many (maxMemoryAllocationCount).
 * @param device the device of the resource
 * @param resource `{ buffer }` or `{ image }`, not bound to memory yet
 * @param wish required and preferred properties, and what else the allocation needs
 * @returns the memory and its type; the caller frees it after the resource is destroyed
 * @throws Error if no memory type has the required properties, VulkanError if there is not enough memory
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
  const owner = checkOptions('allocateFor.resource', resource, ['buffer', 'image']);
  if ('buffer' in owner === 'image' in owner)
    throw ours(new TypeError('allocateFor.resource: expected either a buffer or an image'));
  const wanted = checkMemoryWish('allocateFor.wish', wish, ['exportAs', 'pNext']);
  const { required, preferred, exportAs } = wanted;
  const pNext = chainOf('allocateFor.wish.pNext', wanted.pNext);
  const { size: allocationSize, memoryTypeBits, dedicated } = requirementsOf(device, owner);
  const memoryTypeIndex = chooseMemoryType(device.physicalDevice, memoryTypeBits, { required, preferred });
  const memory = device.allocateMemory({
    allocationSize,
    memoryTypeIndex,
    pNext: [
      ...(dedicated ? [{ sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, ...owner } as const] : []),
      ...(exportAs
        ? [{ sType: VkStructureType.EXPORT_MEMORY_ALLOCATE_INFO, handleTypes: exportAs } as const]
        : []),
      ...pNext,
    ],
  });
  try {
    if ('buffer' in owner) device.bindBufferMemory(owner.buffer, memory, 0);
    else device.bindImageMemory(owner.image, memory, 0);
  } catch (error) {
    device.freeMemory(memory);
    throw error;
  }
  return { memory, allocationSize, memoryTypeIndex, dedicated };
});
