// The host copies into an image and out of it, without a command buffer.
import { expect } from 'chai';
import { allocateFor } from '../../src/helpers/index.ts';
import {
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  VkStructureType as T,
} from '../../src/index.ts';
import { image2D } from '../image-2d.ts';
import { COLOR } from './draw.ts';
import { newerSuite } from './newer.ts';

const SIZE = 16;

describe('live: host image copies', () => {
  const openDevice = newerSuite();

  it('the host copies into an image and out of it', function () {
    const device = openDevice(
      this,
      ['VK_EXT_host_image_copy'],
      [{ sType: T.PHYSICAL_DEVICE_HOST_IMAGE_COPY_FEATURES_EXT, hostImageCopy: true }],
      null,
    );
    const imageExtent = { width: SIZE, height: SIZE, depth: 1 };
    const image = device.createImage(image2D(imageExtent, ImageUsage.HOST_TRANSFER_EXT));
    allocateFor(device, { image });
    device.transitionImageLayoutEXT([
      { image, oldLayout: Layout.UNDEFINED, newLayout: Layout.GENERAL, subresourceRange: COLOR },
    ]);
    const pixels = Uint8Array.from({ length: SIZE * SIZE * 4 }, (_, i) => (i * 7) & 255);
    const region = { imageSubresource: { aspectMask: COLOR.aspectMask, layerCount: 1 }, imageExtent };
    device.copyMemoryToImageEXT({
      dstImage: image,
      dstImageLayout: Layout.GENERAL,
      pRegions: [{ ...region, pHostPointer: pixels }],
    });
    const copied = new Uint8Array(pixels.length);
    device.copyImageToMemoryEXT({
      srcImage: image,
      srcImageLayout: Layout.GENERAL,
      pRegions: [{ ...region, pHostPointer: copied }],
    });
    expect(copied).to.deep.equal(pixels);
  });
});
