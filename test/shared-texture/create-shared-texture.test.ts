// Textures that Vulkan renders into and others show: the textureInfo for Electron can be imported again, pixel by pixel, and
// no descriptor or object leaks.
import { closeSync } from 'node:fs';
import { expect } from 'chai';
import { readBack, runOnce, upload } from '../../src/helpers/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  NotAvailableError,
  QUEUE_FAMILY_EXTERNAL,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkFormat,
  VkImageLayout,
  VkResult,
  VulkanError,
} from '../../src/index.ts';
import { InvalidFdError, modifiersOf } from '../../src/linux/index.ts';
import {
  createSharedTexture,
  importSharedTexture,
  NotExportableError,
  type SharedHandle,
  type SharedPlanes,
  textureInfoOf,
} from '../../src/shared-texture/index.ts';
import { openMemfds } from '../linux/memfd.ts';
import { skipHere } from '../skip.ts';
import { type Embedded, openEmbedded } from '../win32/embedded.ts';
import { recorded } from './barriers.ts';

const { GENERAL, UNDEFINED } = VkImageLayout;
const extent = { width: 17, height: 5 };
const picture = Uint8Array.from({ length: 17 * 5 * 4 }, (_, i) => (i * 11) % 256);
const options = {
  format: VkFormat.B8G8R8A8_UNORM,
  extent,
  usage: Usage.TRANSFER_SRC | Usage.TRANSFER_DST,
};
const reads = { queueFamilyIndex: 0, stageMask: Stage.TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };
const writes = { ...reads, accessMask: VkAccessFlagBits.TRANSFER_WRITE };
const EXTENSIONS = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'];

/** Runs with a queue of the device. */
function withTarget(device: Device, use: (target: Parameters<typeof runOnce>[0]) => void): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  use({ device, queue: device.getDeviceQueue(0, 0), commandPool });
  device.destroyCommandPool(commandPool);
}

describe('shared-texture: the way back', () => {
  let embedded: Embedded;
  before(function () {
    if (process.platform !== 'linux') skipHere(this, 'there are no dma-bufs');
    embedded = openEmbedded(EXTENSIONS);
  });
  afterEach(() => {
    embedded?.driver.reset();
    expect(embedded?.leftovers(), 'objects that were not destroyed').to.deep.equal({});
  });
  after(() => embedded?.end());

  const region = (image: bigint) => ({
    image: image as never,
    layout: GENERAL,
    imageExtent: { ...extent, depth: 1 },
  });

  it('makes a texture on Linux, told to Electron as planes in a dma-buf', () => {
    const texture = createSharedTexture(embedded.device, options);
    const { planes, modifier } = texture.shared as SharedPlanes;
    expect(modifier).to.equal(0n);
    expect(planes).to.have.length(1);
    expect(planes[0]).to.deep.include({ stride: 68, offset: 0, size: 340 });
    expect(textureInfoOf(texture)).to.deep.equal({
      pixelFormat: 'bgra',
      codedSize: extent,
      handle: { nativePixmap: { planes, modifier: '0', supportsZeroCopyWebGpuImport: false } },
    });
    texture[Symbol.dispose]();
    texture[Symbol.dispose]();
    expect(() => textureInfoOf(texture)).to.throw(
      InvalidFdError,
      `fd ${planes[0].fd}: the kernel does not know it`,
    );
  });

  it('makes a texture of the modifier that the driver chooses, where it has them', () => {
    const device = embedded.gpus[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: [...EXTENSIONS, 'VK_EXT_image_drm_format_modifier'],
    });
    const chosen = modifiersOf(embedded.gpus[0], options.format).at(-1)!;
    const texture = createSharedTexture(device, options);
    const { planes, modifier } = texture.shared as SharedPlanes;
    expect(modifier).to.equal(chosen.modifier);
    expect(planes).to.have.length(chosen.planeCount);
    expect(planes[0]).to.deep.include({ stride: 80, offset: 0 });
    const textureInfo = textureInfoOf(texture);
    const imported = importSharedTexture(device, textureInfo, { usage: Usage.TRANSFER_SRC });
    if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
    withTarget(device, target => {
      runOnce(target, commands => texture.acquire(commands, writes));
      upload(target, region(texture.image), picture);
      runOnce(target, commands => {
        texture.release(commands, writes);
        imported.acquire(commands, reads);
      });
      expect(Buffer.compare(readBack(target, region(imported.image), picture.length), picture)).to.equal(0);
    });
    imported[Symbol.dispose]();
    texture[Symbol.dispose]();
    device.destroyDevice();
  });

  it('shows what Vulkan rendered to whoever imports it: every pixel, twice', () => {
    const { device, driver, gpus } = embedded;
    const before = openMemfds();
    const texture = createSharedTexture(device, options);
    const other = gpus[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: EXTENSIONS,
    });
    const imported = importSharedTexture(other, textureInfoOf(texture), { usage: Usage.TRANSFER_SRC });
    if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
    for (const painted of [picture, picture.map(byte => 255 - byte)]) {
      const barriers = recorded(driver);
      withTarget(device, target => {
        runOnce(target, commands => {
          // One that is refused takes nothing over.
          expect(() => texture.acquire(commands, { ...writes, layout: 'GENERAL' as never })).to.throw(
            TypeError,
          );
          texture.acquire(commands, writes);
        });
        const [first] = barriers;
        expect(first).to.include(
          painted === picture
            ? { oldLayout: UNDEFINED, srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED, newLayout: GENERAL }
            : { oldLayout: GENERAL, srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL, newLayout: GENERAL },
        );
        upload(target, region(texture.image), painted);
        runOnce(target, commands => texture.release(commands, writes));
        expect(barriers.at(-1)).to.include({
          dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
          newLayout: GENERAL,
        });
      });
      withTarget(other, target => {
        runOnce(target, commands => imported.acquire(commands, reads));
        const seen = readBack(target, region(imported.image), painted.length);
        runOnce(target, commands => imported.release(commands, reads));
        expect(Buffer.compare(seen, painted)).to.equal(0);
      });
    }
    imported[Symbol.dispose]();
    other.destroyDevice();
    texture[Symbol.dispose]();
    expect(openMemfds()).to.equal(before);
  });

  it('frees the rest where its descriptor was closed already', () => {
    const texture = createSharedTexture(embedded.device, options);
    closeSync((texture.shared as SharedPlanes).planes[0].fd);
    expect(() => texture[Symbol.dispose]()).to.throw('EBADF');
    expect(embedded.leftovers()).to.deep.equal({});
  });

  it('leaves nothing behind where a step fails, and no descriptor after a hundred textures', () => {
    const { device, driver } = embedded;
    const before = openMemfds();
    for (const command of ['vkCreateImage', 'vkAllocateMemory', 'vkBindImageMemory', 'vkGetMemoryFdKHR']) {
      driver.fail(command, VkResult.ERROR_OUT_OF_HOST_MEMORY);
      expect(() => createSharedTexture(device, options), command).to.throw(VulkanError, command);
      expect(embedded.leftovers(), command).to.deep.equal({});
      expect(openMemfds(), command).to.equal(before);
    }
    for (let i = 0; i < 100; i++) createSharedTexture(device, options)[Symbol.dispose]();
    expect(openMemfds()).to.equal(before);
  });

  it('says what a device or a driver lacks', () => {
    const { gpus, driver, device } = embedded;
    const bare = gpus[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    });
    expect(() => createSharedTexture(bare, options)).to.throw(
      NotAvailableError,
      `ppEnabledExtensionNames: ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf']`,
    );
    bare.destroyDevice();
    driver.override('vkGetPhysicalDeviceImageFormatProperties2', () => {
      throw Object.assign(new Error('no'), { result: VkResult.ERROR_FORMAT_NOT_SUPPORTED });
    });
    expect(() => createSharedTexture(device, { ...options, usage: Usage.STORAGE })).to.throw(
      NotExportableError,
      'embedded driver (simulated) cannot export an image of format B8G8R8A8_UNORM and this usage as a dma-buf',
    );
  });

  it('refuses options by their paths', () => {
    const refuses = (change: object, message: string) =>
      expect(() => createSharedTexture(embedded.device, { ...options, ...change }), message).to.throw(
        message,
      );
    refuses({ format: VkFormat.R8_UNORM }, 'createSharedTexture.format: expected one of B8G8R8A8_UNORM');
    refuses({ extent: { width: 0, height: 5 } }, 'createSharedTexture.extent.width: expected 1 to');
    refuses(
      { extent: { width: 16385, height: 5 } },
      'createSharedTexture.extent.width: expected at most 16384',
    );
    refuses({ usage: undefined }, 'createSharedTexture.usage: expected an integer');
    refuses({ tiling: 1 }, 'createSharedTexture.tiling: there is no such option');
  });
});

describe('shared-texture: textureInfoOf', () => {
  let embedded: Embedded;
  let shared: SharedHandle;
  before(() => {
    embedded = openEmbedded();
    const handleType = HandleType.D3D11_TEXTURE;
    const handle = embedded.driver.createExternalHandle(handleType, { size: picture.length });
    shared = { handle, handleType, format: options.format, extent };
  });
  after(() => {
    embedded.driver.closeExternalHandle(shared.handle as bigint);
    embedded.end();
  });

  it('tells of a texture of Direct3D 11: the 8 bytes of its HANDLE', () => {
    const ntHandle = Buffer.alloc(8);
    ntHandle.writeBigUInt64LE(shared.handle as bigint);
    const textureInfo = textureInfoOf({ shared });
    expect(textureInfo).to.deep.equal({ pixelFormat: 'bgra', codedSize: extent, handle: { ntHandle } });
  });

  it('refuses what Electron does not take', () => {
    const refuses = (change: object, message: string) =>
      expect(() => textureInfoOf({ shared: { ...shared, ...change } })).to.throw(message);
    refuses(
      { handleType: HandleType.D3D11_TEXTURE_KMT },
      'textureInfoOf.texture.shared.handleType: expected D3D11_TEXTURE, whose NT handles Electron takes, got D3D11_TEXTURE_KMT',
    );
    refuses(
      { format: VkFormat.R8_UNORM },
      'textureInfoOf.texture.shared.format: expected one of B8G8R8A8_UNORM',
    );
    refuses({ extent: undefined }, 'textureInfoOf.texture.shared.extent: expected { width, height }');
    refuses({ handle: 0n }, 'handle 0x0: it is NULL');
    refuses({ format: 'bgra' }, 'textureInfoOf.texture.shared.format: expected one of');
    const ofPlanes = { format: options.format, extent, modifier: 0n };
    const plane = { fd: 0, stride: 68, offset: 0, size: 340 };
    for (const [change, message] of [
      [{ planes: null }, 'planes: expected an array of at least one plane, got null'],
      [{ planes: [] }, 'planes: expected an array of at least one plane'],
      [{ planes: new Array(1) }, 'planes[0]: expected { fd, stride, offset, size }, got undefined'],
      [{ planes: [{ ...plane, fd: '0' }] }, 'planes[0].fd: expected a file descriptor'],
    ] as const)
      expect(() => textureInfoOf({ shared: { ...ofPlanes, ...change } } as never)).to.throw(
        `textureInfoOf.texture.shared.${message}`,
      );
    expect(() => textureInfoOf(undefined as never)).to.throw(
      TypeError,
      'textureInfoOf.texture: expected a texture of createSharedTexture',
    );
    expect(() => textureInfoOf({ shared: undefined } as never)).to.throw(TypeError, 'textureInfoOf.texture');
  });
});
