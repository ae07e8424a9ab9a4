// In: a physical device, an image or buffer as it would be created, a handle type.
// Out: whether such a handle can be imported for it, and under which conditions.
import {
  VkExternalMemoryFeatureFlagBits as Feature,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
} from '../../ffi/rows/bitmasks.ts';
import { VkImageType, VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  VkBufferCreateInfo,
  VkExternalMemoryProperties,
  VkImageCreateInfo,
} from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { explain } from '../errors/explain.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { core11 } from './available.ts';
import { handleTypeName, NotImportableError } from './errors.ts';
import { factsOf, WIN32_HANDLE_TYPES } from './handle-type.ts';

/** What memory is imported for: an image or a buffer, as it is to be created. */
export type Resource =
  | { readonly image: VkImageCreateInfo; readonly buffer?: undefined }
  | { readonly buffer: VkBufferCreateInfo; readonly image?: undefined };

/** What a physical device can do with one handle type. */
export interface ImportSupport {
  /** A handle of it can be imported. */
  readonly importable: boolean;
  /** Memory can be exported as one. */
  readonly exportable: boolean;
  /** Memory of it must be a dedicated allocation. */
  readonly dedicatedOnly: boolean;
  /** Types that an image or buffer may declare together with it. */
  readonly compatibleHandleTypes: number;
}

const NOTHING: VkExternalMemoryProperties = {
  externalMemoryFeatures: 0,
  exportFromImportedHandleTypes: 0,
  compatibleHandleTypes: 0,
};

/**
 * Asks whether handles of a type can be imported for such an image or buffer, before anything is made.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the image or buffer as it would be created; an image must have the D3D texture's own numbers
 * @param handleType of the six types of Windows handles
 * @returns what can be done; nothing where the driver does not support the format with this type at all
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryProperties.html
 *
 * @example
 * const { importable } = canImport(gpu, { image: imageCreateInfo }, VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE);
 */
export function canImport(
  physicalDevice: PhysicalDevice,
  resource: Resource,
  handleType: HandleType,
): ImportSupport {
  factsOf(handleType, 'canImport');
  const { externalMemoryFeatures: features, compatibleHandleTypes } =
    resource.image === undefined
      ? ofBuffer(physicalDevice, resource.buffer, handleType)
      : ofImage(physicalDevice, resource.image, handleType);
  return {
    importable: (features & Feature.IMPORTABLE) !== 0,
    exportable: (features & Feature.EXPORTABLE) !== 0,
    dedicatedOnly: (features & Feature.DEDICATED_ONLY) !== 0,
    compatibleHandleTypes,
  };
}

/**
 * Lists the types of Windows handles that can be imported for such an image or buffer.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the image or buffer as it would be created
 * @returns VkExternalMemoryHandleTypeFlagBits values, in the order of their bits
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryHandleTypeFlagBits.html
 */
export const importableHandleTypes = (physicalDevice: PhysicalDevice, resource: Resource): HandleType[] =>
  WIN32_HANDLE_TYPES.filter(type => canImport(physicalDevice, resource, type).importable);

/** Throws NotImportableError, with the types that can be, unless this one can. */
export function requireImportable(
  physicalDevice: PhysicalDevice,
  resource: Resource,
  handleType: HandleType,
): ImportSupport {
  const support = canImport(physicalDevice, resource, handleType);
  if (support.importable) return support;
  const { deviceName } = physicalDevice.getPhysicalDeviceProperties();
  const what =
    resource.image === undefined
      ? 'a buffer of this usage'
      : `an image of format ${explain('VkFormat', resource.image.format ?? 0)} and this usage`;
  const importable = importableHandleTypes(physicalDevice, resource);
  throw new NotImportableError(
    `${deviceName} cannot import ${handleTypeName(handleType)} as ${what}; ${alternatives(importable)}`,
    handleType,
    importable,
  );
}

/** Intel's GPUs for one know no KMT handles: the same texture can be shared by an NT handle. */
function alternatives(importable: readonly number[]): string {
  if (importable.length === 0) return 'nor any other type of a Windows handle';
  const list = `it can import ${importable.map(handleTypeName).join(', ')}`;
  return importable.includes(HandleType.D3D11_TEXTURE) && !importable.includes(HandleType.D3D11_TEXTURE_KMT)
    ? `${list}: make the texture with D3D11_RESOURCE_MISC_SHARED_NTHANDLE and use its NT handle`
    : list;
}

function ofImage(
  gpu: PhysicalDevice,
  image: VkImageCreateInfo,
  handleType: HandleType,
): VkExternalMemoryProperties {
  const { format, imageType: type = VkImageType._1D, tiling, usage, flags } = image;
  try {
    const { pNext } = core11(gpu, 'getPhysicalDeviceImageFormatProperties2')(
      {
        format,
        type,
        tiling,
        usage,
        flags,
        pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO, handleType }],
      },
      { pNext: [VkStructureType.EXTERNAL_IMAGE_FORMAT_PROPERTIES] },
    );
    return pNext[0].externalMemoryProperties;
  } catch (error) {
    // That is how a handle type which is not supported shows itself.
    if (error instanceof VulkanError && error.code === 'VK_ERROR_FORMAT_NOT_SUPPORTED') return NOTHING;
    throw error;
  }
}

const ofBuffer = (
  gpu: PhysicalDevice,
  { flags, usage }: VkBufferCreateInfo,
  handleType: HandleType,
): VkExternalMemoryProperties =>
  core11(gpu, 'getPhysicalDeviceExternalBufferProperties')({ flags, usage, handleType })
    .externalMemoryProperties;
