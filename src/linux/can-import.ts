// Whether frames of a format and modifier can be imported, and as an image or as buffers, before there is one.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { userCall } from '../errors/user-call.ts';
import { askSupportOnce, type ImportSupport, NO_SUPPORT, supportOf } from '../external/import-support.ts';
import { checkClass } from '../handles/object.ts';
import { checkCount, checkExtent, checkOptions, uint64Of } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { checkFormat } from './frame.ts';
import { bufferSupport, isPossible, linearImage } from './import-linear.ts';
import { modifiedImage } from './import-modified.ts';
import { DRM_FORMAT_MOD_LINEAR, modifiersOf } from './modifiers.ts';
import { DMA_BUF } from './query.ts';

/** The kind of frames that are to be imported. */
export interface DmaBufKind {
  /** The format of the pixels. */
  readonly format: VkFormat;
  /** The DRM format modifier; 0n is linear, row after row. */
  readonly modifier: bigint;
  /** VkImageUsageFlagBits: how Vulkan will use it. */
  readonly usage: number;
  /** Size in pixels; without it the driver's limits are not checked. */
  readonly extent?: Required<VkExtent2D>;
}

/** What a physical device can do with such frames. */
export interface DmaBufSupport extends ImportSupport {
  /**
   * What importDmaBuf returns, undefined if it cannot import them. A linear frame is returned as an image only if the
   * driver would lay an image out with the frame's stride and offset, and otherwise as buffers.
   */
  readonly as: 'image' | 'buffer' | undefined;
  /** Number of planes in memory; undefined if the driver does not list the modifier. */
  readonly planeCount: number | undefined;
}

const KIND_NAMES = ['format', 'modifier', 'usage', 'extent'] as const;

/**
 * Asks whether frames of a format and modifier can be imported, before anything is created.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_external_memory_capabilities
 * @param kind format, modifier, usage and extent of the frames
 * @returns what can be done with them. It does not check that VK_EXT_image_drm_format_modifier is enabled, which any
 * modifier but 0n needs
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
  checkClass('canImport.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  const given = checkOptions('canImport', kind, KIND_NAMES);
  const { format, usage } = given;
  const extent = checkExtent('canImport.extent', given.extent ?? { width: 2, height: 2 });
  checkCount('canImport.usage', usage);
  checkFormat('canImport.format', format);
  const modifier = uint64Of('canImport.modifier', given.modifier, 0n);
  const listed = modifiersOf(physicalDevice, format).find(known => known.modifier === modifier);
  const planeCount = listed?.planeCount;
  if (listed !== undefined) {
    const image = modifiedImage({ format, usage, extent, modifier, planes: [] }, false);
    const driver = askSupportOnce(physicalDevice, { image }, DMA_BUF, modifier);
    const support = supportOf(driver);
    if (support.importable && isWithin(extent, driver.limits?.maxExtent))
      return { as: 'image', planeCount, ...support };
  }
  if (modifier !== DRM_FORMAT_MOD_LINEAR) return { as: undefined, planeCount, ...NO_SUPPORT };
  const image = linearImage({ format, usage, extent });
  if (isPossible(physicalDevice, image))
    return { as: 'image', planeCount, ...supportOf(askSupportOnce(physicalDevice, { image }, DMA_BUF)) };
  const support = bufferSupport(physicalDevice);
  return { as: support.importable ? 'buffer' : undefined, planeCount, ...support };
});

const isWithin = (extent: Required<VkExtent2D>, maxExtent: Partial<VkExtent2D> = {}): boolean =>
  extent.width <= (maxExtent.width ?? 0) && extent.height <= (maxExtent.height ?? 0);
