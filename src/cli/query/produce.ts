// Creates a texture or heap with Direct3D on the adapter of a Vulkan device, to ask about its handle.

import { createD3D11Device, createD3D12Device, listAdapters } from '../../d3d/index.ts';
import {
  type Device,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  type PhysicalDevice,
} from '../../index.ts';
import { formatLuid, type Luid, luidOf } from '../../win32/index.ts';
import { nameOf } from '../open.ts';

const extent = { width: 256, height: 256 };
const HEAP_SIZE = 4 * 65536;

/** A handle, and a function that disposes of what it refers to. */
export interface Produced {
  readonly handle: bigint | undefined;
  readonly end: () => void;
}

/** @throws ComError if the system cannot share such an object, RangeError if Direct3D does not have the device */
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

/** The LUID of a device. @throws RangeError with the devices that Direct3D has, if it does not have this one */
function adapterOf(gpu: PhysicalDevice): Luid | undefined {
  const known = listAdapters().map(adapter => formatLuid(adapter.luid));
  const isKnown = (one: PhysicalDevice) => known.includes(formatLuid(luidOf(one)));
  const luid = luidOf(gpu);
  if (luid === undefined || isKnown(gpu)) return luid;
  const others = gpu.instance
    .enumeratePhysicalDevices()
    .flatMap((one, i) => (isKnown(one) ? [`--device ${i} (${nameOf(one)})`] : []));
  throw new RangeError(
    `Direct3D does not have ${nameOf(gpu)}, LUID ${formatLuid(luid)}${
      others.length > 0
        ? `: ask about another device with ${others.join(' or ')}`
        : ', nor any other device here'
    }, or pass a handle with --handle`,
  );
}

type D3DResource = Disposable & { readonly shared: { readonly handle: bigint } };

function produced<D extends Disposable>(d3d: D, make: (d3d: D) => D3DResource): Produced {
  try {
    const made = make(d3d);
    const end = () => {
      made[Symbol.dispose]();
      d3d[Symbol.dispose]();
    };
    return { handle: made.shared.handle, end };
  } catch (error) {
    d3d[Symbol.dispose]();
    throw error;
  }
}
