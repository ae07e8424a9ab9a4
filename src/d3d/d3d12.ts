// A Direct3D 12 device that creates shared heaps, textures, buffers and fences for Vulkan to import.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { VkFormat } from '../../ffi/rows/enums.ts';
import type { VkExtent2D } from '../../ffi/types/structs.ts';
import { userCall, userMethods } from '../errors/user-call.ts';
import { checkExtent, checkOptions, uint64Of } from '../native/options.ts';
import { windowsFunction } from '../native/windows-dll.ts';
import { checkLuid, type Luid } from '../win32/luid.ts';
import { type ComObject, comFrom, guid, withCom } from './com.ts';
import type { D3DDeviceOptions } from './d3d11.ts';
import { adapterByLuid, pixelFormat } from './dxgi.ts';
import { ID3D12Device, ID3D12Fence, ID3D12Heap, ID3D12Resource, type Interface } from './interfaces.ts';
import { disposeOnce, sharedHandle } from './shared-handle.ts';

const D3D_FEATURE_LEVEL_11_0 = 0xb000;
const D3D12_HEAP_TYPE_DEFAULT = 1;
const D3D12_HEAP_FLAG_SHARED = 1;
const D3D12_FENCE_FLAG_SHARED = 1;
const DIMENSION = { BUFFER: 1, TEXTURE2D: 3 };
const LAYOUT = { UNKNOWN: 0, ROW_MAJOR: 1 };
const D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET = 1;
const GENERIC_ALL = 0x1000_0000;

const createDevice = windowsFunction('d3d12.dll', 'D3D12CreateDevice', 'int32_t', [
  'uint64_t', // adapter
  'uint32_t', // feature level
  'void *', // interface id
  'void *', // device, out
]);

/** The texture to create. */
export interface D3D12TextureOptions {
  /** Size in pixels. */
  readonly extent: Required<VkExtent2D>;
  /** By default R8G8B8A8_UNORM. */
  readonly format?: VkFormat;
}

/** A shared object of Direct3D 12. */
export interface D3D12Shared<Facts> {
  /** The NT handle and all else that an import needs, to spread into its options. The object closes the handle. */
  readonly shared: { readonly handle: bigint; readonly adapterLuid: Luid } & Facts;
  /** Releases the object and closes the handle; memory imported from it stays valid. */
  [Symbol.dispose](): void;
}

/** A Direct3D 12 device; createD3D12Device returns it. */
export class D3D12Device {
  /** LUID of the adapter, for findPhysicalDeviceByLuid. */
  readonly luid: Luid;
  readonly #device: ComObject<typeof ID3D12Device>;

  /** @internal */
  constructor(device: ComObject<typeof ID3D12Device>) {
    this.#device = device;
    this.luid = new Uint8Array(8);
    // C++ returns this struct through a hidden pointer, the second argument.
    device.run('GetAdapterLuid', this.luid);
  }

  /**
   * Creates a shared heap (ID3D12Device::CreateHeap).
   * @param size in bytes, a multiple of 65536
   * @returns the heap, to be imported with handle type D3D12_HEAP and this allocationSize; the caller disposes of it
   * @throws ComError with interface, method and HRESULT
   * @see https://learn.microsoft.com/windows/win32/api/d3d12/nf-d3d12-id3d12device-createheap
   */
  createSharedHeap(
    size: number,
  ): D3D12Shared<{ readonly handleType: HandleType; readonly allocationSize: number }> {
    uint64Of('createSharedHeap.size', size, 1n);
    const desc = Buffer.alloc(48); // D3D12_HEAP_DESC: size, heap properties, alignment, flags
    desc.writeBigUInt64LE(BigInt(size), 0);
    desc.writeUInt32LE(D3D12_HEAP_TYPE_DEFAULT, 8);
    desc.writeUInt32LE(D3D12_HEAP_FLAG_SHARED, 40);
    const heap = this.#device.make(ID3D12Heap, 'CreateHeap', desc, guid(ID3D12Heap.iid));
    return this.#share(heap, { handleType: HandleType.D3D12_HEAP, allocationSize: size });
  }

  /**
   * Creates a shared two-dimensional texture (ID3D12Device::CreateCommittedResource).
   * @param options extent and format
   * @returns the texture, to be imported with handle type D3D12_RESOURCE; the caller disposes of it
   * @throws ComError with interface, method and HRESULT
   * @see https://learn.microsoft.com/windows/win32/api/d3d12/nf-d3d12-id3d12device-createcommittedresource
   */
  createSharedTexture(options: D3D12TextureOptions): D3D12Shared<{
    readonly handleType: HandleType;
    readonly format: VkFormat;
    readonly extent: Required<VkExtent2D>;
  }> {
    const given = checkOptions('createSharedTexture', options, ['extent', 'format']);
    const { format = VkFormat.R8G8B8A8_UNORM } = given;
    const extent = checkExtent('createSharedTexture.extent', given.extent);
    const resource = this.#createResource({
      dimension: DIMENSION.TEXTURE2D,
      ...extent,
      format: pixelFormat(format).dxgi,
      layout: LAYOUT.UNKNOWN,
      flags: D3D12_RESOURCE_FLAG_ALLOW_RENDER_TARGET,
    });
    return this.#share(resource, { handleType: HandleType.D3D12_RESOURCE, format, extent });
  }

  /**
   * Creates a shared buffer (ID3D12Device::CreateCommittedResource).
   * @param size in bytes
   * @returns the buffer, to be imported with handle type D3D12_RESOURCE; the caller disposes of it
   * @throws ComError with interface, method and HRESULT
   * @see https://learn.microsoft.com/windows/win32/api/d3d12/nf-d3d12-id3d12device-createcommittedresource
   */
  createSharedBuffer(size: number): D3D12Shared<{ readonly handleType: HandleType }> {
    uint64Of('createSharedBuffer.size', size, 1n);
    const resource = this.#createResource({
      dimension: DIMENSION.BUFFER,
      width: size,
      height: 1,
      format: 0,
      layout: LAYOUT.ROW_MAJOR,
      flags: 0,
    });
    return this.#share(resource, { handleType: HandleType.D3D12_RESOURCE });
  }

  /**
   * Creates a shared fence (ID3D12Device::CreateFence).
   * @param initialValue its first value
   * @returns the fence, for importD3DFence; the caller disposes of it
   * @throws ComError with interface, method and HRESULT
   * @see https://learn.microsoft.com/windows/win32/api/d3d12/nf-d3d12-id3d12device-createfence
   */
  createSharedFence(initialValue = 0n): D3D12Shared<unknown> {
    uint64Of('createSharedFence.initialValue', initialValue, 0n);
    const iid = guid(ID3D12Fence.iid);
    return this.#share(
      this.#device.make(ID3D12Fence, 'CreateFence', initialValue, D3D12_FENCE_FLAG_SHARED, iid),
      {},
    );
  }

  /** Releases the device. */
  [Symbol.dispose](): void {
    this.#device[Symbol.dispose]();
  }

  #createResource(description: {
    dimension: number;
    width: number;
    height: number;
    format: number;
    layout: number;
    flags: number;
  }): ComObject<typeof ID3D12Resource> {
    const heap = Uint32Array.of(D3D12_HEAP_TYPE_DEFAULT, 0, 0, 0, 0);
    const desc = Buffer.alloc(56); // D3D12_RESOURCE_DESC
    desc.writeUInt32LE(description.dimension, 0);
    desc.writeBigUInt64LE(BigInt(description.width), 16);
    desc.writeUInt32LE(description.height, 24);
    desc.writeUInt16LE(1, 28); // depth or array size
    desc.writeUInt16LE(1, 30); // mip levels
    desc.writeUInt32LE(description.format, 32);
    desc.writeUInt32LE(1, 36); // samples
    desc.writeUInt32LE(description.layout, 44);
    desc.writeUInt32LE(description.flags, 48);
    const [state, clear] = [0, null];
    const iid = guid(ID3D12Resource.iid);
    return this.#device.make(
      ID3D12Resource,
      'CreateCommittedResource',
      ...[heap, D3D12_HEAP_FLAG_SHARED, desc, state, clear, iid],
    );
  }

  /** Creates the shared handle of an object; releases the object if that fails. */
  #share<Facts>(object: ComObject<Interface>, facts: Facts): D3D12Shared<Facts> {
    try {
      const handle = sharedHandle(
        this.#device,
        'CreateSharedHandle',
        object.address,
        null,
        GENERIC_ALL,
        null,
      );
      return {
        shared: { ...facts, handle, adapterLuid: this.luid },
        [Symbol.dispose]: disposeOnce(object, handle),
      };
    } catch (error) {
      object[Symbol.dispose]();
      throw error;
    }
  }

  static {
    userMethods(D3D12Device, 'D3D12Device', value => #device in value);
  }
}

/**
 * Creates a Direct3D 12 device (D3D12CreateDevice), for programs that get heaps, resources and fences from nowhere else.
 * @param options the adapter
 * @returns the device, which the caller disposes of
 * @throws WindowsOnlyError on other systems, ComError, RangeError if no adapter has the LUID
 * @see https://learn.microsoft.com/windows/win32/api/d3d12/nf-d3d12-d3d12createdevice
 */
export const createD3D12Device = userCall(function createD3D12Device(
  options: D3DDeviceOptions = {},
): D3D12Device {
  const { adapterLuid } = checkOptions('createD3D12Device', options, ['adapterLuid']);
  const open = (adapter: bigint) => {
    const iid = guid(ID3D12Device.iid);
    return new D3D12Device(
      comFrom(ID3D12Device, 'D3D12CreateDevice', createDevice, adapter, D3D_FEATURE_LEVEL_11_0, iid),
    );
  };
  if (adapterLuid === undefined) return open(0n);
  checkLuid('createD3D12Device.adapterLuid', adapterLuid);
  return withCom(adapterByLuid(adapterLuid), adapter => open(adapter.address));
});
