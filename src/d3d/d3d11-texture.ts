// A shared ID3D11Texture2D: its handle, and its pixels, which are written or read when the method returns.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import type { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { isUint8Array, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { ours, userMethods } from '../errors/user-call.ts';
import { now } from '../native/clock.ts';
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
import { disposeOnce, sharedHandle } from './shared-handle.ts';

/** The keys of a keyed mutex for one use. */
export interface KeyedMutexKeys {
  /** The key to wait for before the use. */
  readonly acquire: bigint;
  /** The key to set after it. */
  readonly release: bigint;
}

/** A texture as options of importTextureWin32. */
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
/** Indexes of the 32-bit members of D3D11_TEXTURE2D_DESC that differ in a staging texture. */
const STAGING = { usage: 7, bindFlags: 8, cpuAccess: 9, misc: 10 } as const;
const D3D11_USAGE_STAGING = 3;
const D3D11_CPU_ACCESS_READ = 0x2_0000;
const TIMEOUT_MS = 5000;
const KEYS = ['acquire', 'release'] as const;

/** A shared Direct3D 11 texture; `D3D11Device.createSharedTexture` returns it. */
export class D3D11Texture {
  /** Handle, handle type, format, extent and adapter. The texture closes the handle when it is disposed of. */
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
    this.#dispose = disposeOnce(texture, shared.handleType === HandleType.D3D11_TEXTURE ? handle : undefined);
  }

  /** Size of the whole texture in bytes, without padding of rows. */
  get byteLength(): number {
    return this.#rowLength * this.shared.extent.height;
  }

  get #rowLength(): number {
    return this.shared.extent.width * pixelFormat(this.shared.format).bytesPerPixel;
  }

  /**
   * Fills the texture with one colour.
   * @param pixel the bytes of one pixel, as many as the format has
   * @param keys with which to acquire and release the keyed mutex, if there is one; by default 0 and 0
   * @throws ComError, RangeError for another number of bytes
   */
  clear(pixel: Uint8Array, keys?: KeyedMutexKeys): void {
    const { bytesPerPixel } = pixelFormat(this.shared.format);
    checkBytes('D3D11Texture.clear.pixel', pixel, bytesPerPixel);
    // ClearRenderTargetView may be deferred until D3D uses the texture; an upload may not.
    this.write(
      new Uint8Array(this.byteLength).map((_, i) => pixel[i % pixel.length]),
      keys,
    );
  }

  /**
   * Fills the texture; when it returns, everyone sees the pixels.
   * @param bytes all rows without padding, `byteLength` bytes
   * @param keys with which to acquire and release the keyed mutex, if there is one; by default 0 and 0
   * @throws ComError, with WAIT_TIMEOUT if the key is not released within five seconds
   */
  write(bytes: Uint8Array, keys?: KeyedMutexKeys): void {
    checkBytes('D3D11Texture.write.bytes', bytes, this.byteLength);
    this.#locked(keys, () => {
      const { address } = this.#texture;
      this.#context.run('UpdateSubresource', address, 0, null, bytes, this.#rowLength, this.byteLength);
      this.#finish();
    });
  }

  /**
   * Reads the texture back.
   * @param keys with which to acquire and release the keyed mutex, if there is one; by default 0 and 0
   * @returns all rows, without padding
   * @throws ComError, with WAIT_TIMEOUT if the key is not released within five seconds
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
   * Releases the texture and closes its NT handle; memory imported from a KMT handle is invalid from then on.
   * @throws WindowsError if the handle is closed already: do not use `closeAfterImport` with this texture
   */
  [Symbol.dispose](): void {
    this.#dispose();
  }

  /** Sends what was recorded to the GPU and waits until it has finished. */
  #finish(): void {
    withCom(this.#device.make(ID3D11Query, 'CreateQuery', D3D11_QUERY_EVENT), query => {
      this.#context.run('End', query.address);
      this.#context.run('Flush');
      const end = now() + TIMEOUT_MS;
      while (this.#context.call('GetData', query.address, null, 0, 0) !== 0) {
        if (now() > end)
          throw ours(new Error(`D3D11Texture: the GPU did not finish within ${TIMEOUT_MS / 1000} seconds`));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    });
  }

  #locked(given: KeyedMutexKeys = { acquire: 0n, release: 0n }, use: () => void): void {
    const keys = checkOptions('D3D11Texture.keys', given, KEYS);
    for (const name of KEYS) uint64Of(`D3D11Texture.keys.${name}`, keys[name], 0n);
    if (!this.#keyedMutex) {
      use();
      return;
    }
    withCom(this.#texture.query(IDXGIKeyedMutex), mutex => {
      const result = mutex.call('AcquireSync', keys.acquire, TIMEOUT_MS);
      // WAIT_TIMEOUT and WAIT_ABANDONED are not failed HRESULTs, but the mutex is not held.
      if (result !== 0) throw new ComError('IDXGIKeyedMutex::AcquireSync', result);
      try {
        use();
      } finally {
        mutex.call('ReleaseSync', keys.release);
      }
    });
  }

  static {
    userMethods(D3D11Texture, 'D3D11Texture', value => #device in value);
  }
}

function checkBytes(path: string, bytes: Uint8Array, count: number): void {
  if (!isUint8Array(bytes))
    throw ours(new TypeError(`${path}: expected a Uint8Array, got ${describe(bytes)}`));
  if (sizeOf(bytes) !== count)
    throw ours(new RangeError(`${path}: expected ${count} bytes, got ${sizeOf(bytes)}`));
}

/** The shared handle: an NT handle is created and must be closed, a KMT handle is read. */
function handleOf(texture: ComObject<typeof ID3D11Texture2D>, handleType: HandleType): bigint {
  return handleType === HandleType.D3D11_TEXTURE
    ? withCom(texture.query(IDXGIResource1), resource =>
        sharedHandle(resource, 'CreateSharedHandle', null, DXGI_SHARED_RESOURCE_READ_WRITE, null),
      )
    : withCom(texture.query(IDXGIResource), resource => sharedHandle(resource, 'GetSharedHandle'));
}
