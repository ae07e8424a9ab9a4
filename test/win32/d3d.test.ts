// In: Direct3D 11 and 12 of a Windows process: a GPU's, DXVK's, or that of Debian's Wine, which shares nothing.
// Out: shared textures, heaps and fences with their handles, painted and read back; or the HRESULT by its name.
import { expect } from 'chai';
import { ComError, ComObject, comReferences } from '../../src/d3d/com.ts';
import {
  createD3D11Device,
  createD3D12Device,
  type D3D11Device,
  type D3D12Device,
} from '../../src/d3d/index.ts';
import { VkExternalMemoryHandleTypeFlagBits as HandleType, VkFormat } from '../../src/index.ts';
import { formatLuid, getHandleInformation } from '../../src/win32/index.ts';
import { openHandles, windowsOnly } from './kernel.ts';

const extent = { width: 33, height: 7 };

/** Makes something shared and uses it; where the system has no sharing, says which method refused it and how. */
function trySharing<T extends { [Symbol.dispose](): void }>(make: () => T, use: (made: T) => void): void {
  const references = comReferences.held;
  try {
    const made = make();
    try {
      use(made);
    } finally {
      made[Symbol.dispose]();
    }
  } catch (error) {
    if (!(error instanceof ComError)) throw error;
    expect(['E_NOTIMPL', 'E_NOINTERFACE'], error.message).to.include(error.code);
    console.log(`      this system shares no such thing: ${error.message}`);
  }
  expect(comReferences.held, 'references that were not released').to.equal(references);
}

describe('win32: Direct3D 11', () => {
  let d3d: D3D11Device;
  before(function () {
    windowsOnly(this);
    d3d = createD3D11Device();
  });
  after(() => {
    d3d?.[Symbol.dispose]();
    expect(comReferences.held).to.equal(0);
  });

  it('makes a device on an adapter with a name and a LUID, and again by that LUID', () => {
    expect(d3d.description).to.not.equal('');
    expect(d3d.luid).to.have.lengthOf(8);
    const again = createD3D11Device({ adapterLuid: d3d.luid });
    expect(formatLuid(again.luid)).to.equal(formatLuid(d3d.luid));
    again[Symbol.dispose]();
  });

  it('lists the adapters where none has the LUID', () => {
    expect(() => createD3D11Device({ adapterLuid: new Uint8Array(8).fill(0xee) })).to.throw(
      RangeError,
      `no adapter has LUID eeeeeeeeeeeeeeee; there are ${d3d.description}: ${formatLuid(d3d.luid)}`,
    );
  });

  for (const [name, handleType] of [
    ['NT', HandleType.D3D11_TEXTURE],
    ['KMT', HandleType.D3D11_TEXTURE_KMT],
  ] as const)
    for (const keyedMutex of [false, true])
      it(`shares a texture by its ${name} handle, ${keyedMutex ? 'with' : 'without'} a keyed mutex`, () => {
        trySharing(
          () => d3d.createSharedTexture({ extent, handleType, keyedMutex }),
          texture => {
            const { handle, adapterLuid, ...rest } = texture.shared;
            expect(rest).to.deep.equal({ handleType, format: VkFormat.R8G8B8A8_UNORM, extent });
            expect(adapterLuid).to.deep.equal(d3d.luid);
            if (handleType === HandleType.D3D11_TEXTURE) getHandleInformation(handle);
            texture.clear(Uint8Array.of(1, 2, 3, 4));
            expect([...texture.read().subarray(-8)]).to.deep.equal([1, 2, 3, 4, 1, 2, 3, 4]);
            const bytes = new Uint8Array(texture.byteLength).map((_, i) => i * 7);
            texture.write(bytes);
            expect(texture.read()).to.deep.equal(bytes);
          },
        );
      });

  it('paints and reads back also where no handle is to be had', () => {
    const { query } = ComObject.prototype;
    // Debian's Wine can do all but give the handle out.
    ComObject.prototype.query = function (this: ComObject, type) {
      if (type.name !== 'IDXGIResource') return query.call(this, type) as never;
      return { call: () => 0, [Symbol.dispose]() {} } as never;
    };
    try {
      for (const format of [VkFormat.R8G8B8A8_UNORM, VkFormat.B8G8R8A8_UNORM, VkFormat.R16G16B16A16_SFLOAT]) {
        const references = comReferences.held;
        const texture = d3d.createSharedTexture({ extent, format, handleType: HandleType.D3D11_TEXTURE_KMT });
        const bytes = new Uint8Array(texture.byteLength).map((_, i) => i * 7);
        texture.write(bytes);
        expect(texture.read()).to.deep.equal(bytes);
        texture.clear(Uint8Array.of(1, 2, 3, 4));
        expect([...texture.read().subarray(-8)]).to.deep.equal([1, 2, 3, 4, 1, 2, 3, 4]);
        texture[Symbol.dispose]();
        texture[Symbol.dispose]();
        expect(comReferences.held).to.equal(references);
      }
    } finally {
      ComObject.prototype.query = query;
    }
  });

  it('leaves neither handles nor references behind where sharing fails or succeeds, a hundred times', () => {
    const make = () => {
      try {
        d3d.createSharedTexture({ extent })[Symbol.dispose]();
      } catch (error) {
        if (!(error instanceof ComError)) throw error;
      }
    };
    make();
    const [handles, references] = [openHandles(), comReferences.held];
    for (let i = 0; i < 100; i++) make();
    expect(openHandles()).to.be.within(handles - 4, handles + 4);
    expect(comReferences.held).to.equal(references);
  });

  it('refuses a format that it cannot share, and bytes of another length', () => {
    expect(() => d3d.createSharedTexture({ extent, format: VkFormat.D32_SFLOAT })).to.throw(
      RangeError,
      'got D32_SFLOAT',
    );
    trySharing(
      () => d3d.createSharedTexture({ extent }),
      texture =>
        expect(() => texture.write(new Uint8Array(3))).to.throw(RangeError, 'expected 924 bytes, got 3'),
    );
  });
});

describe('win32: Direct3D 12', () => {
  let d3d: D3D12Device;
  before(function () {
    windowsOnly(this);
    d3d = createD3D12Device();
  });
  after(() => {
    d3d?.[Symbol.dispose]();
    expect(comReferences.held).to.equal(0);
  });

  it('is on the adapter that Direct3D 11 names', () => {
    const d3d11 = createD3D11Device();
    expect(formatLuid(d3d.luid)).to.equal(formatLuid(d3d11.luid));
    d3d11[Symbol.dispose]();
    createD3D12Device({ adapterLuid: d3d.luid })[Symbol.dispose]();
  });

  it('shares a heap, a texture, a buffer and a fence by NT handles', () => {
    for (const make of [
      () => d3d.createSharedHeap(65536),
      () => d3d.createSharedTexture({ extent }),
      () => d3d.createSharedBuffer(65536),
      () => d3d.createSharedFence(5n),
    ])
      trySharing(make, ({ shared }) => {
        expect(shared.adapterLuid).to.deep.equal(d3d.luid);
        getHandleInformation(shared.handle);
      });
  });
});
