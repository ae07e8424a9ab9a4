// DRM format modifiers: the numbers that say how the memory of a frame is laid out, and those that a format can have.
import type { VkFormat } from '../../ffi/rows/enums.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { userCall } from '../errors/user-call.ts';
import { core11 } from '../external/available.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';
import { offeredBy } from './drm-node.ts';

/** Row after row, `stride` bytes from one to the next. */
export const DRM_FORMAT_MOD_LINEAR = 0n;
/** No modifier: only who made the frame, and the same driver, know how it is laid out. */
export const DRM_FORMAT_MOD_INVALID = 0x00ff_ffff_ffff_ffffn;

export const MODIFIERS = 'VK_EXT_image_drm_format_modifier';

export const hex = (modifier: bigint): string => `0x${modifier.toString(16).padStart(16, '0')}`;

/** What a physical device can do with a format of one modifier. */
export interface FormatModifier {
  /** The modifier, as drm_fourcc.h numbers it. */
  readonly modifier: bigint;
  /** Planes in memory: those of the format, and what a modifier adds to them. */
  readonly planeCount: number;
  /** VkFormatFeatureFlagBits: what an image of it can be used for. */
  readonly features: number;
}

const listsOf = memoize(
  (_physicalDevice: PhysicalDevice) => new Map<number, readonly FormatModifier[]>(),
  new WeakMap(),
);

/**
 * Lists the modifiers that a physical device has for a format, to agree upon one with who makes the frames.
 * @param physicalDevice the device; its instance needs Vulkan 1.1 or VK_KHR_get_physical_device_properties2
 * @param format the format, as Vulkan names it
 * @returns the modifiers with their planes and features; none where the driver has no VK_EXT_image_drm_format_modifier
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/VkDrmFormatModifierPropertiesListEXT.html
 *
 * @example
 * const modifiers = modifiersOf(gpu, VkFormat.B8G8R8A8_UNORM).map(({ modifier }) => modifier);
 */
export const modifiersOf = userCall(function modifiersOf(
  physicalDevice: PhysicalDevice,
  format: VkFormat,
): readonly FormatModifier[] {
  const lists = listsOf(physicalDevice);
  let list = lists.get(format);
  if (list === undefined) {
    list = offeredBy(physicalDevice).has(MODIFIERS) ? ask(physicalDevice, format) : [];
    lists.set(format, list);
  }
  return list;
});

function ask(gpu: PhysicalDevice, format: VkFormat): readonly FormatModifier[] {
  const { pNext } = gpu[core11(gpu, 'getPhysicalDeviceFormatProperties2')](format, {
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
