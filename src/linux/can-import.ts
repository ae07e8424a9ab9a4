// Whether a frame of some format and modifier can be imported, and as what, before there is one.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { askOnce, type ImportSupport, supportOf } from '../external/import-support.ts';
import { checkCount, checkExtent, checkOptions, uint64Of } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { checkFormat } from './frame.ts';
import { bufferSupport, isPossible, linearImage } from './import-linear.ts';
import { modifiedImage } from './import-modified.ts';
import { DRM_FORMAT_MOD_LINEAR, modifiersOf } from './modifiers.ts';
import { DMA_BUF } from './query.ts';

/** What a frame will be like. */
export interface DmaBufKind {
  /** The pixels, as Vulkan names them. */
  readonly format: VkFormat;
  /** The DRM format modifier: 0n for rows one after the other. */
  readonly modifier: bigint;
  /** VkImageUsageFlagBits: what Vulkan is to do with it. */
  readonly usage: number;
  /** Pixels; a pixel if left out, which leaves the driver's limits aside. */
  readonly extent?: Required<VkExtent2D>;
}

/** What a physical device can do with such frames. */
export interface DmaBufSupport extends ImportSupport {
  /**
   * As what importDmaBuf gives it, undefined where it cannot be imported. A linear frame is an image only where the
   * driver lays one out with the frame's stride and offset too, and comes back as buffers elsewhere.
   */
  readonly as: 'image' | 'buffer' | undefined;
  /** With a modifier, how many planes a frame has in memory; undefined where the driver does not list it. */
  readonly planeCount: number | undefined;
}

const KIND = ['format', 'modifier', 'usage', 'extent'] as const;

/**
 * Asks whether frames of a format and modifier can be imported, before anything is made.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param kind format, modifier, usage and extent of the frames
 * @returns what can be done with them. A modifier other than 0n needs VK_EXT_image_drm_format_modifier enabled on the
 * device, which is not asked here
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkPhysicalDeviceImageDrmFormatModifierInfoEXT.html
 *
 * @example
 * const { format, usage } = { format: VkFormat.R8G8B8A8_UNORM, usage: VkImageUsageFlagBits.SAMPLED };
 * const usable = modifiersOf(gpu, format).filter(({ modifier }) => canImport(gpu, { format, usage, modifier }).importable);
 */
export const canImport = userCall(function canImport(
  physicalDevice: PhysicalDevice,
  kind: DmaBufKind,
): DmaBufSupport {
  checkOptions('canImport', kind, KIND);
  const { format, usage, extent = { width: 2, height: 2 } } = kind;
  checkExtent('canImport.extent', extent);
  checkCount('canImport.usage', usage);
  checkFormat(format, 'canImport.format');
  const modifier = uint64Of('canImport.modifier', kind.modifier, 0n);
  const listed = modifiersOf(physicalDevice, format).find(known => known.modifier === modifier);
  const planeCount = listed?.planeCount;
  if (listed !== undefined) {
    const image = modifiedImage({ format, usage, extent, modifier, planes: [] }, false);
    const driver = askOnce(physicalDevice, { image }, DMA_BUF, modifier);
    const support = supportOf(driver);
    if (support.importable && isWithin(extent, driver.limits?.maxExtent))
      return { as: 'image', planeCount, ...support };
  }
  if (modifier !== DRM_FORMAT_MOD_LINEAR) return { as: undefined, planeCount, ...NOTHING };
  const image = linearImage({ format, usage, extent });
  if (isPossible(physicalDevice, image))
    return { as: 'image', planeCount, ...supportOf(askOnce(physicalDevice, { image }, DMA_BUF)) };
  const support = bufferSupport(physicalDevice);
  return { as: support.importable ? 'buffer' : undefined, planeCount, ...support };
});

const NOTHING: ImportSupport = {
  importable: false,
  exportable: false,
  dedicatedOnly: false,
  compatibleHandleTypes: 0,
};

const isWithin = (extent: Required<VkExtent2D>, most: Partial<VkExtent2D> = {}): boolean =>
  extent.width <= (most.width ?? 0) && extent.height <= (most.height ?? 0);
