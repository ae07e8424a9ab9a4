// DXGI: the adapters with their LUIDs, and the numbers of formats that Vulkan has too.
import { VkFormat } from '../../ffi/rows/enums.ts';
import { explain, nameOrDescribe } from '../errors/explain.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { windowsFunction } from '../native/windows-dll.ts';
import { formatLuid, type Luid, sameLuid } from '../win32/luid.ts';
import { ComError, type ComObject, comFrom, guid, withCom } from './com.ts';
import { IDXGIAdapter, IDXGIFactory1 } from './interfaces.ts';

/** An adapter of DXGI. */
export interface Adapter {
  /** Its name. */
  readonly description: string;
  /** Its LUID, the same as Vulkan's deviceLUID. */
  readonly luid: Luid;
}

const createFactory = windowsFunction('dxgi.dll', 'CreateDXGIFactory1', 'int32_t', ['void *', 'void *']);

type AdapterObject = ComObject<typeof IDXGIAdapter>;

export function describeAdapter(adapter: AdapterObject): Adapter {
  const desc = Buffer.alloc(304); // DXGI_ADAPTER_DESC: 128 UTF-16 units of description first, the LUID last
  adapter.call('GetDesc', desc);
  const [description] = desc.toString('utf16le', 0, 256).split('\0');
  return { description, luid: new Uint8Array(desc.subarray(296, 304)) };
}

/**
 * Lists the adapters of DXGI, in its order.
 * @returns name and LUID of each
 * @throws WindowsOnlyError on other systems, ComError if DXGI fails
 *
 * @example
 * for (const { description, luid } of listAdapters()) console.log(description, luid);
 */
export const listAdapters = userCall(function listAdapters(): Adapter[] {
  const list: Adapter[] = [];
  findAdapter(adapter => {
    list.push(describeAdapter(adapter));
    return false;
  });
  return list;
});

/** The adapter with this LUID; the caller disposes of it. @throws RangeError with those that exist */
export function adapterByLuid(luid: Luid): AdapterObject {
  const found = findAdapter(adapter => sameLuid(describeAdapter(adapter).luid, luid));
  if (found !== undefined) return found;
  const list = listAdapters().map(adapter => `${adapter.description}: ${formatLuid(adapter.luid)}`);
  throw ours(
    new RangeError(`adapterLuid: no adapter has LUID ${formatLuid(luid)}; there are ${list.join(', ')}`),
  );
}

/** The first adapter that matches; the caller disposes of it. */
function findAdapter(matches: (adapter: AdapterObject) => boolean): AdapterObject | undefined {
  const factory = comFrom(IDXGIFactory1, 'CreateDXGIFactory1', createFactory, guid(IDXGIFactory1.iid));
  return withCom(factory, () => {
    for (let index = 0; ; index++) {
      const adapter = adapterAt(factory, index);
      if (adapter === undefined || matches(adapter)) return adapter;
      adapter[Symbol.dispose]();
    }
  });
}

function adapterAt(factory: ComObject<typeof IDXGIFactory1>, index: number) {
  try {
    return factory.make(IDXGIAdapter, 'EnumAdapters1', index);
  } catch (error) {
    if (error instanceof ComError && error.code === 'DXGI_ERROR_NOT_FOUND') return undefined;
    throw error;
  }
}

interface PixelFormat {
  /** The DXGI_FORMAT. */
  readonly dxgi: number;
  readonly bytesPerPixel: number;
}

const FORMATS = new Map<number, PixelFormat>([
  [VkFormat.R16G16B16A16_SFLOAT, { dxgi: 10, bytesPerPixel: 8 }],
  [VkFormat.R8G8B8A8_UNORM, { dxgi: 28, bytesPerPixel: 4 }],
  [VkFormat.B8G8R8A8_UNORM, { dxgi: 87, bytesPerPixel: 4 }],
]);

/** The Direct3D format of a VkFormat, of those in which textures are usually shared. */
export function pixelFormat(format: VkFormat): PixelFormat {
  const known = FORMATS.get(format);
  if (known !== undefined) return known;
  const list = [...FORMATS.keys()].map(f => explain('VkFormat', f)).join(', ');
  throw ours(new RangeError(`format: expected one of ${list}, got ${nameOrDescribe('VkFormat', format)}`));
}
