// Asks which memory types a file descriptor can be imported as, and recognizes what drivers are known to do wrong.
import { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VulkanError } from '../errors/errors.ts';
import { userCall } from '../errors/user-call.ts';
import { askMemoryTypes, memoryPropertiesOf } from '../external/ask-memory-types.ts';
import { requireCommand } from '../external/available.ts';
import {
  type MemoryTypesAnswer,
  type MemoryTypesQuery,
  toMemoryTypesAnswer,
  warningsOf,
} from '../external/memory-type.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from '../objects/device.ts';
import { InvalidFdError } from './errors.ts';
import { checkFd, type FdMemory, fdFactsOf } from './fd.ts';

const COMMAND = 'vkGetMemoryFdPropertiesKHR';
export const DMA_BUF = VkExternalMemoryHandleTypeFlagBits.DMA_BUF_EXT;
/** The device extensions without which no dma-buf can be imported or exported. */
export const DMA_BUF_EXTENSIONS = ['VK_KHR_external_memory_fd', 'VK_EXT_external_memory_dma_buf'];

/** The result of a query about a file descriptor. */
export interface FdMemoryTypes extends MemoryTypesAnswer, MemoryTypesQuery {}

/**
 * Asks safely which memory types a dma-buf can be imported as: a descriptor that is not open never reaches the driver, a
 * missing answer is not taken for "none", and bits that are not memory types are left out.
 * `device.getMemoryFdPropertiesKHR` is the bare command.
 * @param device with VK_KHR_external_memory_fd and VK_EXT_external_memory_dma_buf enabled
 * @param fd file descriptor of a dma-buf, which the caller closes
 * @returns the memory types as bits, 0 if it can be imported as none, and whether they can be trusted
 * @throws NotAvailableError without the extension, InvalidFdError if it is not open or the driver does not take it
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkGetMemoryFdPropertiesKHR.html
 *
 * @example
 * const { memoryTypeBits, warnings } = queryMemoryTypes(device, fd);
 */
export const queryMemoryTypes = userCall(function queryMemoryTypes(
  device: Device,
  fd: number,
): FdMemoryTypes {
  checkClass('queryMemoryTypes.device', device, 'VkDevice');
  requireCommand(device, COMMAND);
  return askDriver(device, checkFd('queryMemoryTypes.fd', fd));
});

const ask = askMemoryTypes(COMMAND);

/** {@link queryMemoryTypes} for a descriptor that was checked, on a device that has the command. */
export function askDriver(device: Device, source: FdMemory): FdMemoryTypes {
  const { memoryTypeCount } = memoryPropertiesOf(device.physicalDevice);
  const rawBits = explainRefusal(device, source, () => ask(device, DMA_BUF, BigInt(source.fd)));
  const answer = toMemoryTypesAnswer(rawBits, memoryTypeCount);
  const { status, memoryTypeBits, excessBits } = answer;
  const warnings = warningsOf(COMMAND, answer, memoryTypeCount);
  return { status, memoryTypeBits, excessBits, rawBits, memoryTypeCount, warnings };
}

/** Calls the driver, and turns its refusal of the descriptor into an InvalidFdError with likely causes. */
export function explainRefusal<T>(device: Device, source: FdMemory, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof VulkanError) || error.code !== 'VK_ERROR_INVALID_EXTERNAL_HANDLE') throw error;
    throw new InvalidFdError(source, `${error.command} returned ${error.code}`, {
      causes: refusalCauses(device, source.fd),
      cause: error,
    });
  }
}

/** What may be wrong with a descriptor that the driver refuses, likeliest first. */
export function refusalCauses({ physicalDevice }: Device, fd: number): string[] {
  const { deviceName } = physicalDevice.getPhysicalDeviceProperties();
  const { exporter, isReadOnly } = fdFactsOf(fd);
  return [
    ...(isReadOnly ? ['it was opened for reading only, and the driver maps it for writing too'] : []),
    exporter === undefined
      ? 'it is not a dma-buf: the kernel lists no exporter in /proc/self/fdinfo'
      : `it comes from the driver ${exporter}, whose memory ${deviceName} does not take`,
  ];
}
