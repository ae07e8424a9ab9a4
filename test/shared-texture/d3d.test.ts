// Direct3D, and another import, see what Vulkan renders into a texture of Direct3D 11, on systems where Direct3D shares
// textures and Vulkan imports them.
import { expect } from 'chai';
import type { Context } from 'mocha';
import type { OpenedDevice } from '../../scripts/examples/open.ts';
import type { D3D11Device } from '../../src/d3d/index.ts';
import { readBack, runOnce, upload } from '../../src/helpers/index.ts';
import {
  VkPipelineStageFlagBits as Stage,
  VkImageUsageFlagBits as Usage,
  VkAccessFlagBits,
  VkFormat,
  type VkImage,
  VkImageLayout,
} from '../../src/index.ts';
import { createSharedTexture, importSharedTexture, textureInfoOf } from '../../src/shared-texture/index.ts';
import { handleOf } from '../../src/win32/index.ts';
import { afterAlone, itAlone } from '../win32/alone.ts';
import { d3d11Suite } from '../win32/d3d-suite.ts';
import { openHandles, unlessRefused, withoutWarnings } from '../win32/kernel.ts';

const SUITE = 'shared-texture: textures of Direct3D 11, rendered by Vulkan';
const { GENERAL } = VkImageLayout;
const extent = { width: 333, height: 77 };
const use = { queueFamilyIndex: 0, stageMask: Stage.TRANSFER };
const writes = { ...use, accessMask: VkAccessFlagBits.TRANSFER_WRITE };
const reads = { ...use, accessMask: VkAccessFlagBits.TRANSFER_READ };
const region = (image: VkImage) => ({ image, layout: GENERAL, imageExtent: { ...extent, depth: 1 } });

describe(SUITE, () => {
  const it = (title: string, test: (this: Context) => void) => itAlone(import.meta.url, SUITE, title, test);
  let d3d: D3D11Device;
  let opened: OpenedDevice;
  let target: Parameters<typeof runOnce>[0];
  // Runs before the device is destroyed.
  afterAlone(() => target?.device.destroyCommandPool(target.commandPool));
  d3d11Suite((...given) => {
    [d3d, opened] = given;
    const { device } = opened;
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    target = { device, queue: device.getDeviceQueue(0, 0), commandPool };
  });

  for (const [name, texel] of [
    ['B8G8R8A8_UNORM', 4],
    ['R8G8B8A8_UNORM', 4],
    ['R16G16B16A16_SFLOAT', 8],
  ] as const) {
    const format = VkFormat[name];
    const painted = Uint8Array.from(
      { length: extent.width * extent.height * texel },
      (_, i) => (i * 7) & 0x3f,
    );

    it(`Direct3D reads what Vulkan wrote: ${name}`, function () {
      unlessRefused(this, () => {
        const texture = d3d.createSharedTexture({ extent, format });
        const textureInfo = textureInfoOf(texture);
        expect(textureInfo.codedSize).to.deep.equal(extent);
        const { ntHandle } = textureInfo.handle as { ntHandle: Buffer };
        expect(handleOf(ntHandle).value).to.equal(texture.shared.handle);
        const imported = withoutWarnings(() =>
          importSharedTexture(opened.device, textureInfo, { usage: Usage.TRANSFER_DST }),
        );
        if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
        const { image } = imported;
        runOnce(target, commands => imported.acquire(commands, writes));
        upload(target, region(image), painted);
        runOnce(target, commands => imported.release(commands, writes));
        expect(Buffer.compare(texture.read(), painted)).to.equal(0);
        imported[Symbol.dispose]();
        texture[Symbol.dispose]();
      });
    });

    it(`createSharedTexture makes one that another import sees: ${name}`, function () {
      unlessRefused(this, () => {
        const usage = Usage.TRANSFER_DST | Usage.TRANSFER_SRC;
        const texture = withoutWarnings(() => createSharedTexture(opened.device, { format, extent, usage }));
        runOnce(target, commands => texture.acquire(commands, writes));
        upload(target, region(texture.image), painted);
        runOnce(target, commands => texture.release(commands, writes));
        const imported = withoutWarnings(() =>
          importSharedTexture(opened.device, textureInfoOf(texture), { usage: Usage.TRANSFER_SRC }),
        );
        if (imported.kind !== 'image') throw new Error(`it was imported as ${imported.kind}`);
        const { image } = imported;
        runOnce(target, commands => imported.acquire(commands, reads));
        expect(Buffer.compare(readBack(target, region(image), painted.length), painted)).to.equal(0);
        runOnce(target, commands => imported.release(commands, reads));
        imported[Symbol.dispose]();
        texture[Symbol.dispose]();
      });
    });
  }

  it('leaves no handle open in twenty textures', function () {
    const round = () => {
      const options = { format: VkFormat.B8G8R8A8_UNORM, extent, usage: Usage.TRANSFER_DST };
      withoutWarnings(() => createSharedTexture(opened.device, options))[Symbol.dispose]();
    };
    unlessRefused(this, round);
    const before = openHandles();
    for (let i = 0; i < 20; i++) round();
    // What the driver keeps; and DXVK frees textures later.
    expect(openHandles(before + 8)).to.be.at.most(before + 8);
  });
});
