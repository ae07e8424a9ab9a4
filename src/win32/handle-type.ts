// In: a VkExternalMemoryHandleTypeFlagBits.
// Out: what the specification says about that type of Windows handle.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { handleTypeName } from './errors.ts';

export interface HandleTypeFacts {
  /** NT handles are the kernel's and are closed by their owner; KMT ones are plain numbers, global to the session. */
  readonly kind: 'NT' | 'KMT';
  /** Made by Vulkan itself: imported with the exporter's size and memory type, never queried. */
  readonly opaque: boolean;
  /** Always a dedicated allocation. */
  readonly dedicated: boolean;
}

const FACTS: ReadonlyMap<number, HandleTypeFacts> = new Map([
  [HandleType.OPAQUE_WIN32, { kind: 'NT', opaque: true, dedicated: false }],
  [HandleType.OPAQUE_WIN32_KMT, { kind: 'KMT', opaque: true, dedicated: false }],
  [HandleType.D3D11_TEXTURE, { kind: 'NT', opaque: false, dedicated: true }],
  [HandleType.D3D11_TEXTURE_KMT, { kind: 'KMT', opaque: false, dedicated: true }],
  [HandleType.D3D12_HEAP, { kind: 'NT', opaque: false, dedicated: false }],
  [HandleType.D3D12_RESOURCE, { kind: 'NT', opaque: false, dedicated: true }],
] as const);

/** The six types, in the order of their bits. */
export const WIN32_HANDLE_TYPES: readonly HandleType[] = [...FACTS.keys()] as HandleType[];

/** Throws ValidUsageError for anything but one bit of a Windows handle type. */
export function factsOf(handleType: number, path: string): HandleTypeFacts {
  const facts = FACTS.get(handleType);
  if (facts !== undefined) return facts;
  throw new ValidUsageError(
    'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660',
    `${path}.handleType: expected one type of a Windows handle, got ${
      Number.isInteger(handleType) ? handleTypeName(handleType) : String(handleType)
    }`,
  );
}
