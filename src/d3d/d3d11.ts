// A Direct3D 11 device that creates shared textures for Vulkan to import.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { handleTypeName } from '../errors/explain.ts';
import { ours, userCall, userMethods } from '../errors/user-call.ts';
import { checkExtent, checkOptions } from '../native/options.ts';
import { windowsFunction } from '../native/windows-dll.ts';
import { checkLuid, type Luid } from '../win32/luid.ts';
import { ComObject, checkResult, withCom } from './com.ts';
import { D3D11Texture, type KeyedMutexKeys } from './d3d11-texture.ts';
import { adapterByLuid, describeAdapter, pixelFormat } from './dxgi.ts';
import {
  ID3D11Device,
  ID3D11DeviceContext,
  ID3D11Texture2D,
  IDXGIAdapter,
  IDXGIDevice,
} from './interfaces.ts';

export { D3D11Texture, type KeyedMutexKeys };

/** The adapter that a Direct3D device is created on. */
export interface D3DDeviceOptions {
  /** LUID of the adapter; by default the first one. */
  readonly adapterLuid?: Luid;
}

/** The texture to create. */
export interface D3D11TextureOptions {
  /** Size in pixels. */
  readonly extent: Required<VkExtent2D>;
  /** By default R8G8B8A8_UNORM. */
  readonly format?: VkFormat;
  /** D3D11_TEXTURE (an NT handle, the default) or D3D11_TEXTURE_KMT. */
  readonly handleType?: typeof HandleType.D3D11_TEXTURE | typeof HandleType.D3D11_TEXTURE_KMT;
  /** Whether it has a keyed mutex, which each use on either side must then acquire; by default it has none. */
  readonly keyedMutex?: boolean;
}

const D3D11_SDK_VERSION = 7;
const D3D_DRIVER_TYPE = { UNKNOWN: 0, HARDWARE: 1 };
const D3D11_CREATE_DEVICE_BGRA_SUPPORT = 0x20;
const D3D11_BIND_SHADER_RESOURCE_AND_RENDER_TARGET = 0x28;
const MISC = { SHARED: 0x2, SHARED_KEYEDMUTEX: 0x100, SHARED_NTHANDLE: 0x800 };

const createDevice = windowsFunction('d3d11.dll', 'D3D11CreateDevice', 'int32_t', [
  'uint64_t', // adapter
  'uint32_t', // driver type
  'uint64_t', // software
  'uint32_t', // flags
  'void *', // feature levels
  'uint32_t',
  'uint32_t', // SDK version
  'void *', // device, out
  'void *', // feature level, out
  'void *', // context, out
]);

/** A Direct3D 11 device; createD3D11Device returns it. */
export class D3D11Device {
  /** The adapter's name. */
  readonly description: string;
  /** LUID of the adapter, for findPhysicalDeviceByLuid. */
  readonly luid: Luid;
  readonly #device: ComObject<typeof ID3D11Device>;
  readonly #context: ComObject<typeof ID3D11DeviceContext>;

  /** @internal */
  constructor(device: ComObject<typeof ID3D11Device>, context: ComObject<typeof ID3D11DeviceContext>) {
    this.#device = device;
    this.#context = context;
    const adapter = withCom(device.query(IDXGIDevice), dxgi => dxgi.make(IDXGIAdapter, 'GetAdapter'));
    const { description, luid } = withCom(adapter, describeAdapter);
    this.description = description;
    this.luid = luid;
  }

  /**
   * Creates a texture and its shared handle.
   * @param options extent, format, handle type, keyed mutex
   * @returns the texture, whose contents are undefined until `write` or `clear`; the caller disposes of it
   * @throws ComError with interface, method and HRESULT if the system cannot share such a texture
   * @see https://learn.microsoft.com/windows/win32/api/d3d11/ne-d3d11-d3d11_resource_misc_flag
   *
   * @example
   * using texture = d3d.createSharedTexture({ extent: { width: 256, height: 256 } });
   * texture.clear(Uint8Array.of(255, 0, 0, 255));
   * using imported = importTextureWin32(device, { ...texture.shared, usage });
   */
  createSharedTexture(options: D3D11TextureOptions): D3D11Texture {
    const given = checkOptions('createSharedTexture', options, [
      'extent',
      'format',
      'handleType',
      'keyedMutex',
    ]);
    const { format = VkFormat.R8G8B8A8_UNORM, keyedMutex = false } = given;
    const extent = checkExtent('createSharedTexture.extent', given.extent);
    const { handleType = HandleType.D3D11_TEXTURE } = given;
    const isNt = handleType === HandleType.D3D11_TEXTURE;
    if (!isNt && handleType !== HandleType.D3D11_TEXTURE_KMT)
      throw ours(
        new RangeError(
          `createSharedTexture.handleType: expected D3D11_TEXTURE or D3D11_TEXTURE_KMT, got ${handleTypeName(handleType)}`,
        ),
      );
    // SHARED and SHARED_KEYEDMUTEX exclude each other, and SHARED_NTHANDLE requires one of them.
    const misc = (keyedMutex ? MISC.SHARED_KEYEDMUTEX : MISC.SHARED) | (isNt ? MISC.SHARED_NTHANDLE : 0);
    const desc = Uint32Array.of(
      ...[extent.width, extent.height, 1, 1, pixelFormat(format).dxgi, 1, 0], // one level, layer and sample
      ...[0, D3D11_BIND_SHADER_RESOURCE_AND_RENDER_TARGET, 0, misc], // usage DEFAULT, no CPU access
    );
    const texture = this.#device.make(ID3D11Texture2D, 'CreateTexture2D', desc, null);
    try {
      const shared = { handleType, format, extent, adapterLuid: this.luid };
      return new D3D11Texture(this.#device, this.#context, texture, { desc, keyedMutex, shared });
    } catch (error) {
      texture[Symbol.dispose]();
      throw error;
    }
  }

  /** Releases the device; its textures stay valid until they are disposed of. */
  [Symbol.dispose](): void {
    this.#context[Symbol.dispose]();
    this.#device[Symbol.dispose]();
  }

  static {
    userMethods(D3D11Device, 'D3D11Device', value => #device in value);
  }
}

/**
 * Creates a Direct3D 11 device (D3D11CreateDevice), for programs that get textures from nowhere else.
 * @param options the adapter
 * @returns the device, which the caller disposes of
 * @throws WindowsOnlyError on other systems, ComError, RangeError if no adapter has the LUID
 * @see https://learn.microsoft.com/windows/win32/api/d3d11/nf-d3d11-d3d11createdevice
 */
export const createD3D11Device = userCall(function createD3D11Device(
  options: D3DDeviceOptions = {},
): D3D11Device {
  const { adapterLuid } = checkOptions('createD3D11Device', options, ['adapterLuid']);
  if (adapterLuid === undefined) return open(0n, D3D_DRIVER_TYPE.HARDWARE);
  checkLuid('createD3D11Device.adapterLuid', adapterLuid);
  return withCom(adapterByLuid(adapterLuid), adapter => open(adapter.address, D3D_DRIVER_TYPE.UNKNOWN));
});

function open(adapter: bigint, type: number): D3D11Device {
  const [device, context, level] = [new BigUint64Array(1), new BigUint64Array(1), new Uint32Array(1)];
  const flags = D3D11_CREATE_DEVICE_BGRA_SUPPORT;
  const result = createDevice(adapter, type, 0, flags, null, 0, D3D11_SDK_VERSION, device, level, context);
  checkResult('D3D11CreateDevice', Number(result));
  const made = [ComObject.from(ID3D11Device, device), ComObject.from(ID3D11DeviceContext, context)] as const;
  try {
    return new D3D11Device(...made);
  } catch (error) {
    for (const object of made) object[Symbol.dispose]();
    throw error;
  }
}
