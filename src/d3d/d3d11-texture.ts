// An ID3D11Texture2D that is shared: its handle, and its pixels written and read, each finished when the method returns.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { ours, userMethods } from '../errors/user-call.ts';
import { addressOf, copy } from '../native/koffi.ts';
import { checkOptions, uint64Of } from '../native/options.ts';
import type { Luid } from '../win32/luid.ts';
import { ComError, type ComObject, withCom } from './com.ts';
import { pixelFormat } from './dxgi.ts';
import {
  type ID3D11Device,
  type ID3D11DeviceContext,
  ID3D11Query,
  ID3D11Texture2D,
  IDXGIKeyedMutex,
  IDXGIResource,
  IDXGIResource1,
} from './interfaces.ts';
import { endOnce, sharedHandle } from './shared-handle.ts';

/** Keys of a keyed mutex around one use. */
export interface KeyedMutexKeys {
  /** Waited for before the use. */
  readonly acquire: bigint;
  /** Left behind after it. */
  readonly release: bigint;
}

/** A texture in the words of importTextureWin32: spread it into the options. */
interface SharedD3DTexture {
  readonly handle: bigint;
  readonly handleType: HandleType;
  readonly format: VkFormat;
  readonly extent: Required<VkExtent2D>;
  readonly adapterLuid: Luid;
}

interface Description {
  /** The D3D11_TEXTURE2D_DESC. */
  readonly desc: Uint32Array;
  readonly keyedMutex: boolean;
  readonly shared: Omit<SharedD3DTexture, 'handle'>;
}

const DXGI_SHARED_RESOURCE_READ_WRITE = 0x8000_0001;
const D3D11_QUERY_EVENT = Uint32Array.of(0, 0);
const D3D11_MAP_READ = 1;
/** DESC words that make a staging texture, which can be mapped, of a shared one. */
const STAGING = { usage: 7, bindFlags: 8, cpuAccess: 9, misc: 10 } as const;
const D3D11_USAGE_STAGING = 3;
const D3D11_CPU_ACCESS_READ = 0x2_0000;
const TIMEOUT = 5000;
const KEYS = ['acquire', 'release'] as const;

/** A shared Direct3D 11 texture; `D3D11Device.createSharedTexture` makes it. */
export class D3D11Texture {
  /** Handle, handle type, format, extent and adapter. The handle is the texture's: `using` closes it. */
  readonly shared: SharedD3DTexture;
  readonly #device: ComObject<typeof ID3D11Device>;
  readonly #context: ComObject<typeof ID3D11DeviceContext>;
  readonly #texture: ComObject<typeof ID3D11Texture2D>;
  readonly #desc: Uint32Array;
  readonly #keyedMutex: boolean;
  readonly #dispose: () => void;

  /** @internal */
  constructor(
    device: ComObject<typeof ID3D11Device>,
    context: ComObject<typeof ID3D11DeviceContext>,
    texture: ComObject<typeof ID3D11Texture2D>,
    { desc, keyedMutex, shared }: Description,
  ) {
    const handle = handleOf(texture, shared.handleType);
    this.shared = { ...shared, handle };
    this.#device = device;
    this.#context = context;
    this.#texture = texture;
    this.#desc = desc;
    this.#keyedMutex = keyedMutex;
    this.#dispose = endOnce(texture, shared.handleType === HandleType.D3D11_TEXTURE ? handle : undefined);
  }

  /** Bytes of the whole texture, rows without padding. */
  get byteLength(): number {
    return this.#rowLength * this.shared.extent.height;
  }

  get #rowLength(): number {
    return this.shared.extent.width * pixelFormat(this.shared.format).bytesPerPixel;
  }

  /**
   * Fills the texture with one colour.
   * @param pixel the bytes of one pixel, as many as the format has
   * @param keys with which the keyed mutex is acquired and released, where there is one
   * @throws ComError, RangeError for another number of bytes
   */
  clear(pixel: Uint8Array, keys?: KeyedMutexKeys): void {
    const { bytesPerPixel } = pixelFormat(this.shared.format);
    checkBytes(pixel, bytesPerPixel, 'D3D11Texture.clear.pixel');
    // A ClearRenderTargetView may be put off until D3D uses the texture; an upload may not.
    this.write(
      new Uint8Array(this.byteLength).map((_, i) => pixel[i % pixel.length]),
      keys,
    );
  }

  /**
   * Fills the texture; when it returns, the pixels are there for everyone.
   * @param bytes all rows, without padding; its length is `byteLength`
   * @param keys with which the keyed mutex is acquired and released, where there is one; 0 and 0 if left out
   * @throws ComError, WAIT_TIMEOUT where the key is not released within five seconds
   */
  write(bytes: Uint8Array, keys?: KeyedMutexKeys): void {
    checkBytes(bytes, this.byteLength, 'D3D11Texture.write.bytes');
    this.#locked(keys, () => {
      const { address } = this.#texture;
      this.#context.run('UpdateSubresource', address, 0, null, bytes, this.#rowLength, this.byteLength);
      this.#finish();
    });
  }

  /**
   * Reads the texture back.
   * @param keys with which the keyed mutex is acquired and released, where there is one; 0 and 0 if left out
   * @returns all rows, without padding
   * @throws ComError, WAIT_TIMEOUT where the key is not released within five seconds
   */
  read(keys?: KeyedMutexKeys): Uint8Array {
    const desc = this.#desc.slice();
    desc[STAGING.usage] = D3D11_USAGE_STAGING;
    desc[STAGING.bindFlags] = 0;
    desc[STAGING.cpuAccess] = D3D11_CPU_ACCESS_READ;
    desc[STAGING.misc] = 0;
    return withCom(this.#device.make(ID3D11Texture2D, 'CreateTexture2D', desc, null), staging => {
      this.#locked(keys, () => {
        this.#context.run('CopyResource', staging.address, this.#texture.address);
        this.#finish();
      });
      const mapped = Buffer.alloc(16); // D3D11_MAPPED_SUBRESOURCE: data, row pitch, depth pitch
      this.#context.call('Map', staging.address, 0, D3D11_MAP_READ, 0, mapped);
      const bytes = new Uint8Array(this.byteLength);
      const pitch = BigInt(mapped.readUInt32LE(8));
      for (let row = 0; row < this.shared.extent.height; row++)
        copy(
          addressOf(bytes) + row * this.#rowLength,
          mapped.readBigUInt64LE(0) + BigInt(row) * pitch,
          this.#rowLength,
        );
      this.#context.run('Unmap', staging.address, 0);
      return bytes;
    });
  }

  /**
   * Releases the texture and closes the NT handle, once; of a KMT handle, what was imported from it is gone then.
   * @throws WindowsError where somebody else has closed the handle: `closeAfterImport` has no place with this texture
   */
  [Symbol.dispose](): void {
    this.#dispose();
  }

  /** Sends what was recorded to the GPU and waits until that has done it. */
  #finish(): void {
    withCom(this.#device.make(ID3D11Query, 'CreateQuery', D3D11_QUERY_EVENT), query => {
      this.#context.run('End', query.address);
      this.#context.run('Flush');
      const end = Date.now() + TIMEOUT;
      while (this.#context.call('GetData', query.address, null, 0, 0) !== 0) {
        if (Date.now() > end)
          throw ours(new Error(`the GPU did not finish within ${TIMEOUT / 1000} seconds`));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    });
  }

  #locked(keys: KeyedMutexKeys = { acquire: 0n, release: 0n }, use: () => void): void {
    checkOptions('D3D11Texture.keys', keys, KEYS);
    for (const name of KEYS) uint64Of(`D3D11Texture.keys.${name}`, keys[name], 0n);
    if (!this.#keyedMutex) {
      use();
      return;
    }
    withCom(this.#texture.query(IDXGIKeyedMutex), mutex => {
      const result = mutex.call('AcquireSync', keys.acquire, TIMEOUT);
      // WAIT_TIMEOUT and WAIT_ABANDONED are no failures as HRESULTs go, but the mutex is not held.
      if (result !== 0) throw new ComError('IDXGIKeyedMutex::AcquireSync', result);
      try {
        use();
      } finally {
        mutex.call('ReleaseSync', keys.release);
      }
    });
  }

  static {
    userMethods(D3D11Texture);
  }
}

function checkBytes(bytes: Uint8Array, count: number, path: string): void {
  if (!(bytes instanceof Uint8Array)) throw ours(new TypeError(`${path}: expected a Uint8Array`));
  if (bytes.byteLength !== count)
    throw ours(new RangeError(`${path}: expected ${count} bytes, got ${bytes.byteLength}`));
}

/** The shared handle: NT ones are made anew and must be closed, KMT ones are read. */
function handleOf(texture: ComObject<typeof ID3D11Texture2D>, handleType: HandleType): bigint {
  return handleType === HandleType.D3D11_TEXTURE
    ? withCom(texture.query(IDXGIResource1), resource =>
        sharedHandle(resource, 'CreateSharedHandle', null, DXGI_SHARED_RESOURCE_READ_WRITE, null),
      )
    : withCom(texture.query(IDXGIResource), resource => sharedHandle(resource, 'GetSharedHandle'));
}
