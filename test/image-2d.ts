// The create info of a two-dimensional image with one level and one layer.
import {
  VkFormat,
  type VkImageCreateInfo,
  VkImageTiling,
  VkImageType,
  VkSampleCountFlagBits,
} from '../src/index.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** @param format by default R8G8B8A8_UNORM */
export const image2D = (
  { width, height }: Extent,
  usage: VkImageCreateInfo['usage'],
  format: VkFormat = VkFormat.R8G8B8A8_UNORM,
) =>
  ({
    imageType: VkImageType._2D,
    format,
    extent: { width, height, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage,
  }) satisfies VkImageCreateInfo;
