// Whether a Windows handle of some type can be imported as an image or buffer, and under which conditions.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { explain, handleTypeName } from '../errors/explain.ts';
import { userCall } from '../errors/user-call.ts';
import { NotImportableError } from '../external/errors.ts';
import {
  askSupport,
  askSupportOnce,
  checkResource,
  type ImportSupport,
  type ResourceCreateInfo,
  requireWithinLimits,
  supportOf,
} from '../external/import-support.ts';
import { checkClass } from '../handles/object.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { win32HandleTypes } from '../registry/win32-handle-types.ts';
import { checkHandleType } from './check-handle-type.ts';

/**
 * Asks whether handles of a type can be imported for an image or buffer, before anything is created.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the create info of the image or buffer; an image must be described as the D3D texture is
 * @param handleType one of the six types of Windows handles
 * @returns what can be done; all false if the driver does not support the format with this type
 * @throws ValidUsageError for an image beyond the driver's limits in extent, levels, layers or samples
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryProperties.html
 *
 * @example
 * const { importable } = canImport(gpu, { image: imageCreateInfo }, VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE);
 */
export const canImport = userCall(function canImport(
  physicalDevice: PhysicalDevice,
  resource: ResourceCreateInfo,
  handleType: HandleType,
): ImportSupport {
  checkClass('canImport.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  checkHandleType('canImport', handleType);
  const checked = checkResource('canImport', resource);
  const driver = askSupport(physicalDevice, checked, handleType);
  const support = supportOf(driver);
  if (support.importable) requireWithinLimits('canImport.image', checked, driver);
  return support;
});

/**
 * Lists the types of Windows handles that can be imported for an image or buffer.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the create info of the image or buffer
 * @returns VkExternalMemoryHandleTypeFlagBits values, in the order of their bits
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryHandleTypeFlagBits.html
 */
export const importableHandleTypes = userCall(function importableHandleTypes(
  physicalDevice: PhysicalDevice,
  resource: ResourceCreateInfo,
): HandleType[] {
  checkClass('importableHandleTypes.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  const checked = checkResource('importableHandleTypes', resource);
  const types = [...win32HandleTypes.keys()] as HandleType[];
  return types.filter(type => supportOf(askSupport(physicalDevice, checked, type)).importable);
});

/**
 * Throws unless an import is possible; the driver is asked once for resources that are alike.
 * @param path of the image's create info
 * @throws NotImportableError with the types that can be imported, ValidUsageError
 */
export function requireImportable(
  path: string,
  physicalDevice: PhysicalDevice,
  resource: ResourceCreateInfo,
  handleType: HandleType,
): ImportSupport {
  const driver = askSupportOnce(physicalDevice, resource, handleType);
  const support = supportOf(driver);
  if (support.importable) {
    requireWithinLimits(path, resource, driver);
    return support;
  }
  const { deviceName } = physicalDevice.getPhysicalDeviceProperties();
  const what =
    resource.image === undefined
      ? 'a buffer of this usage'
      : `an image of format ${explain('VkFormat', resource.image.format ?? 0)} and this usage`;
  const importable = importableHandleTypes(physicalDevice, resource);
  throw new NotImportableError(
    `${path}: ${deviceName} cannot import ${handleTypeName(handleType)} as ${what}; ${alternatives(importable)}`,
    handleType,
    importable,
  );
}

/** Intel's GPUs, for one, cannot import KMT handles: the same texture can be shared by an NT handle. */
function alternatives(importable: readonly number[]): string {
  if (importable.length === 0) return 'nor any other type of Windows handles';
  const list = `it can import ${importable.map(handleTypeName).join(', ')}`;
  return importable.includes(HandleType.D3D11_TEXTURE) && !importable.includes(HandleType.D3D11_TEXTURE_KMT)
    ? `${list}: make the texture with D3D11_RESOURCE_MISC_SHARED_NTHANDLE and use its NT handle`
    : list;
}
