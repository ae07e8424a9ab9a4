// The limits of a driver for an image, and the rules of the specification that a larger one breaks.
import type { VkExtent3D, VkImageCreateInfo, VkImageFormatProperties } from '../../ffi/types/structs.ts';
import { isRecord } from '../errors/bytes.ts';
import { ValidUsageError } from '../errors/errors.ts';

/** What getPhysicalDeviceImageFormatProperties2 returns for a format, a usage and a handle type. */
export type ImageLimits = Pick<
  VkImageFormatProperties,
  'maxExtent' | 'maxMipLevels' | 'maxArrayLayers' | 'sampleCounts'
>;

/** 0 for what is no number. */
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/**
 * Throws ValidUsageError for an image beyond the limits; members that are zero or of a wrong type createImage refuses.
 * @param path of the image's create info
 */
export function checkLimits(path: string, image: VkImageCreateInfo, limits: ImageLimits): void {
  const mipLevels = numberOf(image.mipLevels);
  const arrayLayers = numberOf(image.arrayLayers);
  const samples = numberOf(image.samples);
  const extent: Partial<VkExtent3D> = isRecord(image.extent) ? image.extent : {};
  const [width, height, depth] = [extent.width, extent.height, extent.depth].map(numberOf);
  const { maxExtent, maxMipLevels, maxArrayLayers, sampleCounts } = limits;
  const broken = (vuid: string, member: string, expected: string, got: number) =>
    new ValidUsageError(
      `VUID-VkImageCreateInfo-${vuid}`,
      `${path}.${member}: expected ${expected}, the driver's limit for this format, usage and handle type, got ${got}`,
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
  if (samples !== 0 && (samples & sampleCounts) === 0)
    throw broken('samples-02258', 'samples', `one of 0b${sampleCounts.toString(2)}`, samples);
  // At least 1, because createImage refuses an image without an extent by itself.
  const levels = Math.floor(Math.log2(Math.max(width, height, depth, 1))) + 1;
  if (mipLevels > levels)
    throw new ValidUsageError(
      'VUID-VkImageCreateInfo-mipLevels-00958',
      `${path}.mipLevels: expected at most ${levels}, which is down to one pixel, got ${mipLevels}`,
    );
}
