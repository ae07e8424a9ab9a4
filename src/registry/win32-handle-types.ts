// Which external handle types are Windows': the facts that rules and helpers go by.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';

export const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;

/** Made by Vulkan itself. */
export const OPAQUE_WIN32: readonly number[] = [HandleType.OPAQUE_WIN32, HandleType.OPAQUE_WIN32_KMT];

/** NT handles: they are closed by their owner, and may have a name. */
export const NT_HANDLE_TYPES: readonly number[] = [
  HandleType.OPAQUE_WIN32,
  HandleType.D3D11_TEXTURE,
  HandleType.D3D12_HEAP,
  HandleType.D3D12_RESOURCE,
];

/** Global share handles: numbers that nobody closes. */
export const KMT_HANDLE_TYPES: readonly number[] = [
  HandleType.OPAQUE_WIN32_KMT,
  HandleType.D3D11_TEXTURE_KMT,
];

export const WIN32_HANDLE_TYPES: readonly number[] = [...NT_HANDLE_TYPES, ...KMT_HANDLE_TYPES];

/** Made by Direct3D, as one mask. */
export const D3D_HANDLE_TYPES =
  HandleType.D3D11_TEXTURE | HandleType.D3D11_TEXTURE_KMT | HandleType.D3D12_HEAP | HandleType.D3D12_RESOURCE;
