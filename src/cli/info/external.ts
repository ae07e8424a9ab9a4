// For each handle type, whether buffers and images can be exported to it and imported from it.
import {
  type PhysicalDevice,
  VkBufferUsageFlagBits,
  type VkExternalMemoryHandleTypeFlagBits,
  type VkExternalMemoryProperties,
  VkFormat,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkStructureType,
  VulkanError,
} from '../../index.ts';
import { registry } from '../../registry/registry.ts';

export interface ExternalMemory {
  readonly handleType: VkExternalMemoryHandleTypeFlagBits;
  readonly buffer: VkExternalMemoryProperties;
  /** For a sampled R8G8B8A8_UNORM image; undefined if there are none of that handle type. */
  readonly image: VkExternalMemoryProperties | undefined;
}

export function externalMemory(gpu: PhysicalDevice): ExternalMemory[] {
  const values = Object.values(registry.tables.enums('VkExternalMemoryHandleTypeFlagBits') ?? {});
  return ([...new Set(values)] as VkExternalMemoryHandleTypeFlagBits[]).map(handleType => ({
    handleType,
    buffer: gpu.getPhysicalDeviceExternalBufferProperties({
      usage: VkBufferUsageFlagBits.TRANSFER_SRC | VkBufferUsageFlagBits.TRANSFER_DST,
      handleType,
    }).externalMemoryProperties,
    image: ofImage(gpu, handleType),
  }));
}

function ofImage(gpu: PhysicalDevice, handleType: VkExternalMemoryHandleTypeFlagBits) {
  try {
    const { pNext } = gpu.getPhysicalDeviceImageFormatProperties2(
      {
        format: VkFormat.R8G8B8A8_UNORM,
        type: VkImageType._2D,
        tiling: VkImageTiling.OPTIMAL,
        usage: VkImageUsageFlagBits.SAMPLED | VkImageUsageFlagBits.TRANSFER_DST,
        pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO, handleType }],
      },
      { pNext: [VkStructureType.EXTERNAL_IMAGE_FORMAT_PROPERTIES] },
    );
    return pNext[0].externalMemoryProperties;
  } catch (error) {
    if (error instanceof VulkanError) return undefined;
    throw error;
  }
}
