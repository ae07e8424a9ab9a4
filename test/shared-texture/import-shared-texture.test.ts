// A textureInfo of Electron's is imported as its system requires, with the right barriers; if the device cannot do that, the
// error says why.
import { expect } from 'chai';
import { allocateFor, readBack, runOnce } from '../../src/helpers/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  NotAvailableError,
  QUEUE_FAMILY_EXTERNAL,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkImageLayout,
} from '../../src/index.ts';
import {
  type ElectronTextureInfo,
  importSharedTexture,
  sharedTextureOf,
} from '../../src/shared-texture/index.ts';
import { image2D } from '../image-2d.ts';
import { skipHere } from '../skip.ts';
import { d3d11, type Embedded, embeddedSuite, openEmbedded } from '../win32/embedded.ts';
import { recorded } from './barriers.ts';
import { METAL_OBJECTS, metalDriver, withDevice } from './metal.ts';
import { bytes, ofSystem, onMacOS, onWindows } from './texture-info.ts';

const codedSize = { width: 16, height: 8 };
const picture = Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) => (i * 7) % 256);
const use = { queueFamilyIndex: 0, stageMask: Stage.TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };

const { GENERAL } = VkImageLayout;
const small = (handle: ElectronTextureInfo['handle']) => ({
  ...ofSystem(handle),
  codedSize,
  visibleRect: undefined,
});

describe('shared-texture: importSharedTexture', () => {
  let embedded: Embedded;
  embeddedSuite(opened => {
    embedded = opened;
  });

  /** The pixels of a texture, copied into an image of ours; its barriers are what `recorded` has then. */
  function copiedOut(textureInfo: ElectronTextureInfo, of: Device = embedded.device): [Uint8Array, string] {
    const { format, extent } = sharedTextureOf(textureInfo);
    const commandPool = of.createCommandPool({ queueFamilyIndex: 0 });
    const target = { device: of, queue: of.getDeviceQueue(0, 0), commandPool };
    const image = of.createImage(image2D(extent, Usage.TRANSFER_SRC | Usage.TRANSFER_DST, format));
    const { memory } = allocateFor(of, { image });
    const imported = importSharedTexture(of, textureInfo, { usage: Usage.TRANSFER_SRC });
    runOnce(target, commands => {
      imported.acquire(commands, use);
      imported.copyTo(commands, image, GENERAL);
      imported.release(commands, use);
    });
    expect(imported.memories).to.have.length(1);
    imported[Symbol.dispose]();
    imported[Symbol.dispose]();
    const region = { image, layout: GENERAL, imageExtent: { ...extent, depth: 1 } };
    const pixels = readBack(target, region, extent.width * extent.height * 4);
    of.destroyImage(image);
    of.freeMemory(memory);
    of.destroyCommandPool(commandPool);
    return [pixels, imported.kind];
  }

  it('imports a HANDLE of Windows: every pixel, the barriers from and to Direct3D', () => {
    const { driver } = embedded;
    const handle = driver.createExternalHandle(d3d11, { size: picture.length });
    driver.writeExternal(handle, picture);
    const barriers = recorded(driver);
    const [pixels, kind] = copiedOut(small({ ntHandle: bytes(handle) }));
    expect(kind).to.equal('image');
    expect(Buffer.compare(pixels, picture)).to.equal(0);
    const [first, second] = barriers.filter(({ image }) => image !== undefined);
    expect(first).to.include({
      from: Stage.TOP_OF_PIPE,
      to: Stage.TRANSFER,
      srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      dstQueueFamilyIndex: 0,
      dstAccessMask: VkAccessFlagBits.TRANSFER_READ,
      oldLayout: GENERAL,
      newLayout: GENERAL,
    });
    expect(second).to.include({
      from: Stage.TRANSFER,
      to: Stage.BOTTOM_OF_PIPE,
      srcQueueFamilyIndex: 0,
      dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      oldLayout: GENERAL,
      newLayout: GENERAL,
    });
    driver.closeExternalHandle(handle);
  });

  describe('imports a dma-buf of Linux: every pixel', () => {
    let linux: Embedded;
    before(function () {
      if (process.platform !== 'linux') skipHere(this, 'there are no dma-bufs');
      linux = openEmbedded(['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf']);
    });
    after(() => linux?.end());

    /** A picture in a dma-buf, rows of that stride after so many bytes. */
    function painted(stride: number, offset: number): { fd: bigint; textureInfo: ElectronTextureInfo } {
      const size = offset + stride * codedSize.height;
      const fd = linux.driver.createExternalHandle(HandleType.DMA_BUF_EXT, { size });
      for (let row = 0; row < codedSize.height; row++)
        linux.driver.writeExternal(fd, picture.subarray(row * 64, (row + 1) * 64), offset + row * stride);
      const plane = { fd: Number(fd), stride, offset, size: stride * codedSize.height };
      const nativePixmap = { planes: [plane], modifier: '0', supportsZeroCopyWebGpuImport: false };
      return { fd, textureInfo: small({ nativePixmap }) };
    }

    for (const [kind, stride, offset] of [
      ['image', 64, 0],
      ['buffer', 80, 0],
      ['buffer', 64, 4],
    ] as const)
      it(`as ${kind === 'image' ? 'an image' : 'a buffer'}: stride ${stride}, offset ${offset}`, () => {
        const { fd, textureInfo } = painted(stride, offset);
        const barriers = recorded(linux.driver);
        const [pixels, madeAs] = copiedOut(textureInfo, linux.device);
        linux.driver.reset();
        expect(madeAs).to.equal(kind);
        expect(Buffer.compare(pixels, picture)).to.equal(0);
        const families = barriers.filter(barrier => barrier[kind] !== undefined);
        // VK_EXT_queue_family_foreign is not enabled.
        expect(families[0]).to.include({
          srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
          dstQueueFamilyIndex: 0,
        });
        expect(families[1]).to.include({
          srcQueueFamilyIndex: 0,
          dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
        });
        linux.driver.readExternal(fd, 0, 1);
        linux.driver.closeExternalHandle(fd);
        expect(linux.leftovers()).to.deep.equal({});
      });

    it('names a descriptor that was closed, and a modifier that says nothing', () => {
      const { fd, textureInfo } = painted(64, 0);
      const { planes } = textureInfo.handle!.nativePixmap!;
      const unknown = { ...textureInfo, handle: { nativePixmap: { planes, modifier: '72057594037927935' } } };
      const importing = (info: ElectronTextureInfo) => () =>
        importSharedTexture(linux.device, info, { usage: Usage.TRANSFER_SRC });
      expect(importing(unknown)).to.throw(
        'importDmaBuf.modifier: 0x00ffffffffffffff of VK_FORMAT_B8G8R8A8_UNORM',
      );
      linux.driver.closeExternalHandle(fd);
      expect(importing(textureInfo)).to.throw(`fd ${fd}: the kernel does not know it (EBADF)`);
    });
  });

  it('imports an IOSurface of macOS: taken over with its pixels, by barriers of one queue family', () => {
    const { driver } = metalDriver();
    withDevice(driver, [METAL_OBJECTS], device => {
      const imported = importSharedTexture(
        device,
        { ...onMacOS, codedSize, visibleRect: undefined },
        { usage: Usage.TRANSFER_SRC },
      );
      expect(imported.shared.system).to.equal('darwin');
      const barriers = recorded(driver);
      const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
      runOnce({ device, queue: device.getDeviceQueue(0, 0), commandPool }, commands => {
        for (let i = 0; i < 2; i++) {
          imported.acquire(commands, use);
          imported.release(commands, use);
        }
      });
      device.destroyCommandPool(commandPool);
      const [first, , second] = barriers;
      for (const { srcQueueFamilyIndex, dstQueueFamilyIndex } of barriers)
        expect([srcQueueFamilyIndex, dstQueueFamilyIndex]).to.deep.equal([
          QUEUE_FAMILY_IGNORED,
          QUEUE_FAMILY_IGNORED,
        ]);
      expect(first).to.include({ oldLayout: VkImageLayout.PREINITIALIZED, newLayout: VkImageLayout.GENERAL });
      expect(second).to.include({ oldLayout: VkImageLayout.GENERAL });
      imported[Symbol.dispose]();
    });
    driver.dispose();
  });

  it('says what to enable for the handle that is there', () => {
    const device = embedded.gpus[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    });
    const { TRANSFER_SRC: usage } = Usage;
    expect(() => importSharedTexture(device, onWindows, { usage })).to.throw(
      NotAvailableError,
      "ppEnabledExtensionNames: ['VK_KHR_external_memory_win32']",
    );
    if (process.platform !== 'darwin')
      expect(() => importSharedTexture(device, onMacOS, { usage })).to.throw(
        NotAvailableError,
        'VK_EXT_metal_objects, which exists on Apple systems only',
      );
    device.destroyDevice();
  });

  it('refuses options, uses and textureInfos by their paths; nothing was made then', () => {
    const { device } = embedded;
    const { TRANSFER_SRC: usage } = Usage;
    const refuses = (textureInfo: unknown, options: unknown, message: string) =>
      expect(() => importSharedTexture(device, textureInfo as never, options as never)).to.throw(message);
    refuses(onWindows, { usage, format: 1 }, 'importSharedTexture.options.format: there is no such option');
    refuses(onWindows, undefined, 'importSharedTexture.options: expected { usage }');
    refuses(onWindows, {}, 'importSharedTexture.options.usage: expected an integer');
    refuses(
      { ...onWindows, handle: {} },
      { usage },
      'textureInfo.handle: expected one of ntHandle (Windows)',
    );
    refuses(
      ofSystem({ ntHandle: Buffer.alloc(7) }),
      { usage },
      'textureInfo.handle.ntHandle: expected 8 bytes, got 7',
    );
    embedded.withHandle(d3d11, handle => {
      const textureInfo = small({ ntHandle: bytes(handle) });
      const imported = importSharedTexture(device, textureInfo, { usage });
      const useBadly = (bad: object, message: string) =>
        expect(() => imported.acquire(undefined as never, { ...use, ...bad }))
          .to.throw(message)
          .with.property('stack')
          .which.matches(/^[^\n]*\n +at .*import-shared-texture\.test\.ts/);
      useBadly({ stage: 1 }, 'acquire.use.stage: there is no such option');
      useBadly({ stageMask: undefined }, 'acquire.use.stageMask: expected an integer');
      useBadly({}, 'acquire.commands: expected a CommandBuffer, got undefined');
      expect(() => imported.copyTo(null as never, 1n as never, GENERAL)).to.throw(
        'copyTo.commands: expected a CommandBuffer, got null',
      );
      imported[Symbol.dispose]();
    });
  });
});
