// In: a device of the system's Vulkan on Windows, a handle type that Direct3D makes.
// Out: the handle of a texture or heap made on the same adapter, and how to end it.

import { createD3D11Device, createD3D12Device } from '../../d3d/index.ts';
import { type Device, VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../index.ts';
import { luidOf } from '../../win32/index.ts';
import type { TypeName } from './args.ts';

const extent = { width: 256, height: 256 };
const HEAP_SIZE = 4 * 65536;

export function produceHandle(device: Device, type: TypeName): { handle: bigint; ended: () => void } {
  const adapterLuid = luidOf(device.physicalDevice);
  switch (type) {
    case 'D3D11_TEXTURE':
    case 'D3D11_TEXTURE_KMT':
      return produced(createD3D11Device({ adapterLuid }), d3d => {
        const texture = d3d.createSharedTexture({ extent, handleType: HandleType[type] });
        texture.clear(Uint8Array.of(0, 128, 128, 255));
        return texture;
      });
    case 'D3D12_HEAP':
      return produced(createD3D12Device({ adapterLuid }), d3d => d3d.createSharedHeap(HEAP_SIZE));
    default:
      return produced(createD3D12Device({ adapterLuid }), d3d => d3d.createSharedTexture({ extent }));
  }
}

type Shared = Disposable & { readonly shared: { readonly handle: bigint } };

function produced<D extends Disposable>(d3d: D, make: (d3d: D) => Shared) {
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
