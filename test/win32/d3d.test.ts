// Direct3D 11 and 12 share textures, heaps and fences by handles, and paint and read textures back, in a Windows process.
import { expect } from 'chai';
import type { Context } from 'mocha';
import { ComError, ComObject } from '../../src/d3d/com.ts';
import {
  createD3D11Device,
  createD3D12Device,
  type D3D11Device,
  type D3D12Device,
} from '../../src/d3d/index.ts';
import { VkExternalMemoryHandleTypeFlagBits as HandleType, VkFormat } from '../../src/index.ts';
import {
  closeHandle,
  formatLuid,
  getHandleInformation,
  InvalidHandleError,
  WindowsError,
} from '../../src/win32/index.ts';
import { afterAlone, beforeAlone, itAlone } from './alone.ts';
import { comReferences } from './com-references.ts';
import { createSection, openHandles, unlessRefused } from './kernel.ts';

const extent = { width: 33, height: 7 };

/** Makes something shared and uses it; a system without such sharing is a reason to skip, but leaves nothing behind. */
function share<T extends Disposable>(context: Context, make: () => T, use: (made: T) => void): void {
  const references = comReferences.held;
  try {
    unlessRefused(context, () => {
      const made = make();
      try {
        use(made);
      } finally {
        made[Symbol.dispose]();
      }
    });
  } finally {
    expect(comReferences.held, 'references that were not released').to.equal(references);
  }
}

describe('win32: Direct3D 11', () => {
  const it = (title: string, test: (this: Context) => void, mayEnd?: string) =>
    itAlone(import.meta.url, 'win32: Direct3D 11', title, test, mayEnd);
  let d3d: D3D11Device;
  beforeAlone(function () {
    unlessRefused(this, () => {
      d3d = createD3D11Device();
    });
  });
  afterAlone(() => {
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
      `adapterLuid: no adapter has LUID eeeeeeeeeeeeeeee; there are ${d3d.description}: ${formatLuid(d3d.luid)}`,
    );
    expect(() => createD3D11Device({ adapterLuid: new Uint8Array(4) })).to.throw(TypeError, 'adapterLuid');
  });

  for (const [name, handleType] of [
    ['NT', HandleType.D3D11_TEXTURE],
    ['KMT', HandleType.D3D11_TEXTURE_KMT],
  ] as const)
    for (const keyedMutex of [false, true])
      it(
        `shares a texture by its ${name} handle, ${keyedMutex ? 'with' : 'without'} a keyed mutex`,
        function () {
          share(
            this,
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
        },
        keyedMutex ? 'DXVK on lavapipe calls a null function for keyed mutexes' : undefined,
      );

  /** Debian's Wine can do all but give the handle out: another one stands for it. */
  function withHandle(handle: bigint, use: () => void): void {
    const { query } = ComObject.prototype;
    ComObject.prototype.query = function (this: ComObject, type) {
      if (!type.name.startsWith('IDXGIResource')) return query.call(this, type) as never;
      const call = (_method: string, ...args: unknown[]) => {
        (args.at(-1) as BigUint64Array)[0] = handle;
      };
      return { call, interface: type, [Symbol.dispose]() {} } as never;
    };
    try {
      use();
    } finally {
      ComObject.prototype.query = query;
    }
  }
  const kmt = { extent, handleType: HandleType.D3D11_TEXTURE_KMT } as const;

  it('paints and reads back also where no handle is to be had', () => {
    withHandle(0x4000_0042n, () => {
      for (const format of [VkFormat.R8G8B8A8_UNORM, VkFormat.B8G8R8A8_UNORM, VkFormat.R16G16B16A16_SFLOAT]) {
        const references = comReferences.held;
        const texture = d3d.createSharedTexture({ ...kmt, format });
        const bytes = new Uint8Array(texture.byteLength).map((_, i) => i * 7);
        texture.write(bytes);
        expect(texture.read()).to.deep.equal(bytes);
        const pixel = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).subarray(0, texture.byteLength / (33 * 7));
        texture.clear(pixel);
        expect([...texture.read().subarray(-pixel.length)]).to.deep.equal([...pixel]);
        texture[Symbol.dispose]();
        texture[Symbol.dispose]();
        expect(comReferences.held).to.equal(references);
      }
    });
  });

  it('refuses a colour that is not one pixel, bytes of another length, and what is no texture', () => {
    const { held } = comReferences;
    withHandle(0x4000_0042n, () => {
      const texture = d3d.createSharedTexture(kmt);
      for (const length of [0, 3, 5, 8])
        expect(() => texture.clear(new Uint8Array(length))).to.throw(
          RangeError,
          `D3D11Texture.clear.pixel: expected 4 bytes, got ${length}`,
        );
      const pixel = new Uint8Array(4);
      for (const keys of [
        null,
        { acquire: -1n, release: 0n },
        { acquire: 0n },
        { acquire: 0n, release: 1.5 },
      ])
        expect(() => texture.clear(pixel, keys as never)).to.throw('D3D11Texture.keys');
      expect(() => texture.clear([1, 2, 3, 4] as never)).to.throw(TypeError, 'expected a Uint8Array');
      expect(() => texture.write(new Uint8Array(3))).to.throw(RangeError, 'expected 924 bytes, got 3');
      texture[Symbol.dispose]();
    });
    for (const [options, message] of [
      [{ extent, format: VkFormat.D32_SFLOAT }, 'got D32_SFLOAT'],
      [{ extent: null }, 'createSharedTexture.extent: expected { width, height }, got null'],
      [{ extent: { width: 0, height: 1 } }, 'createSharedTexture.extent.width: expected 1 to'],
      [{ extent: { width: 1.5, height: 1 } }, 'createSharedTexture.extent.width: expected an integer'],
      [
        { extent, handleType: HandleType.D3D12_HEAP },
        'createSharedTexture.handleType: expected D3D11_TEXTURE',
      ],
      [{ extent, mutex: true }, 'createSharedTexture.mutex: there is no such option'],
    ] as const)
      expect(() => d3d.createSharedTexture(options as never)).to.throw(message);
    expect(comReferences.held).to.equal(held);
  });

  it('takes a NULL handle for none', () => {
    const { held } = comReferences;
    withHandle(0n, () => {
      expect(() => d3d.createSharedTexture(kmt)).to.throw(
        InvalidHandleError,
        'IDXGIResource::GetSharedHandle: handle 0x0: it returned S_OK but no handle',
      );
    });
    expect(comReferences.held).to.equal(held);
  });

  it('closes its handle once; of one that somebody else closed the texture is released all the same', () => {
    const { held } = comReferences;
    for (const isClosed of [false, true]) {
      const handle = createSection();
      withHandle(handle, () => {
        const texture = d3d.createSharedTexture({ extent });
        expect(texture.shared.handle).to.equal(handle);
        if (isClosed) {
          closeHandle(handle);
          expect(() => texture[Symbol.dispose]()).to.throw(WindowsError, 'ERROR_INVALID_HANDLE');
        } else texture[Symbol.dispose]();
        expect(comReferences.held).to.equal(held);
        expect(() => getHandleInformation(handle)).to.throw(WindowsError, 'ERROR_INVALID_HANDLE');
        texture[Symbol.dispose]();
      });
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
    // DXVK frees textures later.
    expect(openHandles(handles + 4)).to.be.at.most(handles + 4);
    expect(comReferences.held).to.equal(references);
  });
});

describe('win32: Direct3D 12', () => {
  const it = (title: string, test: (this: Context) => void) =>
    itAlone(import.meta.url, 'win32: Direct3D 12', title, test);
  let d3d: D3D12Device;
  beforeAlone(function () {
    unlessRefused(this, () => {
      d3d = createD3D12Device();
    });
  });
  afterAlone(() => {
    d3d?.[Symbol.dispose]();
    expect(comReferences.held).to.equal(0);
  });

  it('is on the adapter that Direct3D 11 names', function () {
    unlessRefused(this, () => {
      const d3d11 = createD3D11Device();
      expect(formatLuid(d3d.luid)).to.equal(formatLuid(d3d11.luid));
      d3d11[Symbol.dispose]();
    });
    createD3D12Device({ adapterLuid: d3d.luid })[Symbol.dispose]();
  });

  for (const [name, make] of [
    ['heap', () => d3d.createSharedHeap(65536)],
    ['texture', () => d3d.createSharedTexture({ extent })],
    ['buffer', () => d3d.createSharedBuffer(65536)],
    ['fence', () => d3d.createSharedFence(5n)],
  ] as const)
    it(`shares a ${name} by an NT handle`, function () {
      share<ReturnType<typeof make>>(this, make, ({ shared }) => {
        expect(shared.adapterLuid).to.deep.equal(d3d.luid);
        getHandleInformation(shared.handle);
      });
    });

  it('takes a NULL handle for none, and closes one once, whoever else has closed it', () => {
    const { call } = ComObject.prototype;
    const { held } = comReferences;
    let handle = 0n;
    ComObject.prototype.call = function (this: ComObject, method, ...args) {
      if (method !== 'CreateSharedHandle') return call.call(this, method, ...args);
      (args.at(-1) as BigUint64Array)[0] = handle;
      return 0;
    };
    try {
      expect(() => d3d.createSharedBuffer(65536)).to.throw(
        InvalidHandleError,
        'ID3D12Device::CreateSharedHandle: handle 0x0: it returned S_OK but no handle',
      );
      expect(comReferences.held).to.equal(held);
      handle = createSection();
      const buffer = d3d.createSharedBuffer(65536);
      closeHandle(handle);
      expect(() => buffer[Symbol.dispose]()).to.throw(WindowsError, 'ERROR_INVALID_HANDLE');
      expect(comReferences.held).to.equal(held);
      buffer[Symbol.dispose]();
    } finally {
      ComObject.prototype.call = call;
    }
  });

  it('refuses sizes and extents that are none', () => {
    for (const size of [0, -1, 1.5, Number.NaN, '1'] as number[]) {
      expect(() => d3d.createSharedHeap(size)).to.throw('createSharedHeap.size');
      expect(() => d3d.createSharedBuffer(size)).to.throw('createSharedBuffer.size');
    }
    expect(() => d3d.createSharedTexture({ extent: null as never })).to.throw('createSharedTexture.extent');
  });
});
