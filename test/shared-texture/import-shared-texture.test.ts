// A textureInfo as Electron gives it, imported by the way of its system; the barriers that go with it, as a driver gets
// them; and what is said where that system's way is not open.
import { expect } from 'chai';
import type { EmbeddedDriver } from '../../src/embedded/index.ts';
import { readBack, runOnce } from '../../src/helpers/index.ts';
import {
  NotAvailableError,
  QUEUE_FAMILY_EXTERNAL,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkImageLayout,
} from '../../src/index.ts';
import { importSharedTexture } from '../../src/shared-texture/index.ts';
import { d3d11, type Embedded, openEmbedded } from '../win32/embedded.ts';
import { METAL_OBJECTS, metalDriver, withDevice } from './metal.ts';
import { bytes, ofSystem, onMacOS, onWindows } from './texture-info.ts';

const codedSize = { width: 16, height: 8 };
const picture = Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) => (i * 7) % 256);
const use = { queueFamilyIndex: 0, stageMask: Stage.TRANSFER, accessMask: VkAccessFlagBits.TRANSFER_READ };

/** The barriers that a driver gets from now on. */
function recorded(driver: EmbeddedDriver): Record<string, unknown>[] {
  const barriers: Record<string, unknown>[] = [];
  driver.override('vkCmdPipelineBarrier', (real, ...args) => {
    barriers.push({ from: args[1], to: args[2], ...args[6]?.[0] });
    return real(...args);
  });
  return barriers;
}

describe('shared-texture: importSharedTexture', () => {
  let embedded: Embedded;
  before(() => {
    embedded = openEmbedded();
  });
  afterEach(() => {
    embedded.driver.reset();
    expect(embedded.leftovers(), 'objects that were not destroyed').to.deep.equal({});
  });
  after(() => embedded.end());

  it('imports a HANDLE of Windows: every pixel, the barriers from and to Direct3D', () => {
    const { driver, device } = embedded;
    const handle = driver.createExternalHandle(d3d11, { size: picture.length });
    driver.writeExternal(handle, picture);
    const textureInfo = { ...ofSystem({ ntHandle: bytes(handle) }), codedSize, visibleRect: undefined };
    const imported = importSharedTexture(device, textureInfo, { usage: Usage.TRANSFER_SRC });
    const { image, shared } = imported;
    expect(shared).to.include({ system: 'win32', handle: textureInfo });
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
    const barriers = recorded(driver);
    runOnce(target, commands => imported.acquire(commands, use));
    expect(barriers.pop()).to.include({
      from: Stage.TOP_OF_PIPE,
      to: Stage.TRANSFER,
      srcQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      dstQueueFamilyIndex: 0,
      dstAccessMask: VkAccessFlagBits.TRANSFER_READ,
      oldLayout: VkImageLayout.GENERAL,
      newLayout: VkImageLayout.GENERAL,
      image,
    });
    const region = { image, layout: VkImageLayout.GENERAL, imageExtent: { ...codedSize, depth: 1 } };
    expect(Buffer.compare(readBack(target, region, picture.length), picture)).to.equal(0);
    runOnce(target, commands =>
      imported.release(commands, { ...use, layout: VkImageLayout.TRANSFER_SRC_OPTIMAL }),
    );
    expect(barriers.pop()).to.include({
      from: Stage.TRANSFER,
      to: Stage.BOTTOM_OF_PIPE,
      srcQueueFamilyIndex: 0,
      dstQueueFamilyIndex: QUEUE_FAMILY_EXTERNAL,
      oldLayout: VkImageLayout.TRANSFER_SRC_OPTIMAL,
      newLayout: VkImageLayout.GENERAL,
    });
    device.destroyCommandPool(commandPool);
    imported[Symbol.dispose]();
    imported[Symbol.dispose]();
    driver.closeExternalHandle(handle);
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
      const textureInfo = { ...ofSystem({ ntHandle: bytes(handle) }), codedSize, visibleRect: undefined };
      const imported = importSharedTexture(device, textureInfo, { usage });
      const useBadly = (bad: object, message: string) =>
        expect(() => imported.acquire(undefined as never, { ...use, ...bad })).to.throw(message);
      useBadly({ stage: 1 }, 'acquire.use.stage: there is no such option');
      useBadly({ stageMask: undefined }, 'acquire.use.stageMask: expected an integer');
      imported[Symbol.dispose]();
    });
  });
});
