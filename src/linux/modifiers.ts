// DRM format modifiers, the numbers for how a frame is laid out in memory, and which of them a physical device supports.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { userCall } from '../errors/user-call.ts';
import { coreOrAlias } from '../handles/core-or-alias.ts';
import { checkClass } from '../handles/object.ts';
import { checkCount } from '../native/options.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';
import { offeredBy } from './drm-node.ts';

/** Linear: row after row, `stride` bytes from one to the next. */
export const DRM_FORMAT_MOD_LINEAR = 0n;
/** No modifier: only the driver that made the frame knows how it is laid out. */
export const DRM_FORMAT_MOD_INVALID = 0x00ff_ffff_ffff_ffffn;

export const MODIFIERS = 'VK_EXT_image_drm_format_modifier';

export const formatModifier = (modifier: bigint): string => `0x${modifier.toString(16).padStart(16, '0')}`;

/** A modifier that a physical device supports with a format. */
export interface FormatModifier {
  /** The modifier, by its number in drm_fourcc.h. */
  readonly modifier: bigint;
  /** Number of planes in memory: those of the format, and those that the modifier adds. */
  readonly planeCount: number;
  /** VkFormatFeatureFlagBits: what such an image can be used for. */
  readonly features: number;
}

const listsOf = memoize(
  (gpu: PhysicalDevice) =>
    memoize((format: VkFormat): readonly FormatModifier[] =>
      offeredBy(gpu).has(MODIFIERS) ? queryModifiers(gpu, format) : [],
    ),
  new WeakMap(),
);

/**
 * Lists the modifiers that a physical device supports with a format, to agree on one with the producer of the frames.
 * @param physicalDevice its instance needs Vulkan 1.1 or VK_KHR_get_physical_device_properties2
 * @param format the format of the pixels
 * @returns the modifiers with their planes and features; none if the driver has no VK_EXT_image_drm_format_modifier
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkDrmFormatModifierPropertiesListEXT.html
 *
 * @example
 * const modifiers = modifiersOf(gpu, VkFormat.B8G8R8A8_UNORM).map(({ modifier }) => modifier);
 */
export const modifiersOf = userCall(function modifiersOf(
  physicalDevice: PhysicalDevice,
  format: VkFormat,
): readonly FormatModifier[] {
  checkClass('modifiersOf.physicalDevice', physicalDevice, 'VkPhysicalDevice');
  checkCount('modifiersOf.format', format);
  return listsOf(physicalDevice)(format);
});

function queryModifiers(gpu: PhysicalDevice, format: VkFormat): readonly FormatModifier[] {
  const { pNext } = gpu[coreOrAlias(gpu, 'getPhysicalDeviceFormatProperties2')](format, {
    pNext: [VkStructureType.DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT],
  });
  return pNext[0].pDrmFormatModifierProperties.map(
    ({ drmFormatModifier, drmFormatModifierPlaneCount, drmFormatModifierTilingFeatures }) => ({
      modifier: drmFormatModifier,
      planeCount: drmFormatModifierPlaneCount,
      features: drmFormatModifierTilingFeatures,
    }),
  );
}
