// Values of enums and flags that a call takes: newer ones are passed, mistyped ones are refused by what was expected.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';

/** All that an image's create info needs besides type and format. */
const image = {
  extent: { width: 4, height: 4, depth: 1 },
  mipLevels: 1,
  arrayLayers: 1,
  samples: 1,
  usage: 4,
} as const;

describe('enumerated values', () => {
  const { VkDevice: device, VkPhysicalDevice: gpu } = new Fixture('null').objects;
  const createImage = (info: object) => device.createImage({ ...image, ...info } as never);
  const several = (call: () => unknown) => {
    for (let time = 0; time < 3; time++) call();
  };

  it('that the registry does not list are passed: a driver may be newer', () =>
    several(() => {
      gpu.getPhysicalDeviceFormatProperties(1_000_999_001 as never);
      createImage({ format: 1_000_999_001, tiling: 1_000_999_002 });
      // A bit that no registry has yet.
      createImage({ samples: 1 << 20 });
    }));

  const wrong: [member: string, value: unknown, message: string][] = [
    [
      'tiling',
      undefined,
      'vkCreateImage.pCreateInfo.tiling: expected a VkImageTiling (OPTIMAL, LINEAR, DRM_FORMAT_MODIFIER_EXT)',
    ],
    [
      'imageType',
      1.5,
      'vkCreateImage.pCreateInfo.imageType: expected a VkImageType (_1D, _2D, _3D), got 1.5',
    ],
    ['imageType', '_2D', 'vkCreateImage.pCreateInfo.imageType: expected VkImageType._2D, got "_2D"'],
    [
      'imageType',
      2 ** 33,
      'vkCreateImage.pCreateInfo.imageType: expected a VkImageType (_1D, _2D, _3D), got 8589934592',
    ],
    [
      'samples',
      3,
      'vkCreateImage.pCreateInfo.samples: expected a VkSampleCountFlagBits (_1, _2, _4, _8, _16, _32, _64), got 3',
    ],
    [
      'samples',
      0,
      'vkCreateImage.pCreateInfo.samples: expected a VkSampleCountFlagBits (_1, _2, _4, _8, _16, _32, _64), got 0',
    ],
    ['format', Number.NaN, 'more), got NaN'],
    [
      'flags',
      undefined,
      'vkCreateImage.pCreateInfo.flags: expected VkImageCreateFlags (uint32) of VkImageCreateFlagBits (SPARSE_BINDING, ',
    ],
  ];
  for (const [member, value, message] of wrong)
    it(`${message}: ${member} is refused as ${value}`, () =>
      several(() => expect(() => createImage({ [member]: value })).to.throw(message)));

  it('of a mistyped enumerator are refused where a command takes them', () =>
    several(() =>
      expect(() => gpu.getPhysicalDeviceFormatProperties(undefined as never)).to.throw(
        /^vkGetPhysicalDeviceFormatProperties\.format: expected a VkFormat \(UNDEFINED, .* more\), got undefined/,
      ),
    ));
});
