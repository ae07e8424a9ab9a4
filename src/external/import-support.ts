// Asks a driver whether memory of a handle type can be imported for an image or a buffer, and how large the image may be.
import {
  VkExternalMemoryFeatureFlagBits as Feature,
  type VkExternalMemoryHandleTypeFlagBits as HandleType,
} from '../../ffi/rows/bitmasks.ts';
import { VkImageTiling, VkImageType, VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  VkBufferCreateInfo,
  VkExternalMemoryProperties,
  VkImageCreateInfo,
} from '../../ffi/types/structs.ts';
import { isRecord } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { VulkanError } from '../errors/errors.ts';
import { ours } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { chainOf, copyAt, readMembers } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';
import { checkLimits, type ImageLimits } from './image-limits.ts';

/** What memory is imported for: the create info of an image or of a buffer. */
export type ResourceCreateInfo =
  | { readonly image: VkImageCreateInfo; readonly buffer?: undefined }
  | { readonly buffer: VkBufferCreateInfo; readonly image?: undefined };

/** Throws unless the resource has either an image or a buffer. @returns a copy */
export function checkResource(path: string, resource: ResourceCreateInfo): ResourceCreateInfo {
  const expected = 'expected either image or buffer, a VkImageCreateInfo or VkBufferCreateInfo';
  if (!isRecord(resource)) throw ours(new TypeError(`${path}: ${expected}, got ${describe(resource)}`));
  const { image, buffer } = readMembers(path, resource, ['image', 'buffer']);
  if ((image === undefined) === (buffer === undefined) || !isRecord(image ?? buffer))
    throw ours(new TypeError(`${path}: ${expected}`));
  if (buffer !== undefined) return { buffer: copyInfo(`${path}.buffer`, buffer) };
  const copy = copyInfo<VkImageCreateInfo>(`${path}.image`, image!);
  // The command refuses what is no extent.
  return isRecord(copy.extent)
    ? { image: { ...copy, extent: copyAt(`${path}.image.extent`, copy.extent) } }
    : { image: copy };
}

/** Copies a create info and the list of its chain, to which a struct is added. */
function copyInfo<T extends { pNext?: readonly unknown[] | null | undefined }>(path: string, info: T): T {
  const copy = copyAt(path, info);
  return copy.pNext === undefined ? copy : { ...copy, pNext: chainOf(`${path}.pNext`, copy.pNext) };
}

/** What a physical device can do with one handle type. */
export interface ImportSupport {
  /** Whether memory can be imported from it. */
  readonly importable: boolean;
  /** Whether memory can be exported as it. */
  readonly exportable: boolean;
  /** Whether such memory must be a dedicated allocation. */
  readonly dedicatedOnly: boolean;
  /** VkExternalMemoryHandleTypeFlagBits that an image or buffer may declare together with it. */
  readonly compatibleHandleTypes: number;
}

/** What the driver says about a handle type, and for an image how large it may be. */
interface DriverSupport {
  readonly memory: VkExternalMemoryProperties;
  readonly limits?: ImageLimits;
}

const UNSUPPORTED: DriverSupport = {
  memory: { externalMemoryFeatures: 0, exportFromImportedHandleTypes: 0, compatibleHandleTypes: 0 },
};

export const supportOf = ({
  memory: { externalMemoryFeatures, compatibleHandleTypes },
}: DriverSupport): ImportSupport => ({
  importable: (externalMemoryFeatures & Feature.IMPORTABLE) !== 0,
  exportable: (externalMemoryFeatures & Feature.EXPORTABLE) !== 0,
  dedicatedOnly: (externalMemoryFeatures & Feature.DEDICATED_ONLY) !== 0,
  compatibleHandleTypes,
});

/** Support for nothing. */
export const NO_SUPPORT: ImportSupport = supportOf(UNSUPPORTED);

/** Throws ValidUsageError for an image larger than the driver allows. */
export function requireWithinLimits(
  path: string,
  { image }: ResourceCreateInfo,
  { limits }: DriverSupport,
): void {
  if (image !== undefined && limits !== undefined) checkLimits(path, image, limits);
}

/** A question that was asked already, with all that the driver's answer depends on. */
interface AskedQuestion {
  readonly handleType: number;
  readonly isImage: boolean;
  readonly flags: number;
  readonly usage: number;
  readonly format: number;
  readonly imageType: number;
  readonly tiling: number;
  readonly modifier: bigint | undefined;
  readonly driver: DriverSupport;
}

/** A list is enough, the latest last: a program imports a handful of kinds of textures. */
const askedOf = memoize((_physicalDevice: PhysicalDevice): AskedQuestion[] => [], new WeakMap());

const MOST_KEPT = 64;

/** Asks the driver once for all resources that are alike, since its answer never changes. */
export function askSupportOnce(
  physicalDevice: PhysicalDevice,
  resource: ResourceCreateInfo,
  handleType: HandleType,
  modifier?: bigint,
): DriverSupport {
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
      known.tiling === tiling &&
      known.modifier === modifier
    )
      return known.driver;
  const driver = askSupport(physicalDevice, resource, handleType, modifier);
  if (asked.length === MOST_KEPT) asked.shift();
  asked.push({ handleType, isImage, flags, usage, format, imageType, tiling, modifier, driver });
  return driver;
}

const NO_IMAGE: Partial<VkImageCreateInfo> = {};

/**
 * Asks the driver.
 * @param modifier of an image with tiling DRM_FORMAT_MODIFIER_EXT
 */
export const askSupport = (
  physicalDevice: PhysicalDevice,
  resource: ResourceCreateInfo,
  handleType: HandleType,
  modifier?: bigint,
): DriverSupport =>
  resource.image === undefined
    ? askOfBuffer(physicalDevice, resource.buffer, handleType)
    : askOfImage(physicalDevice, resource.image, handleType, modifier);

function askOfImage(
  gpu: PhysicalDevice,
  image: VkImageCreateInfo,
  handleType: HandleType,
  drmFormatModifier: bigint | undefined,
): DriverSupport {
  const {
    format,
    imageType: type = VkImageType._1D,
    tiling = VkImageTiling.OPTIMAL,
    usage,
    flags = 0,
  } = image;
  const external = {
    sType: VkStructureType.PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
    handleType,
  } as const;
  try {
    const { imageFormatProperties: limits, pNext } = gpu[
      coreOrAlias(gpu, 'getPhysicalDeviceImageFormatProperties2')
    ](
      {
        format,
        type,
        tiling,
        usage,
        flags,
        pNext:
          drmFormatModifier === undefined
            ? [external]
            : [
                external,
                {
                  sType: VkStructureType.PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT,
                  drmFormatModifier,
                },
              ],
      },
      { pNext: [VkStructureType.EXTERNAL_IMAGE_FORMAT_PROPERTIES] },
    );
    return { memory: pNext[0].externalMemoryProperties, limits };
  } catch (error) {
    // Drivers answer so for a handle type that they do not support.
    if (error instanceof VulkanError && error.code === 'VK_ERROR_FORMAT_NOT_SUPPORTED') return UNSUPPORTED;
    throw error;
  }
}

const askOfBuffer = (
  gpu: PhysicalDevice,
  { flags = 0, usage }: VkBufferCreateInfo,
  handleType: HandleType,
): DriverSupport => ({
  memory: gpu[coreOrAlias(gpu, 'getPhysicalDeviceExternalBufferProperties')]({ flags, usage, handleType })
    .externalMemoryProperties,
});
