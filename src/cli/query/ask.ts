// In: a device, a handle type, a handle.
// Out: what Vulkan answers, as data: the bits, and each memory type by name.
import {
  type Device,
  explain,
  explainC,
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  ValidUsageError,
  VulkanError,
} from '../../index.ts';
import type { Query, TypeName } from './args.ts';
import { type Opened, RefusedError } from './driver.ts';
import { produceHandle } from './produce.ts';

export interface MemoryType {
  readonly index: number;
  /** Names of its VkMemoryPropertyFlagBits; drivers have types without any. */
  readonly properties: readonly string[];
  readonly heap: number;
  /** Bytes. */
  readonly heapSize: bigint;
}

export interface Answer {
  readonly device: string;
  readonly driver: string;
  readonly handleType: string;
  readonly handle: string | null;
  /** `VK_SUCCESS`, or the code that Vulkan answered, or the valid usage that the question breaks. */
  readonly result: string;
  /** The whole reason where the result is not VK_SUCCESS. */
  readonly reason?: string;
  readonly memoryTypeBits?: number;
  readonly memoryTypes?: readonly MemoryType[];
}

const EXTERNAL_SIZE = 256 * 256 * 4;

export function ask(opened: Opened, query: Query, type: TypeName): Answer {
  const handleType = HandleType[type];
  const { handle, ended } = handleFor(opened, query, type);
  const asked = {
    device: opened.deviceName,
    driver: opened.driver,
    handleType: explainC('VkExternalMemoryHandleTypeFlagBits', handleType),
    handle: handle === null ? null : `0x${handle.toString(16)}`,
  };
  try {
    const { memoryTypeBits } = opened.device.getMemoryWin32HandlePropertiesKHR(handleType, handle ?? 0n);
    return {
      ...asked,
      result: 'VK_SUCCESS',
      memoryTypeBits,
      memoryTypes: namedTypes(opened.device, memoryTypeBits),
    };
  } catch (error) {
    if (error instanceof VulkanError) return { ...asked, result: error.code, reason: error.message };
    if (error instanceof ValidUsageError) return { ...asked, result: error.vuid, reason: error.message };
    throw error;
  } finally {
    ended();
  }
}

/** The caller's handle, or one that the embedded driver makes outside of Vulkan; opaque ones are Vulkan's own. */
function handleFor(
  { embedded, device }: Opened,
  query: Query,
  type: TypeName,
): { handle: bigint | null; ended: () => void } {
  if (query.handle !== undefined) return { handle: query.handle, ended: () => {} };
  if (type.startsWith('OPAQUE')) return { handle: null, ended: () => {} };
  if (embedded === undefined && process.platform === 'win32') return produceHandle(device, type);
  if (embedded === undefined)
    throw new RefusedError(`no handle to ask ${device} about: name one with --handle`);
  const handle = embedded.createExternalHandle(HandleType[type], { size: EXTERNAL_SIZE });
  return { handle, ended: () => embedded.closeExternalHandle(handle) };
}

function namedTypes(device: Device, bits: number): MemoryType[] {
  const { memoryTypes, memoryHeaps } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  return memoryTypes.flatMap(({ propertyFlags, heapIndex }, index) =>
    (bits >>> index) & 1
      ? [
          {
            index,
            properties:
              propertyFlags === 0 ? [] : explain('VkMemoryPropertyFlags', propertyFlags).split(' | '),
            heap: heapIndex,
            heapSize: memoryHeaps[heapIndex].size,
          },
        ]
      : [],
  );
}
