// In: a Windows whose Direct3D shares textures and whose Vulkan imports them (a GPU; Wine 10.17 or later with DXVK).
// Out: what Direct3D painted is what Vulkan reads, byte by byte; elsewhere the reason why that cannot be tried.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { copyOut } from '../../scripts/examples/copy-out.ts';
import { type Opened, openSystem } from '../../scripts/examples/open.ts';
import {
  ComError,
  createD3D11Device,
  createD3D12Device,
  type D3D11Device,
  type D3D11TextureOptions,
} from '../../src/d3d/index.ts';
import { VkExternalMemoryHandleTypeFlagBits as HandleType, VkImageUsageFlagBits } from '../../src/index.ts';
import { importTextureWin32, NotImportableError, queryMemoryTypes } from '../../src/win32/index.ts';
import { skipHere } from '../skip.ts';
import { openHandles, windowsOnly, withoutWarnings } from './kernel.ts';

const extent = { width: 64, height: 32 };
const usage = VkImageUsageFlagBits.TRANSFER_SRC;

describe('win32: textures of Direct3D in Vulkan', () => {
  let d3d: D3D11Device;
  let opened: Opened;
  before(function () {
    windowsOnly(this);
    d3d = createD3D11Device();
    try {
      opened = openSystem(d3d.luid);
    } catch (error) {
      skipHere(this, (error as Error).message);
    }
  });
  after(() => {
    opened?.end();
    d3d?.[Symbol.dispose]();
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

  /** Intel's GPUs know no KMT handles, and not every Direct3D can share: that is a reason, not a failure. */
  function unlessRefused(context: Context, use: () => void): void {
    try {
      use();
    } catch (error) {
      if (!(error instanceof NotImportableError || error instanceof ComError)) throw error;
      skipHere(context, error.message);
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
    expect(openHandles()).to.be.at.most(before + 8); // what the driver keeps
  });

  it('imports a texture of Direct3D 12', function () {
    const d3d12 = createD3D12Device();
    try {
      unlessRefused(this, () => {
        const texture = d3d12.createSharedTexture({ extent });
        withoutWarnings(() => importTextureWin32(opened.device, { ...texture.shared, usage }))[
          Symbol.dispose
        ]();
        texture[Symbol.dispose]();
      });
    } finally {
      d3d12[Symbol.dispose]();
    }
  });
});
