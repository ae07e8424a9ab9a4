// Asks about a handle: the memory types that can be trusted, with their properties, and what is unusual about the answer.
import {
  type Device,
  explain,
  explainC,
  type VkExternalMemoryHandleTypeFlagBits as HandleType,
  ValidUsageError,
  VulkanError,
} from '../../index.ts';
import { win32HandleTypes } from '../../registry/win32-handle-types.ts';
import { InvalidHandleError, queryMemoryTypes } from '../../win32/index.ts';
import type { Query } from './args.ts';
import { type Opened, RefusedError } from './driver.ts';
import { type Produced, produceHandle } from './produce.ts';

interface MemoryType {
  readonly index: number;
  /** Names of its VkMemoryPropertyFlagBits; some drivers have types without any. */
  readonly properties: readonly string[];
  readonly heap: number;
  /** In bytes. */
  readonly heapSize: bigint;
}

export interface Answer {
  readonly device: string;
  readonly driver: string;
  readonly handleType: string;
  readonly handle: string | null;
  /**
   * `VK_SUCCESS`, or the code that Vulkan returned. If Vulkan was not asked: the VUID that the query would break,
   * `no handle` if none could be created, or `invalid handle`.
   */
  readonly result: string;
  /** The full reason, if the result is not VK_SUCCESS. */
  readonly reason?: string;
  /** Absent if the driver gave no usable answer: a warning says why. */
  readonly memoryTypeBits?: number;
  readonly memoryTypes?: readonly MemoryType[];
  /** What is unusual about the handle or the answer. */
  readonly warnings?: readonly string[];
}

const EXTERNAL_SIZE = 256 * 256 * 4;

export function answerQuery(opened: Opened, query: Query, handleType: HandleType): Answer {
  const asked = {
    device: opened.deviceName,
    driver: opened.driver,
    handleType: explainC('VkExternalMemoryHandleTypeFlagBits', handleType),
    handle: null,
  };
  let produced: Produced;
  try {
    produced = handleFor(opened, query, handleType);
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    // Only this type cannot be shared here; the others are still asked about.
    return { ...asked, result: 'no handle', reason: (error as Error).message };
  }
  try {
    return { ...asked, ...askAbout(opened.device, handleType, produced.handle) };
  } finally {
    produced.end();
  }
}

function askAbout(
  device: Device,
  handleType: HandleType,
  handle: bigint | undefined,
): Partial<Answer> & { result: string } {
  const named = { handle: handle === undefined ? null : `0x${handle.toString(16)}` };
  try {
    const { memoryTypeBits, warnings } = queryMemoryTypes(device, handleType, handle ?? 0n);
    const types =
      memoryTypeBits === undefined ? {} : { memoryTypeBits, memoryTypes: namedTypes(device, memoryTypeBits) };
    return { ...named, result: 'VK_SUCCESS', ...types, ...(warnings.length > 0 ? { warnings } : {}) };
  } catch (error) {
    const reason = (error as Error).message;
    if (error instanceof VulkanError) return { ...named, result: error.code, reason };
    if (error instanceof ValidUsageError) return { ...named, result: error.vuid, reason };
    if (error instanceof InvalidHandleError) return { ...named, result: 'invalid handle', reason };
    throw error;
  }
}

/** The user's handle, or one that is created outside Vulkan; none for opaque types, which cannot be asked about. */
export function handleFor(
  { embedded, device }: Pick<Opened, 'embedded' | 'device'>,
  { handle }: Pick<Query, 'handle'>,
  handleType: HandleType,
): Produced {
  if (handle !== undefined) return { handle, end: () => {} };
  if (win32HandleTypes.get(handleType)!.opaque) return { handle: undefined, end: () => {} };
  if (embedded === undefined && process.platform === 'win32') return produceHandle(device, handleType);
  if (embedded === undefined)
    throw new RefusedError(`no handle to ask ${device} about: pass one with --handle`);
  const created = embedded.createExternalHandle(handleType, { size: EXTERNAL_SIZE });
  return { handle: created, end: () => embedded.closeExternalHandle(created) };
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
