// Frames in dma-bufs are imported as images or buffers, with their modifiers, planes and strides.
import { closeSync, openSync } from 'node:fs';
import { expect } from 'chai';
import {
  VkAccessFlagBits as Access,
  VkImageAspectFlagBits as Aspect,
  type Device,
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  VkPipelineStageFlagBits as Stage,
  VkFormat,
  type VkImageCreateInfo,
  VkImageTiling,
  VkStructureType,
} from '../../src/index.ts';
import {
  acquireFromForeign,
  canImport,
  type DmaBufImage,
  DRM_FORMAT_MOD_LINEAR,
  importDmaBuf,
  modifiersOf,
  PlaneLayoutError,
  releaseToForeign,
} from '../../src/linux/index.ts';
import { hostBuffer, type Opened, openDevice, read, submit } from '../embedded/driver-open.ts';
import { image2D } from '../image-2d.ts';
import { asImage, BASE, dmaBufSuite, NV12, ROWS, rgba, TWO_PLANES } from './dma-buf.ts';

describe('linux: dma-bufs on the embedded driver', () => {
  let opened: Opened;
  let device: Device;
  const dmaBuf = dmaBufSuite(made => {
    opened = made;
    ({ device } = made);
  });

  const use = { queueFamilyIndex: 0, accessMask: Access.TRANSFER_READ };

  /** The bytes of one plane of an image, without padding. */
  function pixels({ image }: DmaBufImage, aspectMask: number, width: number, height: number, size: number) {
    const { buffer, memory } = hostBuffer(device, 64);
    submit(device, opened.queue, commands => {
      commands.cmdPipelineBarrier(
        Stage.TOP_OF_PIPE,
        Stage.TRANSFER,
        0,
        [],
        [],
        [acquireFromForeign(image, use)],
      );
      commands.cmdCopyImageToBuffer(image, Layout.GENERAL, buffer, [
        {
          imageSubresource: { aspectMask, layerCount: 1 },
          imageExtent: { width, height, depth: 1 },
        },
      ]);
      commands.cmdPipelineBarrier(
        Stage.TRANSFER,
        Stage.BOTTOM_OF_PIPE,
        0,
        [],
        [],
        [releaseToForeign(image, use)],
      );
    });
    const bytes = read(device, memory, size);
    device.destroyBuffer(buffer);
    device.freeMemory(memory);
    return bytes;
  }

  it('a frame with a modifier is an image with its stride and offset', () => {
    const { handle, fd } = dmaBuf(4096);
    opened.driver.writeExternal(handle, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 128);
    opened.driver.writeExternal(handle, Uint8Array.of(11, 12, 13, 14), 128 + 80);
    const frame = rgba(fd, { extent: { width: 2, height: 2 }, planes: [{ fd, stride: 80, offset: 128 }] });
    using imported = asImage(importDmaBuf(device, frame));
    expect(imported.memories).to.have.length(1);
    expect(imported.warnings).to.deep.equal([]);
    expect(pixels(imported, Aspect.COLOR, 2, 2, 16)).to.deep.equal([
      ...[1, 2, 3, 4, 5, 6, 7, 8],
      ...[11, 12, 13, 14, 0, 0, 0, 0],
    ]);
  });

  it('a linear frame is an image with its stride where linear is among the modifiers, and where it is not if laid out so', () => {
    const { fd } = dmaBuf(4096);
    const linear = rgba(fd, { modifier: DRM_FORMAT_MOD_LINEAR });
    asImage(importDmaBuf(device, linear))[Symbol.dispose]();
    const without = openDevice(opened.gpu, BASE);
    const kindOf = (stride: number, offset: number) => {
      using imported = importDmaBuf(without, { ...linear, planes: [{ fd, stride, offset }] });
      return imported.kind;
    };
    expect(kindOf(20, 0)).to.equal('image');
    expect(kindOf(20, 256)).to.equal('image');
    expect(kindOf(20, 4)).to.equal('buffer');
    expect(kindOf(64, 0)).to.equal('buffer');
    expect(kindOf(20, 4096 - 60), 'what the driver needs is not all there').to.equal('buffer');
    without.destroyDevice();
  });

  it('planes in one memory, under several descriptors, are one import; in several they are bound each', () => {
    const both = dmaBuf(4096);
    opened.driver.writeExternal(both.handle, Uint8Array.of(1, 2, 3, 4), 0);
    opened.driver.writeExternal(both.handle, Uint8Array.of(21, 22, 23, 24), 1024);
    const again = openSync(`/proc/self/fd/${both.fd}`, 'r+');
    const frame = rgba(0, { format: NV12, extent: { width: 4, height: 2 } });
    const planesOf = (luma: number, chroma: number, offset: number) => [
      { fd: luma, stride: 64, offset: 0 },
      { fd: chroma, stride: 64, offset },
    ];
    {
      using imported = asImage(importDmaBuf(device, { ...frame, planes: planesOf(both.fd, again, 1024) }));
      expect(imported.memories).to.have.length(1);
      expect(pixels(imported, Aspect.PLANE_0, 4, 1, 4)).to.deep.equal([1, 2, 3, 4]);
      expect(pixels(imported, Aspect.PLANE_1, 2, 1, 4)).to.deep.equal([21, 22, 23, 24]);
    }
    closeSync(again);
    const other = dmaBuf(512);
    opened.driver.writeExternal(other.handle, Uint8Array.of(31, 32, 33, 34), 16);
    using imported = asImage(importDmaBuf(device, { ...frame, planes: planesOf(both.fd, other.fd, 16) }));
    expect(imported.memories).to.have.length(2);
    expect(pixels(imported, Aspect.PLANE_0, 4, 1, 4)).to.deep.equal([1, 2, 3, 4]);
    expect(pixels(imported, Aspect.PLANE_1, 2, 1, 4)).to.deep.equal([31, 32, 33, 34]);
  });

  it('a linear frame of several planes without the extension is buffers, one a memory', () => {
    const [luma, chroma] = [dmaBuf(4096), dmaBuf(4096)];
    const without = openDevice(opened.gpu, BASE);
    const frame = rgba(0, { format: NV12, extent: { width: 5, height: 3 }, modifier: DRM_FORMAT_MOD_LINEAR });
    {
      using imported = importDmaBuf(without, {
        ...frame,
        planes: [
          { fd: luma.fd, stride: 64, offset: 16 },
          { fd: chroma.fd, stride: 32, offset: 2 },
        ],
      });
      if (imported.kind !== 'buffer') throw new Error('expected buffers');
      const shown = imported.copies.map(({ regions }) => regions);
      const region = (
        offset: bigint,
        rowLength: number,
        aspectMask: number,
        width: number,
        height: number,
      ) => ({
        bufferOffset: offset,
        bufferRowLength: rowLength,
        imageSubresource: { aspectMask, layerCount: 1 },
        imageExtent: { width, height, depth: 1 },
      });
      expect(shown).to.deep.equal([
        [region(16n, 64, Aspect.PLANE_0, 5, 3)],
        [region(2n, 16, Aspect.PLANE_1, 3, 2)],
      ]);
    }
    const row = { extent: { width: 1, height: 1 }, modifier: DRM_FORMAT_MOD_LINEAR };
    const planes = [{ fd: luma.fd, stride: 2 ** 33, offset: 0 }];
    expect(() => importDmaBuf(without, rgba(0, { ...row, planes }))).to.throw(
      PlaneLayoutError,
      'importDmaBuf.planes[0]: stride: the driver has no image of this layout, and a copy needs at most 2147483647 bytes, got 8589934592',
    );
    without.destroyDevice();
  });

  it('an image whose modifier the driver chooses, and one laid out by us like it, need the same memory', () => {
    const { format, extent, usage } = rgba(0);
    const create = (pNext: VkImageCreateInfo['pNext']) =>
      device.createImage({
        ...image2D(extent, usage, format),
        tiling: VkImageTiling.DRM_FORMAT_MODIFIER_EXT,
        pNext,
      });
    const chosen = create([
      {
        sType: VkStructureType.IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
        pDrmFormatModifiers: [TWO_PLANES, 5n],
      },
    ]);
    const { drmFormatModifier } = device.getImageDrmFormatModifierPropertiesEXT(chosen);
    expect(drmFormatModifier).to.equal(TWO_PLANES);
    const pPlaneLayouts = [Aspect.MEMORY_PLANE_0_EXT, Aspect.MEMORY_PLANE_1_EXT].map(aspectMask => {
      const { offset, rowPitch } = device.getImageSubresourceLayout(chosen, { aspectMask });
      return { offset, rowPitch, size: 0n, arrayPitch: 0n, depthPitch: 0n };
    });
    expect(pPlaneLayouts.map(({ offset, rowPitch }) => [offset, rowPitch])).to.deep.equal([
      [0n, 32n],
      [96n, 16n],
    ]);
    const explicit = create([
      {
        sType: VkStructureType.IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
        drmFormatModifier,
        pPlaneLayouts,
      },
    ]);
    expect(device.getImageMemoryRequirements(explicit)).to.deep.equal(
      device.getImageMemoryRequirements(chosen),
    );
    for (const image of [chosen, explicit]) device.destroyImage(image);
  });

  it('says what a format has, and what can be imported', () => {
    expect(
      modifiersOf(opened.gpu, VkFormat.R8G8B8A8_UNORM).map(({ modifier, planeCount }) => [
        modifier,
        planeCount,
      ]),
    ).to.deep.equal([
      [0n, 1],
      [ROWS, 1],
      [TWO_PLANES, 2],
    ]);
    expect(modifiersOf(opened.gpu, VkFormat.D32_SFLOAT)).to.deep.equal([]);
    const kind = { format: VkFormat.R8G8B8A8_UNORM, usage: ImageUsage.TRANSFER_SRC };
    expect(canImport(opened.gpu, { ...kind, modifier: TWO_PLANES })).to.include({
      as: 'image',
      planeCount: 2,
      importable: true,
    });
    expect(canImport(opened.gpu, { ...kind, modifier: 5n })).to.include({ as: undefined, importable: false });
    expect(
      canImport(opened.gpu, { ...kind, modifier: ROWS, extent: { width: 20000, height: 1 } }),
    ).to.include({
      as: undefined,
      importable: false,
    });
    expect(() => canImport(opened.gpu, { ...kind, modifer: 0n } as never)).to.throw(
      TypeError,
      'canImport.modifer',
    );
    for (const format of [VkFormat.UNDEFINED, VkFormat.D32_SFLOAT, 1e6, 'R8'])
      expect(() => canImport(opened.gpu, { ...kind, modifier: 0n, format: format as never })).to.throw(
        TypeError,
        'canImport.format: ',
      );
  });

  it('a barrier says which queue family and access it lacks', () => {
    const image = 1n as never;
    const [queueFamilyIndex, accessMask] = [0, Access.TRANSFER_READ];
    for (const build of [acquireFromForeign, releaseToForeign]) {
      expect(() => build(image, { accessMask } as never)).to.throw(
        TypeError,
        `${build.name}.use.queueFamilyIndex: expected an integer, got undefined`,
      );
      expect(() => build(image, { queueFamilyIndex } as never)).to.throw(
        TypeError,
        `${build.name}.use.accessMask: expected an integer, got undefined`,
      );
    }
  });
});
