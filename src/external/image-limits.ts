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
  const { width = 0, height = 0, depth = 0 }: Partial<VkExtent3D> = image.extent ?? {};
  const { maxExtent, maxMipLevels, maxArrayLayers, sampleCounts } = limits;
  const broken = (vuid: string, member: string, expected: string, got: number) =>
    new ValidUsageError(
      `VUID-VkImageCreateInfo-${vuid}`,
      `${path}.${member}: expected ${expected}, which is what the driver has for this format, usage and handle type, got ${got}`,
    );
  if (width > maxExtent.width)
    throw broken('extent-02252', 'extent.width', `at most ${maxExtent.width}`, width);
  if (height > maxExtent.height)
    throw broken('extent-02253', 'extent.height', `at most ${maxExtent.height}`, height);
  if (depth > maxExtent.depth)
    throw broken('extent-02254', 'extent.depth', `at most ${maxExtent.depth}`, depth);
  if (mipLevels > maxMipLevels)
    throw broken('mipLevels-02255', 'mipLevels', `at most ${maxMipLevels}`, mipLevels);
  if (arrayLayers > maxArrayLayers)
    throw broken('arrayLayers-02256', 'arrayLayers', `at most ${maxArrayLayers}`, arrayLayers);
  if (samples !== undefined && (samples & sampleCounts) === 0)
    throw broken('samples-02258', 'samples', `one of 0b${sampleCounts.toString(2)}`, samples);
  // An image of no extent has no levels to count; createImage refuses it.
  const levels = Math.floor(Math.log2(Math.max(width, height, depth, 1))) + 1;
  if (mipLevels > levels)
    throw new ValidUsageError(
      'VUID-VkImageCreateInfo-mipLevels-00958',
      `${path}.mipLevels: expected at most ${levels}, which go down to one pixel, got ${mipLevels}`,
    );
}
