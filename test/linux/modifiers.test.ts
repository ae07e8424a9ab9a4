// Images of each modifier of a real driver are laid out by the driver, and then by us in the same way.

import { closeSync } from 'node:fs';
import { expect } from 'chai';
import {
  VkImageAspectFlagBits as Aspect,
  type Device,
  VkFormatFeatureFlagBits as Feature,
  VkImageUsageFlagBits as ImageUsage,
  VkStructureType as T,
  VkFormat,
  type VkImageCreateInfo,
  VkImageTiling,
} from '../../src/index.ts';
import { type FormatModifier, importDmaBuf, modifiersOf } from '../../src/linux/index.ts';
import { figure } from '../figure.ts';
import { image2D } from '../image-2d.ts';
import { createDevice, type Live, openLive } from '../live/harness.ts';
import { skipWithout } from '../live/mesa.ts';
import { memfd } from './memfd.ts';

const EXTENSION = 'VK_EXT_image_drm_format_modifier';
const PLANES = [
  Aspect.MEMORY_PLANE_0_EXT,
  Aspect.MEMORY_PLANE_1_EXT,
  Aspect.MEMORY_PLANE_2_EXT,
  Aspect.MEMORY_PLANE_3_EXT,
];
const FORMATS = [VkFormat.R8G8B8A8_UNORM, VkFormat.B8G8R8A8_UNORM, VkFormat.R16G16B16A16_SFLOAT];

describe('linux: modifiers of a real driver', () => {
  let live: Live;
  let device: Device;

  before(function () {
    live = openLive(this);
    const offered = live.gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    skipWithout(this, live.gpu, [EXTENSION]);
    const dmaBuf = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'];
    device = createDevice(live.gpu, [EXTENSION, ...dmaBuf.filter(name => offered.includes(name))]);
  });
  after(() => {
    device?.destroyDevice();
    live?.end();
    expect(live?.messages ?? []).to.deep.equal([]);
  });

  function imageOf(format: VkFormat, pNext: VkImageCreateInfo['pNext']) {
    return device.createImage({
      ...image2D({ width: 333, height: 77 }, ImageUsage.TRANSFER_SRC, format),
      tiling: VkImageTiling.DRM_FORMAT_MODIFIER_EXT,
      pNext,
    });
  }

  /** The layout that the driver chooses, and that an image which is laid out like it needs as much memory. */
  function layOut(format: VkFormat, { modifier, planeCount }: FormatModifier): void {
    const chosen = imageOf(format, [
      { sType: T.IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT, pDrmFormatModifiers: [modifier] },
    ]);
    const { drmFormatModifier } = device.getImageDrmFormatModifierPropertiesEXT(chosen);
    expect(drmFormatModifier).to.equal(modifier);
    const pPlaneLayouts = PLANES.slice(0, planeCount).map(aspectMask => {
      const { offset, rowPitch } = device.getImageSubresourceLayout(chosen, { aspectMask });
      return { offset, rowPitch, size: 0n, arrayPitch: 0n, depthPitch: 0n };
    });
    const explicit = imageOf(format, [
      {
        sType: T.IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
        drmFormatModifier: modifier,
        pPlaneLayouts,
      },
    ]);
    expect(device.getImageMemoryRequirements(explicit)).to.deep.equal(
      device.getImageMemoryRequirements(chosen),
    );
    device.destroyImage(explicit);
    device.destroyImage(chosen);
  }

  it('are listed, and images of each can be laid out by us', () => {
    for (const format of FORMATS) {
      const modifiers = modifiersOf(live.gpu, format).filter(
        ({ features }) => (features & Feature.TRANSFER_SRC) !== 0,
      );
      expect(modifiers).not.to.be.empty;
      for (const modifier of modifiers) layOut(format, modifier);
      figure(`format ${format}: ${modifiers.length} modifiers, an image of each`);
    }
  });

  it('a frame of memory that is no dma-buf is refused by name', () => {
    const fd = memfd(333 * 77 * 4 + 65536);
    const [{ modifier, planeCount }] = modifiersOf(live.gpu, VkFormat.R8G8B8A8_UNORM);
    const planes = Array.from({ length: planeCount }, () => ({ fd, stride: 1536, offset: 0 }));
    let error: Error | undefined;
    try {
      importDmaBuf(device, {
        planes,
        modifier,
        format: VkFormat.R8G8B8A8_UNORM,
        extent: { width: 333, height: 77 },
        usage: ImageUsage.TRANSFER_SRC,
      })[Symbol.dispose]();
    } catch (thrown) {
      error = thrown as Error;
    }
    closeSync(fd);
    figure(`${error}`);
    const names = ['NotAvailableError', 'InvalidFdError', 'NotImportableError', 'NoMemoryTypeError'];
    expect(names, String(error)).to.include(error?.name);
  });
});
