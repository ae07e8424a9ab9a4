// Modifiers, planes, GPUs and odd answers, on the embedded driver, which has what no driver of CI has.

import { closeSync, openSync } from 'node:fs';
import { expect } from 'chai';
import {
  VkAccessFlagBits as Access,
  VkImageAspectFlagBits as Aspect,
  type Device,
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  VkPipelineStageFlagBits as Stage,
  VkExternalMemoryHandleTypeFlagBits,
  VkFormat,
  type VkImageCreateInfo,
  VkImageTiling,
  VkImageType,
  VkResult,
  VkStructureType,
} from '../../src/index.ts';
import {
  acquireFromForeign,
  canImport,
  type DmaBufFrame,
  type DmaBufImage,
  DRM_FORMAT_MOD_LINEAR,
  drmNodesOf,
  findPhysicalDeviceByDrmNode,
  ImportFailedError,
  InvalidFdError,
  importDmaBuf,
  importImplicitSync,
  ModifierError,
  modifiersOf,
  NoMemoryTypeError,
  NotImportableError,
  PlaneLayoutError,
  queryMemoryTypes,
  releaseToForeign,
  WrongGpuError,
} from '../../src/linux/index.ts';
import { hostBuffer, type Opened, open, openDevice, read, submit } from '../embedded/driver-open.ts';
import { figure } from '../figure.ts';
import { skipHere } from '../skip.ts';
import { openMemfds } from './memfd.ts';

const DMA_BUF = VkExternalMemoryHandleTypeFlagBits.DMA_BUF_EXT;
const BASE = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf', 'VK_EXT_queue_family_foreign'];
const EXTENSIONS = [...BASE, 'VK_EXT_image_drm_format_modifier'];
const ROWS = 0xff00_0000_0000_0001n;
const TWO_PLANES = 0xff00_0000_0000_0002n;
const NV12 = VkFormat.G8_B8R8_2PLANE_420_UNORM;

describe('linux: dma-bufs on the embedded driver', () => {
  let opened: Opened;
  let device: Device;
  let counts: Record<string, number>;
  let fds: number;
  const made: bigint[] = [];

  before(function () {
    if (process.platform !== 'linux') skipHere(this, `${process.platform} has no dma-bufs`);
  });
  beforeEach(() => {
    opened = open({ deviceExtensions: EXTENSIONS, physicalDevices: 2 });
    ({ device } = opened);
    counts = opened.driver.counts();
    fds = openMemfds();
  });
  afterEach(() => {
    if (opened === undefined) return;
    for (const handle of made.splice(0)) opened.driver.closeExternalHandle(handle);
    expect(opened.driver.counts(), 'nothing is left of an import').to.deep.equal(counts);
    expect(openMemfds(), 'open descriptors').to.equal(fds);
    opened.driver.reset();
    opened.close();
  });

  /** Memory of a maker outside Vulkan. */
  function dmaBuf(size: number, physicalDevice = 0): { handle: bigint; fd: number } {
    const handle = opened.driver.createExternalHandle(DMA_BUF, { size, physicalDevice });
    made.push(handle);
    return { handle, fd: Number(handle) };
  }

  const rgba = (fd: number, more: Partial<DmaBufFrame> = {}): DmaBufFrame => ({
    planes: [{ fd, stride: 64, offset: 0 }],
    modifier: ROWS,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width: 5, height: 3 },
    usage: ImageUsage.TRANSFER_SRC | ImageUsage.TRANSFER_DST,
    ...more,
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

  const asImage = (frame: ReturnType<typeof importDmaBuf>): DmaBufImage => {
    expect(frame.kind).to.equal('image');
    return frame as DmaBufImage;
  };

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
        imageType: VkImageType._2D,
        format,
        extent: { ...extent, depth: 1 },
        mipLevels: 1,
        arrayLayers: 1,
        samples: 1,
        tiling: VkImageTiling.DRM_FORMAT_MODIFIER_EXT,
        usage,
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

  const failure = (frame: DmaBufFrame, on = device): Error => {
    try {
      importDmaBuf(on, frame)[Symbol.dispose]();
    } catch (error) {
      return error as Error;
    }
    throw new Error('it was imported');
  };

  it('refuses by name what cannot be, and nothing stays behind', () => {
    const { fd } = dmaBuf(4000);
    const elsewhere = dmaBuf(4000, 1);
    const second = dmaBuf(4096);
    const plane = { fd, stride: 64, offset: 0 };
    const two = { planes: [plane, { ...plane, fd: second.fd }] };
    const cases: [DmaBufFrame, new (...args: never[]) => Error, string][] = [
      [
        rgba(fd, { modifier: 5n }),
        ModifierError,
        'embedded driver (simulated) has 0x0000000000000000, 0xff00000000000001, 0xff00000000000002 for this format',
      ],
      [
        rgba(fd, { modifier: ROWS, format: VkFormat.BC1_RGB_UNORM_BLOCK }),
        ModifierError,
        'has no modifiers for this format',
      ],
      [rgba(fd, { modifier: 0x00ff_ffff_ffff_ffffn }), ModifierError, 'DRM_FORMAT_MOD_INVALID means'],
      [
        rgba(fd, two),
        PlaneLayoutError,
        'importDmaBuf.planes: expected 1, which R8G8B8A8_UNORM has with modifier 0xff00000000000001, got 2',
      ],
      [rgba(fd, { modifier: TWO_PLANES }), PlaneLayoutError, 'expected 2'],
      [
        rgba(fd, { ...two, modifier: TWO_PLANES }),
        PlaneLayoutError,
        'expected all planes in the same dma-buf',
      ],
      [
        rgba(fd, { planes: [{ ...plane, stride: 65 }] }),
        PlaneLayoutError,
        'the driver refuses stride 65 at offset 0',
      ],
      [
        rgba(fd, { planes: [{ ...plane, offset: 8 }] }),
        PlaneLayoutError,
        'the driver refuses stride 64 at offset 8',
      ],
      [rgba(fd, { planes: [{ ...plane, offset: 8192 }] }), PlaneLayoutError, `but fd ${fd} has 4096 bytes`],
      [rgba(fd, { planes: [{ ...plane, offset: 4000 }] }), PlaneLayoutError, 'the driver needs'],
      [rgba(fd, { planes: [] }), PlaneLayoutError, 'expected an array of 1 to 4 planes'],
      [rgba(fd, { planes: [{ ...plane, stride: 0 }] }), RangeError, 'importDmaBuf.planes[0].stride'],
      [
        rgba(fd, { planes: [{ ...plane, pitch: 64 } as never] }),
        TypeError,
        'importDmaBuf.planes[0].pitch: there is no such option',
      ],
      [rgba(fd, { planes: [{ ...plane, fd: -1 }] }), RangeError, 'importDmaBuf.planes[0].fd'],
      [
        rgba(fd, { planes: [{ ...plane, fd: 4000 }] }),
        InvalidFdError,
        'importDmaBuf.planes[0].fd: fd 4000: the kernel does not know it (EBADF)',
      ],
      [
        rgba(elsewhere.fd),
        InvalidFdError,
        `importDmaBuf.planes[0].fd: fd ${elsewhere.fd}: vkGetMemoryFdPropertiesKHR returned VK_ERROR_INVALID_EXTERNAL_HANDLE`,
      ],
      [rgba(fd, { planes: new Array(1) }), TypeError, 'importDmaBuf.planes[0]: expected { fd'],
      [
        rgba(fd, { drmNode: '/dev/no-such' }),
        TypeError,
        'importDmaBuf.drmNode: expected a device node such as',
      ],
      [
        rgba(fd, { drmNode: '/etc/passwd' }),
        TypeError,
        'importDmaBuf.drmNode: expected a device node such as',
      ],
      [
        rgba(fd, { format: VkFormat.S8_UINT }),
        TypeError,
        'importDmaBuf.format: expected a VkFormat of colours, got S8_UINT',
      ],
      [
        rgba(fd, { drmNode: { major: 226, minor: 129 } }),
        WrongGpuError,
        'the frame was made on the GPU of DRM node 226:129, but embedded driver (simulated) is DRM node 226:0 and 226:128',
      ],
      [rgba(fd, { drmNode: '/dev/null' }), WrongGpuError, 'DRM node 1:3'],
      [
        rgba(fd, { format: NV12, ...two, extent: { width: 5, height: 2 } }),
        RangeError,
        'importDmaBuf.extent.width: expected an even number for G8_B8R8_2PLANE_420_UNORM, got 5 (VUID-VkImageCreateInfo-format-04712)',
      ],
      [rgba(fd, { extent: { width: 20000, height: 1 } }), RangeError, 'VUID-VkImageCreateInfo-extent-02252'],
    ];
    for (const [frame, type, text] of cases) {
      const error = failure(frame);
      expect(error, text).to.be.instanceOf(type);
      expect(error.message).to.contain(text);
      figure(`${error.name}: ${error.message.slice(0, 160)}`);
    }
    asImage(importDmaBuf(device, rgba(fd, { drmNode: { major: 226, minor: 128 } })))[Symbol.dispose]();
  });

  it('names the extension that is missing, with the line to write', () => {
    const { fd } = dmaBuf(4096);
    const bare = openDevice(opened.gpu, ['VK_KHR_external_memory_fd']);
    expect(failure(rgba(fd), bare).message).to.equal(
      "importDmaBuf is not available: enable VK_EXT_external_memory_dma_buf on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_EXT_external_memory_dma_buf'] })",
    );
    bare.destroyDevice();
    const linearOnly = openDevice(opened.gpu, BASE);
    expect(failure(rgba(fd), linearOnly).message).to.equal(
      "importDmaBuf of modifier 0xff00000000000001 is not available: enable VK_EXT_image_drm_format_modifier on this device, by createDevice({ ..., ppEnabledExtensionNames: ['VK_EXT_image_drm_format_modifier'] })",
    );
    linearOnly.destroyDevice();
  });

  it('undoes what was made when a later step fails, whichever', () => {
    const { fd } = dmaBuf(4096);
    const second = dmaBuf(4096);
    const plane = { fd, stride: 64, offset: 0 };
    const frames = [
      rgba(fd),
      rgba(fd, { modifier: 0n }),
      rgba(fd, {
        format: NV12,
        extent: { width: 4, height: 2 },
        planes: [plane, { ...plane, fd: second.fd }],
      }),
    ];
    const commands = [
      'vkCreateImage',
      'vkGetMemoryFdPropertiesKHR',
      'vkAllocateMemory',
      'vkBindImageMemory',
      'vkBindImageMemory2',
    ];
    let failed = 0;
    const open = openMemfds();
    for (const frame of frames)
      for (const command of commands)
        for (const after of [0, 1]) {
          opened.driver.fail(command, VkResult.ERROR_OUT_OF_DEVICE_MEMORY, { after });
          try {
            importDmaBuf(device, frame)[Symbol.dispose]();
          } catch (error) {
            failed++;
            expect(String(error)).to.contain('VK_ERROR_OUT_OF_DEVICE_MEMORY');
          }
          opened.driver.reset();
          expect(opened.driver.counts(), command).to.deep.equal(counts);
          expect(openMemfds(), command).to.equal(open);
        }
    expect(failed).to.be.above(10);
    opened.driver.fail('vkAllocateMemory', VkResult.ERROR_OUT_OF_DEVICE_MEMORY);
    expect(failure(rgba(fd))).to.be.instanceOf(ImportFailedError);
  });

  it('tells what the driver says of a descriptor as it is', () => {
    const { fd } = dmaBuf(4096);
    const warned: string[] = [];
    const listen = (warning: Error) => warned.push(warning.message);
    process.on('warning', listen);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      status: 'answered',
      memoryTypeBits: 0b11100,
      warnings: [],
    });
    const answers = (memoryTypeBits: number | undefined) =>
      opened.driver.override('vkGetMemoryFdPropertiesKHR', () => ({ memoryTypeBits }));
    answers(undefined);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      status: 'unwritten',
      memoryTypeBits: undefined,
      rawBits: undefined,
    });
    answers(0xffff_fffc);
    expect(queryMemoryTypes(device, fd)).to.deep.include({
      memoryTypeBits: 0b11100,
      excessBits: 0xffff_ffe0,
    });
    answers(0);
    expect(queryMemoryTypes(device, fd)).to.deep.include({ status: 'answered', memoryTypeBits: 0 });
    const error = failure(rgba(fd)) as NoMemoryTypeError;
    expect(error).to.be.instanceOf(NoMemoryTypeError);
    expect(error.message).to.equal(
      'no memory type suits both: handle 0b0, resource 0b11110, device 0b11111; suspects: it is not a dma-buf',
    );
    expect(() => queryMemoryTypes(device, 4000)).to.throw(InvalidFdError, 'EBADF');
    process.off('warning', listen);
  });

  it('says so where the driver takes no dma-bufs for such images', () => {
    const { fd } = dmaBuf(4096);
    const command = 'vkGetPhysicalDeviceImageFormatProperties2';
    opened.driver.fail(command, VkResult.ERROR_FORMAT_NOT_SUPPORTED, { times: 9 });
    opened.driver.override('vkGetPhysicalDeviceExternalBufferProperties', () => ({
      externalMemoryProperties: {},
    }));
    expect(failure(rgba(fd, { usage: ImageUsage.STORAGE })))
      .to.be.instanceOf(NotImportableError)
      .with.property('message')
      .that.contains('as an image of format R8G8B8A8_UNORM, modifier 0xff00000000000001 and usage STORAGE');
    expect(failure(rgba(fd, { modifier: 0n, usage: ImageUsage.STORAGE })).message).to.contain(
      'nor as a buffer',
    );
  });

  it('finds a physical device by its DRM node', () => {
    expect(drmNodesOf(opened.gpus[1])).to.deep.equal({
      primary: { major: 226, minor: 1 },
      render: { major: 226, minor: 129 },
    });
    expect(findPhysicalDeviceByDrmNode(opened.instance, { major: 226, minor: 129 })).to.equal(opened.gpus[1]);
    expect(() => findPhysicalDeviceByDrmNode(opened.instance, '/dev/null')).to.throw(
      RangeError,
      'no physical device has DRM node 1:3; embedded driver (simulated): 226:0 and 226:128, embedded driver (simulated): 226:1 and 226:129',
    );
  });

  it('has no implicit synchronisation for memory that is no dma-buf, and says so quietly', () => {
    const { fd } = dmaBuf(4096);
    const syncing = openDevice(opened.gpu, ['VK_KHR_external_semaphore_fd']);
    expect(importImplicitSync(syncing, fd, 'read')).to.equal(undefined);
    expect(importImplicitSync(syncing, fd, 'write')).to.equal(undefined);
    expect(() => importImplicitSync(syncing, 4000, 'read')).to.throw(InvalidFdError, 'EBADF');
    expect(() => importImplicitSync(syncing, fd, 'rw' as never)).to.throw(
      TypeError,
      "expected 'read' or 'write'",
    );
    expect(() => importImplicitSync(device, fd, 'read')).to.throw('VK_KHR_external_semaphore_fd');
    syncing.destroyDevice();
  });
});
