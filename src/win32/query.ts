// Asks which memory types a handle can be imported as, and recognizes what drivers are known to do wrong.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { opaqueHandleError } from '../commands/command-rules.ts';
import { handleTypeName } from '../errors/explain.ts';
import { userCall } from '../errors/user-call.ts';
import { askMemoryTypes, memoryPropertiesOf } from '../external/ask-memory-types.ts';
import { requireCommand } from '../external/available.ts';
import { type MemoryTypesQuery, warningsOf } from '../external/memory-type.ts';
import { warnOnce } from '../external/warn-once.ts';
import { checkClass } from '../handles/object.ts';
import type { Device } from '../objects/device.ts';
import { WIN32_QUERY_RULES } from '../registry/win32-handle-types.ts';
import { checkWin32Handle } from './check-handle.ts';
import { checkHandleType } from './check-handle-type.ts';
import type { HandleSource } from './handle.ts';
import { type HandleAnswer, toHandleAnswer } from './memory-type.ts';
import { wineVersion } from './wine.ts';

export const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';

/** The result of a query about a handle. */
export interface HandleMemoryTypes extends HandleAnswer, MemoryTypesQuery {}

/**
 * Asks safely which memory types a handle can be imported as: a handle that the kernel does not know never reaches the
 * driver, a missing answer is not taken for "none", and bits that are not memory types are left out.
 * `device.getMemoryWin32HandlePropertiesKHR` is the bare command.
 * @param device with VK_KHR_external_memory_win32 enabled
 * @param handleType type of the handle; the opaque types are Vulkan's own and cannot be asked about
 * @param handle made outside Vulkan; the caller closes it
 * @returns the memory types as bits, and whether they can be trusted
 * @throws NotAvailableError without the extension, ValidUsageError for an opaque type, InvalidHandleError for a handle
 * that the kernel does not know, VulkanError
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkGetMemoryWin32HandlePropertiesKHR.html
 *
 * @example
 * const { memoryTypeBits, warnings } = queryMemoryTypes(device, HandleType.D3D11_TEXTURE, ntHandle);
 */
export const queryMemoryTypes = userCall(function queryMemoryTypes(
  device: Device,
  handleType: VkExternalMemoryHandleTypeFlagBits,
  handle: HandleSource,
): HandleMemoryTypes {
  checkClass('queryMemoryTypes.device', device, 'VkDevice');
  const { opaque, kind } = checkHandleType('queryMemoryTypes', handleType);
  if (opaque) throw opaqueHandleError(WIN32_QUERY_RULES.notOpaque, COMMAND, handleType);
  requireCommand(device, COMMAND);
  const { value, warnings } = checkWin32Handle('queryMemoryTypes.handle', handle, kind, () =>
    handleTypeName(handleType),
  );
  const answer = askDriver(device, handleType, value);
  return { ...answer, warnings: [...warnings, ...answer.warnings] };
});

const ask = askMemoryTypes(COMMAND);

/** {@link queryMemoryTypes} for a handle that was checked, on a device that has the command. */
export function askDriver(device: Device, handleType: number, handle: bigint): HandleMemoryTypes {
  const { memoryTypeCount } = memoryPropertiesOf(device.physicalDevice);
  const rawBits = ask(device, handleType, handle);
  const wine = wineVersion();
  const answer = toHandleAnswer(rawBits, memoryTypeCount, wine !== undefined);
  const warnings =
    answer.status === 'wine'
      ? [
          warnOnce(
            `Wine ${wine} answers ${COMMAND} with handle-type bits instead of memory types; they are ignored`,
          ),
        ]
      : warningsOf(COMMAND, answer, memoryTypeCount);
  const { status, memoryTypeBits, excessBits } = answer;
  return { status, memoryTypeBits, excessBits, rawBits, memoryTypeCount, warnings };
}
