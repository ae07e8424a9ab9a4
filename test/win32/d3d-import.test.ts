// Vulkan reads byte by byte what Direct3D painted, on systems where Direct3D shares textures and Vulkan imports them.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { copyOut } from '../../scripts/examples/copy-out.ts';
import type { OpenedDevice } from '../../scripts/examples/open.ts';
import { createD3D12Device, type D3D11Device, type D3D11TextureOptions } from '../../src/d3d/index.ts';
import { VkExternalMemoryHandleTypeFlagBits as HandleType, VkImageUsageFlagBits } from '../../src/index.ts';
import { importTextureWin32, queryMemoryTypes } from '../../src/win32/index.ts';
import { itAlone } from './alone.ts';
import { d3d11Suite } from './d3d-suite.ts';
import { printCost } from './import-cost.ts';
import { openHandles, unlessRefused, withoutWarnings } from './kernel.ts';

const SUITE = 'win32: textures of Direct3D in Vulkan';
const extent = { width: 64, height: 64 };
const usage = VkImageUsageFlagBits.TRANSFER_SRC;

describe(SUITE, () => {
  const it = (title: string, test: (this: Context) => void) => itAlone(import.meta.url, SUITE, title, test);
  let d3d: D3D11Device;
  let opened: OpenedDevice;
  d3d11Suite((...given) => {
    [d3d, opened] = given;
  });

  /** Paints in Direct3D 11 and compares what Vulkan reads. */
  function paintAndImport(options: Omit<D3D11TextureOptions, 'extent'>): void {
    const texture = d3d.createSharedTexture({ ...options, extent });
    try {
      const painted = new Uint8Array(texture.byteLength).map((_, i) => i * 5 + (i >> 8));
      texture.write(painted);
      const { handleType, handle } = texture.shared;
      const answer = withoutWarnings(() => queryMemoryTypes(opened.device, handleType, handle));
      const imported = withoutWarnings(() =>
        importTextureWin32(opened.device, {
          ...texture.shared,
          usage,
          duplicate: handleType === HandleType.D3D11_TEXTURE,
        }),
      );
      console.log(
        `      ${opened.deviceName}: query ${answer.status} ${answer.rawBits}, memory type ${imported.memoryTypeIndex}`,
      );
      expect(copyOut(opened.device, imported.image, extent)).to.deep.equal(painted);
      texture.clear(Uint8Array.of(10, 20, 30, 40));
      const pixels = copyOut(opened.device, imported.image, extent);
      expect([...pixels.subarray(-4)]).to.deep.equal([10, 20, 30, 40]);
      imported[Symbol.dispose]();
    } finally {
      texture[Symbol.dispose]();
    }
  }

  for (const name of ['D3D11_TEXTURE', 'D3D11_TEXTURE_KMT'] as const)
    it(`reads a ${name}, also after it is painted anew`, function () {
      unlessRefused(this, () => paintAndImport({ handleType: HandleType[name] }));
    });

  it('leaves no handle open in a hundred imports', function () {
    const round = () => {
      const texture = d3d.createSharedTexture({ extent });
      const options = { ...texture.shared, usage, duplicate: true };
      withoutWarnings(() => importTextureWin32(opened.device, options))[Symbol.dispose]();
      texture[Symbol.dispose]();
    };
    unlessRefused(this, round);
    const before = openHandles();
    for (let i = 0; i < 100; i++) round();
    // What the driver keeps; and DXVK frees textures later.
    expect(openHandles(before + 8)).to.be.at.most(before + 8);
  });

  it('imports a texture of Direct3D 12', function () {
    unlessRefused(this, () => {
      const d3d12 = createD3D12Device({ adapterLuid: d3d.luid });
      try {
        const texture = d3d12.createSharedTexture({ extent });
        withoutWarnings(() => importTextureWin32(opened.device, { ...texture.shared, usage }))[
          Symbol.dispose
        ]();
        texture[Symbol.dispose]();
      } finally {
        d3d12[Symbol.dispose]();
      }
    });
  });

  it('says what an import costs beside its bare commands', function () {
    unlessRefused(this, () => {
      const texture = d3d.createSharedTexture({ extent });
      try {
        withoutWarnings(() => printCost(opened.deviceName, opened.device, texture.shared.handle));
      } finally {
        texture[Symbol.dispose]();
      }
    });
  });
});
