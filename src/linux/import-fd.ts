// Imports the memory of a file descriptor for an image or buffer, or says why it cannot.

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
import { ImportFailedError, likely, type MemoryTypeMasks, NoMemoryTypeError } from '../external/errors.ts';
import type { MemoryImport } from '../external/memory-import.ts';
import { bestMemoryType, typesMask } from '../external/memory-type.ts';
import type { Undo } from '../external/undo.ts';
import type { Device } from '../objects/device.ts';
import { PATH, PlaneLayoutError } from './errors.ts';
import { closeOwn, duplicate, type FdMemory, fdFactsOf } from './fd.ts';
import { askDriver, DMA_BUF, explainRefusal, refusalCauses } from './query.ts';

/** Imported memory of a dma-buf. */
export interface DmaBufMemory extends MemoryImport {}

/**
 * Imports a descriptor; the caller's stays open, since Vulkan gets a duplicate.
 * @param requirements of the image or buffer to bind to it
 * @param allocationSize bytes from the beginning of the memory to the last one that is needed
 * @param dedicatedTo the image or buffer, for a dedicated allocation
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
  if (usable === 0) throw new NoMemoryTypeError(PATH, masks, suspectsOf(source.fd, handle));
  const memoryTypeIndex = bestMemoryType(memoryTypes, usable, VkMemoryPropertyFlagBits.DEVICE_LOCAL);
  const dedicated = dedicatedTo !== undefined;
  const memory = allocate(device, source, { allocationSize, memoryTypeIndex }, dedicatedTo, masks);
  undo.add('VkDeviceMemory', memory, m => device.freeMemory(m));
  return { memory, memoryTypeIndex, allocationSize, dedicated, masks, warnings };
}

function suspectsOf(fd: number, handle: number | undefined): string[] {
  const { exporter } = fdFactsOf(fd);
  if (handle !== 0) return ['the frame was made with another format, usage or modifier'];
  return [
    exporter === undefined ? 'it is not a dma-buf' : `it comes from the driver ${exporter}, of another GPU`,
  ];
}

function allocate(
  device: Device,
  source: FdMemory,
  info: { allocationSize: bigint; memoryTypeIndex: number },
  dedicatedTo: { image: VkImage } | { buffer: VkBuffer } | undefined,
  masks: MemoryTypeMasks,
): VkDeviceMemory {
  // A successful import transfers the descriptor to the driver.
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
    return explainRefusal(device, source, () => device.allocateMemory({ ...info, pNext }));
  } catch (error) {
    closeOwn(fd, source);
    if (!(error instanceof VulkanError) || error.code !== 'VK_ERROR_OUT_OF_DEVICE_MEMORY') throw error;
    const causes = ['the heap is full', ...refusalCauses(device, source.fd)];
    throw new ImportFailedError(error.code, `${error.command}: ${error.code}${likely(causes)}`, {
      masks,
      causes,
      cause: error,
    });
  }
}
