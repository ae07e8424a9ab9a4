// In: a device, a handle type, a handle made outside Vulkan.
// Out: the memory types that it can be imported as, with what drivers are known to do wrong told apart.
import type { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { ValidUsageError, VulkanError } from '../errors/errors.ts';
import { argumentStack } from '../native/argument-memory.ts';
import { functionAt, layoutOf, type NativeFunction } from '../native/koffi.ts';
import type { Device } from '../objects/device.ts';
import { registry } from '../registry/registry.ts';
import { requireCommand } from './available.ts';
import { checkHandle } from './check-handle.ts';
import { handleTypeName } from './errors.ts';
import type { HandleSource } from './handle.ts';
import { factsOf } from './handle-type.ts';
import { type Answer, excessWarning, judge, OTHER_SENTINEL, SENTINEL } from './memory-type.ts';
import { warn } from './warn.ts';
import { wineVersion } from './wine.ts';

export const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';

/** What the query says of a handle. */
export interface HandleMemoryTypes extends Answer {
  /** As the driver wrote it; undefined where it wrote nothing. */
  readonly rawBits: number | undefined;
  /** How many memory types the device has. */
  readonly memoryTypeCount: number;
  /** What is odd about the handle or the answer, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Asks as which memory types a handle can be imported, safely: a handle that the kernel does not know never reaches
 * the driver, an answer that was not written is told apart from "none", and bits that are no memory types are left out.
 * `device.getMemoryWin32HandlePropertiesKHR` is the bare command.
 * @param device with VK_KHR_external_memory_win32 enabled
 * @param handleType what kind of handle it is; the opaque types are Vulkan's own and cannot be asked about
 * @param handle made outside Vulkan; it stays the caller's
 * @returns the types as bits, and how far they can be believed
 * @throws NotAvailableError without the extension, ValidUsageError for an opaque type, InvalidHandleError for a handle
 * that the kernel does not know, VulkanError
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkGetMemoryWin32HandlePropertiesKHR.html
 *
 * @example
 * const { memoryTypeBits, warnings } = queryMemoryTypes(device, HandleType.D3D11_TEXTURE, ntHandle);
 */
export function queryMemoryTypes(
  device: Device,
  handleType: VkExternalMemoryHandleTypeFlagBits,
  handle: HandleSource,
): HandleMemoryTypes {
  const { opaque, kind } = factsOf(handleType, 'queryMemoryTypes');
  if (opaque)
    throw new ValidUsageError(
      `VUID-${COMMAND}-handleType-00666`,
      `queryMemoryTypes.handleType: ${handleTypeName(handleType)} is opaque, made by Vulkan itself: import it with the exporter's size and memory type index`,
    );
  requireCommand(device, COMMAND);
  const { value, warnings } = checkHandle(handle, kind, handleTypeName(handleType));
  const { memoryTypeCount } = device.physicalDevice.getPhysicalDeviceMemoryProperties();
  const rawBits = ask(device, handleType, value);
  const wine = wineVersion();
  const answer = judge(rawBits, memoryTypeCount, wine !== undefined);
  if (answer.status === 'unwritten')
    warnings.push(warn(`the driver answered ${COMMAND} with VK_SUCCESS but wrote no memoryTypeBits`));
  if (answer.status === 'wine')
    warnings.push(
      warn(
        `Wine ${wine} answers ${COMMAND} with handle-type bits instead of memory types; they are not used`,
      ),
    );
  else if (answer.excessBits !== 0) warnings.push(warn(excessWarning(answer.excessBits, memoryTypeCount)));
  return { ...answer, rawBits, memoryTypeCount, warnings };
}

const functions = new WeakMap<Device, NativeFunction>();

/** Calls the driver with the sentinel in place: the typed method hands out zeroed memory. */
function ask(device: Device, handleType: number, handle: bigint): number | undefined {
  let fn = functions.get(device);
  // vkGetDeviceProcAddr also refuses a device that was destroyed.
  const address = device.getDeviceProcAddr(COMMAND);
  if (fn === undefined) {
    fn = functionAt(address!, registry.command(COMMAND));
    functions.set(device, fn);
  }
  const bits = callOnce(fn, device, handleType, handle, SENTINEL);
  if (bits !== SENTINEL) return bits;
  // Exactly this number could be an answer too: nobody gives both.
  const again = callOnce(fn, device, handleType, handle, OTHER_SENTINEL);
  return again === OTHER_SENTINEL ? undefined : again;
}

function callOnce(
  fn: NativeFunction,
  device: Device,
  handleType: number,
  handle: bigint,
  prefill: number,
): number {
  const { size, members } = layoutOf(registry.struct('VkMemoryWin32HandlePropertiesKHR'));
  const stack = argumentStack();
  const { depth, top } = stack;
  try {
    const at = stack.reserve(size);
    const { chunk } = stack;
    const bitsAt = (at + members.get('memoryTypeBits')!.offset) >> 2;
    chunk.i32[at >> 2] = VkStructureType.MEMORY_WIN32_HANDLE_PROPERTIES_KHR;
    chunk.u32[bitsAt] = prefill;
    const result = fn(device.handle, handleType, handle, chunk.address + at) as number;
    if (result < 0) throw new VulkanError(COMMAND, result);
    return chunk.u32[bitsAt];
  } finally {
    stack.release(depth, top);
  }
}
