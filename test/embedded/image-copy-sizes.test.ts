// Host memory of image copies must be as large as the region is in the image's format.
import { expect } from 'chai';
import { type Device, VkFormat, VkImageType, VkSampleCountFlagBits } from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { registry } from '../../src/registry/registry.ts';
import { type Opened, open } from './driver-open.ts';
import { encoded } from './encoded.ts';

describe('sizes of image copies (embedded driver)', () => {
  let opened: Opened;
  let device: Device;

  before(() => {
    opened = open();
    device = opened.device;
  });
  after(() => {
    opened.close();
  });

  it('host memory of image copies holds the region, by the format of the image', () => {
    const { driver } = opened;
    let image = 0x900n;
    driver.override('vkCreateImage', () => ++image);
    driver.override('vkDestroyImage', () => undefined);
    const of = (width: number, height: number, depth = 1) => ({ width, height, depth });
    const { R8G8B8A8_UNORM, BC1_RGB_UNORM_BLOCK, D32_SFLOAT_S8_UINT, G8_B8R8_2PLANE_420_UNORM } = VkFormat;
    const regions: [what: string, format: VkFormat, region: object, wanted: number][] = [
      ['texels', R8G8B8A8_UNORM, { imageExtent: of(16, 8) }, 16 * 8 * 4],
      ['long rows', R8G8B8A8_UNORM, { imageExtent: of(16, 8), memoryRowLength: 20 }, (7 * 20 + 16) * 4],
      [
        'high slices',
        R8G8B8A8_UNORM,
        { imageExtent: of(4, 4, 2), memoryImageHeight: 8 },
        (8 * 4 + 3 * 4 + 4) * 4,
      ],
      ['blocks', BC1_RGB_UNORM_BLOCK, { imageExtent: of(10, 6) }, 3 * 2 * 8],
      ['depth', D32_SFLOAT_S8_UINT, { imageExtent: of(4, 4), aspectMask: 2 }, 64],
      ['stencil', D32_SFLOAT_S8_UINT, { imageExtent: of(4, 4), aspectMask: 4 }, 16],
      ['a plane', G8_B8R8_2PLANE_420_UNORM, { imageExtent: of(4, 4), aspectMask: 0x20 }, 32],
      ['layers', R8G8B8A8_UNORM, { imageExtent: of(4, 4), layerCount: 3 }, 3 * 64],
      [
        'remaining layers',
        R8G8B8A8_UNORM,
        { imageExtent: of(4, 4), baseArrayLayer: 1, layerCount: 0xffff_ffff },
        3 * 64,
      ],
    ];
    for (const [what, format, region, wanted] of regions) {
      const made = device.createImage({
        imageType: VkImageType._2D,
        format,
        extent: of(16, 16),
        mipLevels: 1,
        arrayLayers: 4,
        samples: VkSampleCountFlagBits._1,
        usage: 1,
      });
      const { imageExtent, memoryRowLength, memoryImageHeight, ...subresource } = region as Record<
        string,
        unknown
      >;
      for (const [name, member] of [
        ['VkCopyMemoryToImageInfo', 'dstImage'],
        ['VkCopyImageToMemoryInfo', 'srcImage'],
      ]) {
        const row = registry.struct(name);
        for (const encode of [interpretStruct(planOf(row)), compileStruct(planOf(row), compiledEncoder)]) {
          const told = (size: number) =>
            encoded(encode, row, device.scope, {
              [member]: made,
              [`${member}Layout`]: 1,
              pRegions: [
                {
                  pHostPointer: new Uint8Array(size),
                  imageExtent,
                  memoryRowLength,
                  memoryImageHeight,
                  imageSubresource: {
                    aspectMask: 1,
                    mipLevel: 0,
                    baseArrayLayer: 0,
                    layerCount: 1,
                    ...subresource,
                  },
                },
              ],
            });
          expect(told(wanted), what).not.to.match(/Error/);
          expect(told(wanted - 1), what).to.match(
            new RegExp(
              `pRegions\\[0\\]\\.pHostPointer: expected at least ${wanted} bytes, got ${wanted - 1} \\(VUID`,
            ),
          );
        }
      }
      device.destroyImage(made);
    }
  });
});
