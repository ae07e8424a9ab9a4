// The handle of a texture or heap that Direct3D makes on the adapter of a Vulkan device.

import { createD3D11Device, createD3D12Device, listAdapters } from '../../d3d/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type PhysicalDevice,
} from '../../index.ts';
import { formatLuid, type Luid, luidOf } from '../../win32/index.ts';

const extent = { width: 256, height: 256 };
const HEAP_SIZE = 4 * 65536;

/** A handle, and how what it stands for is ended. */
export interface Produced {
  readonly handle: bigint | undefined;
  readonly ended: () => void;
}

/** @throws ComError where the system cannot share such a thing, RangeError where it does not know the device */
export function produceHandle(device: Device, handleType: HandleType): Produced {
  const adapterLuid = adapterOf(device.physicalDevice);
  switch (handleType) {
    case HandleType.D3D11_TEXTURE:
    case HandleType.D3D11_TEXTURE_KMT:
      return produced(createD3D11Device({ adapterLuid }), d3d => {
        const texture = d3d.createSharedTexture({ extent, handleType });
        texture.clear(Uint8Array.of(0, 128, 128, 255));
        return texture;
      });
    case HandleType.D3D12_HEAP:
      return produced(createD3D12Device({ adapterLuid }), d3d => d3d.createSharedHeap(HEAP_SIZE));
    default:
      return produced(createD3D12Device({ adapterLuid }), d3d => d3d.createSharedTexture({ extent }));
  }
}

/** Its LUID; where Direct3D does not know that, says which devices it knows. */
function adapterOf(gpu: PhysicalDevice): Luid | undefined {
  const known = listAdapters().map(adapter => formatLuid(adapter.luid));
  const isKnown = (one: PhysicalDevice) => known.includes(formatLuid(luidOf(one)));
  const luid = luidOf(gpu);
  if (luid === undefined || isKnown(gpu)) return luid;
  const others = gpu.instance
    .enumeratePhysicalDevices()
    .flatMap((one, i) => (isKnown(one) ? [`--device ${i} (${nameOf(one)})`] : []));
  throw new RangeError(
    `Direct3D does not know ${nameOf(gpu)}, LUID ${formatLuid(luid)}: ${
      others.length > 0 ? `ask about another device by ${others.join(' or ')}` : 'nor any other device here'
    }, or name a handle with --handle`,
  );
}

const nameOf = (gpu: PhysicalDevice) => gpu.getPhysicalDeviceProperties().deviceName;

type Shared = Disposable & { readonly shared: { readonly handle: bigint } };

function produced<D extends Disposable>(d3d: D, make: (d3d: D) => Shared): Produced {
  try {
    const made = make(d3d);
    const ended = () => {
      made[Symbol.dispose]();
      d3d[Symbol.dispose]();
    };
    return { handle: made.shared.handle, ended };
  } catch (error) {
    d3d[Symbol.dispose]();
    throw error;
  }
}
