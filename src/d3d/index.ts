// koffi-vulkan/d3d: Direct3D devices, textures, buffers and fences that are shared with Vulkan; for tests and tools.
//
//   import { createD3D11Device } from 'koffi-vulkan/d3d';
//
//   using d3d = createD3D11Device();
//   using texture = d3d.createSharedTexture({ extent: { width: 256, height: 256 } });
//   texture.shared; // what importTextureWin32 takes
export { ComError } from './com.ts';
export {
  createD3D11Device,
  type D3D11Device,
  type D3D11Texture,
  type D3D11TextureOptions,
  type D3DDeviceOptions,
  type KeyedMutexKeys,
} from './d3d11.ts';
export {
  createD3D12Device,
  type D3D12Device,
  type D3D12Shared,
  type D3D12TextureOptions,
} from './d3d12.ts';
export { type Adapter, listAdapters } from './dxgi.ts';
