// What this driver can do with each external handle type, in keeping with the specification's table.
import {
  VkExternalMemoryFeatureFlagBits as Feature,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
} from '../../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../../ffi/rows/enums.ts';
import { win32HandleTypes } from '../../registry/win32-handle-types.ts';
import type { DriverState } from '../driver-state.ts';
import { HOST_POINTER_MEMORY_TYPES } from '../facts.ts';
import { Refusal } from '../refusal.ts';
import type { HandleKind } from './platform-handle.ts';

interface HandleTypeFacts {
  readonly kind: HandleKind | 'pointer';
  /** VkExternalMemoryFeatureFlags for images, and for buffers. */
  readonly image: number;
  readonly buffer: number;
  /** The memory types that such a handle can be imported as, which queries return. */
  readonly memoryTypeBits: number;
  /** Whether it comes from outside Vulkan, such as from D3D, so that a query is allowed. */
  readonly foreign: boolean;
}

const { IMPORTABLE, EXPORTABLE, DEDICATED_ONLY } = Feature;
const BOTH = IMPORTABLE | EXPORTABLE;

/** Facts of the specification about a type. */
function ofWindows(handleType: number) {
  const { kind, opaque } = win32HandleTypes.get(handleType)!;
  return { kind: kind === 'NT' ? 'nt' : 'kmt', foreign: !opaque } as const;
}

/** Each type has other memoryTypeBits, so that a program that asks for the wrong type gets another answer. */
const TYPES: Record<number, HandleTypeFacts> = {
  // Queries about opaque handles are not allowed; NVIDIA's driver answers 0, and so does this one.
  [HandleType.OPAQUE_FD]: { kind: 'fd', image: BOTH, buffer: BOTH, memoryTypeBits: 0, foreign: false },
  [HandleType.OPAQUE_WIN32]: {
    ...ofWindows(HandleType.OPAQUE_WIN32),
    image: BOTH,
    buffer: BOTH,
    memoryTypeBits: 0,
  },
  [HandleType.OPAQUE_WIN32_KMT]: {
    ...ofWindows(HandleType.OPAQUE_WIN32_KMT),
    image: BOTH,
    buffer: BOTH,
    memoryTypeBits: 0,
  },
  [HandleType.D3D11_TEXTURE]: {
    ...ofWindows(HandleType.D3D11_TEXTURE),
    image: IMPORTABLE | DEDICATED_ONLY,
    buffer: 0,
    memoryTypeBits: 0b00011,
  },
  [HandleType.D3D11_TEXTURE_KMT]: {
    ...ofWindows(HandleType.D3D11_TEXTURE_KMT),
    image: IMPORTABLE | DEDICATED_ONLY,
    buffer: 0,
    memoryTypeBits: 0b00010,
  },
  [HandleType.D3D12_HEAP]: {
    ...ofWindows(HandleType.D3D12_HEAP),
    image: IMPORTABLE,
    buffer: IMPORTABLE,
    memoryTypeBits: 0b10110,
  },
  [HandleType.D3D12_RESOURCE]: {
    ...ofWindows(HandleType.D3D12_RESOURCE),
    image: IMPORTABLE | DEDICATED_ONLY,
    buffer: IMPORTABLE | DEDICATED_ONLY,
    memoryTypeBits: 0b10010,
  },
  [HandleType.DMA_BUF_EXT]: {
    kind: 'fd',
    image: BOTH,
    buffer: BOTH,
    memoryTypeBits: 0b11100,
    foreign: true,
  },
  [HandleType.HOST_ALLOCATION_EXT]: {
    kind: 'pointer',
    image: 0,
    buffer: IMPORTABLE,
    memoryTypeBits: HOST_POINTER_MEMORY_TYPES,
    foreign: true,
  },
};

/** Facts about a handle type; undefined if this driver does not know it, or this system has no such handles. */
export function handleTypeFacts(driver: DriverState, handleType: number): HandleTypeFacts | undefined {
  const facts =
    Number.isInteger(handleType) && Object.hasOwn(TYPES, handleType) ? TYPES[handleType] : undefined;
  return facts?.kind === 'fd' && driver.handles.fd === undefined ? undefined : facts;
}

/** The bits of flags, one by one. */
export const bitsOf = (flags: number): number[] =>
  Array.from({ length: 31 }, (_, i) => 2 ** i).filter(bit => (flags & bit) !== 0);

export const badHandle = (why: string): Refusal => new Refusal(VkResult.ERROR_INVALID_EXTERNAL_HANDLE, why);

/** VkExternalMemoryProperties of a handle type, for images or for buffers. */
export function externalMemoryProperties(
  driver: DriverState,
  handleType: number,
  use: 'image' | 'buffer',
): Record<string, number> {
  const features = handleTypeFacts(driver, handleType)?.[use] ?? 0;
  return {
    externalMemoryFeatures: features,
    exportFromImportedHandleTypes: features === BOTH ? handleType : 0,
    compatibleHandleTypes: features === 0 ? 0 : handleType,
  };
}
