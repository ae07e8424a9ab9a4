// Imports the memory of a file descriptor as device memory for an image or buffer, or says why not.

import { VkMemoryPropertyFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import type {
  VkBuffer,
  VkDeviceMemory,
  VkImage,
  VkMemoryAllocateInfo,
  VkMemoryRequirements,
} from '../../ffi/types/structs.ts';
import { VulkanError } from '../errors/errors.ts';
import { memoryPropertiesOf } from '../external/ask-memory-types.ts';
import { ImportFailedError, type MemoryTypeMasks, NoMemoryTypeError } from '../external/errors.ts';
import { chooseMemoryType, typesMask } from '../external/memory-type.ts';
import type { Undo } from '../external/undo.ts';
import type { Device } from '../objects/device.ts';
import { PlaneLayoutError } from './errors.ts';
import { closeOwn, duplicate, type FdMemory, factsOf } from './fd.ts';
import { askDriver, causesOf, DMA_BUF, explained } from './query.ts';

/** Memory that was imported. */
export interface DmaBufMemory {
  /** The memory itself. */
  readonly memory: VkDeviceMemory;
  /** Which of the device's memory types it was imported as. */
  readonly memoryTypeIndex: number;
  /** Bytes. */
  readonly allocationSize: bigint;
  /** Whether it is a dedicated allocation. */
  readonly dedicated: boolean;
  /** The masks that led to the memory type. */
  readonly masks: MemoryTypeMasks;
  /** What was odd on the way, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Imports a descriptor; the caller's stays open, since Vulkan is given a duplicate.
 * @param requirements of what is to be bound to it
 * @param allocationSize bytes from the first one of the memory to the last one that is needed
 * @param dedicatedTo the image or buffer, where the memory is to be its alone
 */
export function importFd(
  device: Device,
  source: FdMemory,
  { memoryTypeBits: resource }: Pick<VkMemoryRequirements, 'memoryTypeBits'>,
  allocationSize: bigint,
  dedicatedTo: { image: VkImage } | { buffer: VkBuffer } | undefined,
  undo: Undo,
): DmaBufMemory {
  if (source.size > 0n && allocationSize > source.size)
    throw new PlaneLayoutError(
      `the driver needs ${allocationSize} bytes for this frame, but fd ${source.fd} has ${source.size}`,
    );
  const { memoryTypes, memoryTypeCount } = memoryPropertiesOf(device.physicalDevice);
  const { memoryTypeBits: handle, warnings } = askDriver(device, source);
  const deviceMask = typesMask(memoryTypeCount);
  const usable = (resource & deviceMask & (handle ?? deviceMask)) >>> 0;
  const masks = { handle, resource, device: deviceMask, usable };
  if (usable === 0) throw new NoMemoryTypeError(masks, suspectsOf(source.fd, handle));
  const memoryTypeIndex = chooseMemoryType(memoryTypes, usable, VkMemoryPropertyFlagBits.DEVICE_LOCAL);
  const dedicated = dedicatedTo !== undefined;
  const memory = allocate(device, source, { allocationSize, memoryTypeIndex }, dedicatedTo, masks);
  undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
  return { memory, memoryTypeIndex, allocationSize, dedicated, masks, warnings };
}

function suspectsOf(fd: number, handle: number | undefined): string[] {
  const { exporter } = factsOf(fd);
  if (handle !== 0) return ['format, usage or modifier of the frame are not those that it was made with'];
  return [
    exporter === undefined ? 'it is no dma-buf' : `it comes from the driver ${exporter}, of another GPU`,
  ];
}

function allocate(
  device: Device,
  source: FdMemory,
  info: { allocationSize: bigint; memoryTypeIndex: number },
  dedicatedTo: { image: VkImage } | { buffer: VkBuffer } | undefined,
  masks: MemoryTypeMasks,
): VkDeviceMemory {
  // What is imported is the driver's from then on, and only then.
  const fd = duplicate(source);
  const imported = {
    sType: VkStructureType.IMPORT_MEMORY_FD_INFO_KHR,
    handleType: DMA_BUF,
    fd,
  } as const;
  const pNext: VkMemoryAllocateInfo['pNext'] =
    dedicatedTo === undefined
      ? [imported]
      : [imported, { sType: VkStructureType.MEMORY_DEDICATED_ALLOCATE_INFO, ...dedicatedTo }];
  try {
    return explained(device, source, () => device.allocateMemory({ ...info, pNext }));
  } catch (error) {
    closeOwn(fd, source);
    if (!(error instanceof VulkanError) || error.code !== 'VK_ERROR_OUT_OF_DEVICE_MEMORY') throw error;
    const causes = ['the heap is full', ...causesOf(device, source.fd)];
    const message = `${error.command}: ${error.code}; likely ${causes.join('; or ')}`;
    throw new ImportFailedError(error.code, message, { masks, causes, cause: error });
  }
}
