// The external memory handle types of Windows, and what the specification says about each.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';

/** What Windows functions return instead of a handle when they fail, and accept in place of a file. */
export const INVALID_HANDLE_VALUE: bigint = 0xffff_ffff_ffff_ffffn;

/** The properties of a handle type. */
export interface Win32HandleType {
  /** NT handles must be closed and may have a name; KMT handles are global numbers that are never closed. */
  readonly kind: 'NT' | 'KMT';
  /** Created by Vulkan: imported with the exporter's size and memory type, which cannot be queried. */
  readonly opaque: boolean;
  /** Always imported as a dedicated allocation. */
  readonly dedicated: boolean;
}

/** The six types, in the order of their bits. */
export const win32HandleTypes: ReadonlyMap<number, Win32HandleType> = new Map([
  [HandleType.OPAQUE_WIN32, { kind: 'NT', opaque: true, dedicated: false }],
  [HandleType.OPAQUE_WIN32_KMT, { kind: 'KMT', opaque: true, dedicated: false }],
  [HandleType.D3D11_TEXTURE, { kind: 'NT', opaque: false, dedicated: true }],
  [HandleType.D3D11_TEXTURE_KMT, { kind: 'KMT', opaque: false, dedicated: true }],
  [HandleType.D3D12_HEAP, { kind: 'NT', opaque: false, dedicated: false }],
  [HandleType.D3D12_RESOURCE, { kind: 'NT', opaque: false, dedicated: true }],
] as const);

/** The types of Direct3D, as one mask. */
export const D3D_HANDLE_TYPES: number = [...win32HandleTypes]
  .filter(([, { opaque }]) => !opaque)
  .reduce((mask, [type]) => mask | type, 0);

/** The rules on what is asked about a handle. */
export const WIN32_QUERY_RULES = {
  notOpaque: 'VUID-vkGetMemoryWin32HandlePropertiesKHR-handleType-00666',
  valid: 'VUID-vkGetMemoryWin32HandlePropertiesKHR-handle-00665',
} as const;

/** The rules on what is imported. */
export const WIN32_IMPORT_RULES = {
  handleType: 'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660',
  oneOfBoth: 'VUID-VkImportMemoryWin32HandleInfoKHR-handle-01441',
  named: 'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-01439',
  given: 'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00661',
} as const;
