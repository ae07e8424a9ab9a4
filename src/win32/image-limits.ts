// What an image may be at most, and the rules of the specification that a larger one breaks.
import type { VkExtent3D, VkImageCreateInfo, VkImageFormatProperties } from '../../ffi/types/structs.ts';
import { ValidUsageError } from '../errors/errors.ts';

/** As getPhysicalDeviceImageFormatProperties2 tells it of a format, its usage and a handle type. */
export type ImageLimits = Pick<
  VkImageFormatProperties,
  'maxExtent' | 'maxMipLevels' | 'maxArrayLayers' | 'sampleCounts'
>;

/**
 * Throws ValidUsageError for an image that is larger than the limits; what is zero or of another type createImage refuses.
 * @param path of the image: its members' names follow
 */
export function checkLimits(image: VkImageCreateInfo, limits: ImageLimits, path: string): void {
  const { mipLevels = 0, arrayLayers = 0, samples } = image;
  const extent: Partial<VkExtent3D> = image.extent ?? {};
  const { maxExtent, maxMipLevels, maxArrayLayers, sampleCounts } = limits;
  const atMost = (member: string, value: number, most: number, vuid: string, why: string) => {
    if (value > most)
      throw new ValidUsageError(
        `VUID-VkImageCreateInfo-${vuid}`,
        `${path}.${member}: expected at most ${most}, ${why}, got ${value}`,
      );
  };
  const ofDriver = 'which is what the driver has for this format, usage and handle type';
  for (const [side, vuid] of SIDES)
    atMost(`extent.${side}`, extent[side] ?? 0, maxExtent[side], vuid, ofDriver);
  atMost('mipLevels', mipLevels, maxMipLevels, 'mipLevels-02255', ofDriver);
  const longest = Math.max(...SIDES.map(([side]) => extent[side] ?? 0));
  // The levels of what has no extent nobody can count; createImage refuses it.
  if (longest > 0)
    atMost(
      'mipLevels',
      mipLevels,
      Math.floor(Math.log2(longest)) + 1,
      'mipLevels-00958',
      'down to one pixel',
    );
  atMost('arrayLayers', arrayLayers, maxArrayLayers, 'arrayLayers-02256', ofDriver);
  if (samples !== undefined && (samples & sampleCounts) === 0)
    throw new ValidUsageError(
      'VUID-VkImageCreateInfo-samples-02258',
      `${path}.samples: expected one of the sample counts 0b${sampleCounts.toString(2)}, ${ofDriver}, got ${samples}`,
    );
}

const SIDES = [
  ['width', 'extent-02252'],
  ['height', 'extent-02253'],
  ['depth', 'extent-02254'],
] as const;
