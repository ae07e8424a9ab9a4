// The create info that the images of all two-dimensional textures have in common.
import { type VkFormat, VkImageType } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';

/** Members of VkImageCreateInfo for one level, layer and sample. */
export const image2D = (format: VkFormat, { width, height }: Required<VkExtent2D>) =>
  ({
    imageType: VkImageType._2D,
    format,
    extent: { width, height, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: 1,
  }) as const;
