// Whether a handle of some type can be imported as an image or buffer, and under which conditions.
import {
  VkExternalMemoryFeatureFlagBits as Feature,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
} from '../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkImageType, VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  VkBufferCreateInfo,
  VkExternalMemoryProperties,
  VkImageCreateInfo,
} from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { explain } from '../errors/explain.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { win32HandleTypes } from '../registry/win32-handle-types.ts';
import { core11 } from './available.ts';
import { handleTypeName, NotImportableError } from './errors.ts';
import { factsOf } from './handle-type.ts';
import { checkLimits, type ImageLimits } from './image-limits.ts';
import { kept } from './kept.ts';

/** What memory is imported for: an image or a buffer, as it is to be created. */
export type Resource =
  | { readonly image: VkImageCreateInfo; readonly buffer?: undefined }
  | { readonly buffer: VkBufferCreateInfo; readonly image?: undefined };

/** Throws unless one of both is there. */
export function checkResource(resource: Resource, path: string): void {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const { image, buffer } = isObject(resource) ? resource : {};
  if ((image === undefined) === (buffer === undefined) || !isObject(image ?? buffer))
    throw new TypeError(`${path}: expected image or buffer, one of them, as it is to be created`);
}

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

/** What the driver says of a handle type, and of an image how large it may be. */
interface DriverSupport {
  readonly memory: VkExternalMemoryProperties;
  readonly limits?: ImageLimits;
}

const NOTHING: DriverSupport = {
  memory: { externalMemoryFeatures: 0, exportFromImportedHandleTypes: 0, compatibleHandleTypes: 0 },
};

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
export function canImport(
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
}

const supportOf = ({
  memory: { externalMemoryFeatures, compatibleHandleTypes },
}: DriverSupport): ImportSupport => ({
  importable: (externalMemoryFeatures & Feature.IMPORTABLE) !== 0,
  exportable: (externalMemoryFeatures & Feature.EXPORTABLE) !== 0,
  dedicatedOnly: (externalMemoryFeatures & Feature.DEDICATED_ONLY) !== 0,
  compatibleHandleTypes,
});

function requireWithinLimits({ image }: Resource, { limits }: DriverSupport, path: string): void {
  if (image !== undefined && limits !== undefined) checkLimits(image, limits, path);
}

/**
 * Lists the types of Windows handles that can be imported for such an image or buffer.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param resource the image or buffer as it would be created
 * @returns VkExternalMemoryHandleTypeFlagBits values, in the order of their bits
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkExternalMemoryHandleTypeFlagBits.html
 */
export function importableHandleTypes(physicalDevice: PhysicalDevice, resource: Resource): HandleType[] {
  checkResource(resource, 'importableHandleTypes');
  const types = [...win32HandleTypes.keys()] as HandleType[];
  return types.filter(type => supportOf(ask(physicalDevice, resource, type)).importable);
}

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

/** What the answer depends on, of an image or a buffer. */
interface Question {
  readonly handleType: number;
  readonly isImage: boolean;
  readonly flags: number;
  readonly usage: number;
  readonly format: number;
  readonly imageType: number;
  readonly tiling: number;
  readonly driver: DriverSupport;
}

/** Few: a program imports a handful of kinds of textures. */
const askedOf = kept((_physicalDevice: PhysicalDevice): Question[] => []);

function askOnce(physicalDevice: PhysicalDevice, resource: Resource, handleType: HandleType): DriverSupport {
  const isImage = resource.image !== undefined;
  const { format = 0, imageType = 0, tiling = 0 } = resource.image ?? NO_IMAGE;
  const { flags = 0, usage = 0 } = resource.image ?? resource.buffer;
  const asked = askedOf(physicalDevice);
  for (const known of asked)
    if (
      known.handleType === handleType &&
      known.isImage === isImage &&
      known.flags === flags &&
      known.usage === usage &&
      known.format === format &&
      known.imageType === imageType &&
      known.tiling === tiling
    )
      return known.driver;
  const driver = ask(physicalDevice, resource, handleType);
  asked.push({ handleType, isImage, flags, usage, format, imageType, tiling, driver });
  return driver;
}

const NO_IMAGE: Partial<VkImageCreateInfo> = {};

const ask = (physicalDevice: PhysicalDevice, resource: Resource, handleType: HandleType): DriverSupport =>
  resource.image === undefined
    ? askOfBuffer(physicalDevice, resource.buffer, handleType)
    : askOfImage(physicalDevice, resource.image, handleType);

function askOfImage(gpu: PhysicalDevice, image: VkImageCreateInfo, handleType: HandleType): DriverSupport {
  const {
    format,
    imageType: type = VkImageType._1D,
    tiling = VkImageTiling.OPTIMAL,
    usage,
    flags = 0,
  } = image;
  try {
    const { imageFormatProperties: limits, pNext } = gpu[
      core11(gpu, 'getPhysicalDeviceImageFormatProperties2')
    ](
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
    return { memory: pNext[0].externalMemoryProperties, limits };
  } catch (error) {
    // That is how a handle type which is not supported shows itself.
    if (error instanceof VulkanError && error.code === 'VK_ERROR_FORMAT_NOT_SUPPORTED') return NOTHING;
    throw error;
  }
}

const askOfBuffer = (
  gpu: PhysicalDevice,
  { flags = 0, usage }: VkBufferCreateInfo,
  handleType: HandleType,
): DriverSupport => ({
  memory: gpu[core11(gpu, 'getPhysicalDeviceExternalBufferProperties')]({ flags, usage, handleType })
    .externalMemoryProperties,
});
