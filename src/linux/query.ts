// As which memory types a file descriptor can be imported, with what drivers are known to do wrong told apart.
import { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { VulkanError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { askMemoryTypes, memoryPropertiesOf } from '../external/ask-memory-types.ts';
import { requireCommand } from '../external/available.ts';
import { type Answer, excessWarning, judge, unwrittenWarning } from '../external/memory-type.ts';
import { warn } from '../external/warn.ts';
import type { Device } from '../objects/device.ts';
import { InvalidFdError } from './errors.ts';
import { checkFd, type FdMemory, factsOf } from './fd.ts';

export const COMMAND = 'vkGetMemoryFdPropertiesKHR';
export const DMA_BUF = VkExternalMemoryHandleTypeFlagBits.DMA_BUF_EXT;

/** What the query says of a file descriptor. */
export interface FdMemoryTypes extends Answer {
  /** As the driver wrote it; undefined where it wrote nothing. */
  readonly rawBits: number | undefined;
  /** How many memory types the device has. */
  readonly memoryTypeCount: number;
  /** What is odd about the answer, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Asks as which memory types a dma-buf can be imported, safely: a descriptor that is not open never reaches the driver,
 * an answer that was not written is told apart from "none", and bits that are no memory types are left out.
 * `device.getMemoryFdPropertiesKHR` is the bare command.
 * @param device with VK_KHR_external_memory_fd and VK_EXT_external_memory_dma_buf enabled
 * @param fd file descriptor of a dma-buf; it stays the caller's
 * @returns the types as bits, 0 where it can be imported as none, and how far they can be believed
 * @throws NotAvailableError without the extension, InvalidFdError for what is not open or what the driver does not take
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkGetMemoryFdPropertiesKHR.html
 *
 * @example
 * const { memoryTypeBits, warnings } = queryMemoryTypes(device, fd);
 */
export const queryMemoryTypes = userCall(function queryMemoryTypes(
  device: Device,
  fd: number,
): FdMemoryTypes {
  requireCommand(device, COMMAND);
  return askDriver(device, checkFd(fd, 'queryMemoryTypes.fd'));
});

const ask = askMemoryTypes(COMMAND, 'VkMemoryFdPropertiesKHR', VkStructureType.MEMORY_FD_PROPERTIES_KHR);

/** The same for a descriptor that was checked, on a device that has the command. */
export function askDriver(device: Device, source: FdMemory): FdMemoryTypes {
  const { memoryTypeCount } = memoryPropertiesOf(device.physicalDevice);
  const rawBits = explained(device, source, () => ask(device, DMA_BUF, BigInt(source.fd)));
  const answer = judge(rawBits, memoryTypeCount);
  const { status, memoryTypeBits, excessBits } = answer;
  const warnings = [
    ...(status === 'unwritten' ? [warn(unwrittenWarning(COMMAND))] : []),
    ...(excessBits === 0 ? [] : [warn(excessWarning(excessBits, memoryTypeCount))]),
  ];
  return { status, memoryTypeBits, excessBits, rawBits, memoryTypeCount, warnings };
}

/** Runs a call of the driver's; where it does not take the descriptor, an InvalidFdError says what that may mean. */
export function explained<T>(device: Device, source: FdMemory, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof VulkanError) || error.code !== 'VK_ERROR_INVALID_EXTERNAL_HANDLE') throw error;
    throw new InvalidFdError(source, `${error.command} answered ${error.code}`, {
      causes: causesOf(device, source.fd),
      cause: error,
    });
  }
}

/** What may be wrong with a descriptor that the driver refuses, likeliest first. */
export function causesOf({ physicalDevice }: Device, fd: number): string[] {
  const { deviceName } = physicalDevice.getPhysicalDeviceProperties();
  const { exporter, isReadOnly } = factsOf(fd);
  return [
    ...(isReadOnly ? ['it was opened for reading alone, and the driver maps it to write as well'] : []),
    exporter === undefined
      ? 'it is no dma-buf: the kernel names no exporter in /proc/self/fdinfo'
      : `it comes from the driver ${exporter}, whose memory ${deviceName} does not take`,
  ];
}
