// Whether a Windows handle of some type can be imported as an image or buffer, and under which conditions.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { explain } from '../errors/explain.ts';
import { userCall } from '../errors/user-call.ts';
import { NotImportableError } from '../external/errors.ts';
import {
  ask,
  askOnce,
  checkResource,
  type ImportSupport,
  type Resource,
  requireWithinLimits,
  supportOf,
} from '../external/import-support.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { win32HandleTypes } from '../registry/win32-handle-types.ts';
import { handleTypeName } from './errors.ts';
import { factsOf } from './handle-type.ts';

/**
 * Asks whether handles of a type can be imported for such an image or buffer, before anything is made.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the image or buffer as it would be created; an image must have the D3D texture's own numbers
 * @param handleType of the six types of Windows handles
 * @returns what can be done; nothing where the driver does not support the format with this type at all
 * @throws ValidUsageError for an image larger than the driver has it, in extent, levels, layers or samples
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryProperties.html
 *
 * @example
 * const { importable } = canImport(gpu, { image: imageCreateInfo }, VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE);
 */
export const canImport = userCall(function canImport(
  physicalDevice: PhysicalDevice,
  resource: Resource,
  handleType: HandleType,
): ImportSupport {
  factsOf(handleType, 'canImport');
  checkResource(resource, 'canImport');
  const driver = ask(physicalDevice, resource, handleType);
  const support = supportOf(driver);
  if (support.importable) requireWithinLimits(resource, driver, 'canImport.image');
  return support;
});

/**
 * Lists the types of Windows handles that can be imported for such an image or buffer.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the image or buffer as it would be created
 * @returns VkExternalMemoryHandleTypeFlagBits values, in the order of their bits
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryHandleTypeFlagBits.html
 */
export const importableHandleTypes = userCall(function importableHandleTypes(
  physicalDevice: PhysicalDevice,
  resource: Resource,
): HandleType[] {
  checkResource(resource, 'importableHandleTypes');
  const types = [...win32HandleTypes.keys()] as HandleType[];
  return types.filter(type => supportOf(ask(physicalDevice, resource, type)).importable);
});

/**
 * The same for an import: asked once for resources that are alike, since a driver's answer never changes.
 * @param path of the image: its members' names follow
 * @throws NotImportableError with the types that can be imported, ValidUsageError
 */
export function requireImportable(
  physicalDevice: PhysicalDevice,
  resource: Resource,
  handleType: HandleType,
  path: string,
): ImportSupport {
  const driver = askOnce(physicalDevice, resource, handleType);
  const support = supportOf(driver);
  if (support.importable) {
    requireWithinLimits(resource, driver, path);
    return support;
  }
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
