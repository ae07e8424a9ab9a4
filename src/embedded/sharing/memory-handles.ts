// The commands that query handles to memory and export them.
import type { VkMemoryGetFdInfoKHR, VkMemoryGetWin32HandleInfoKHR } from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, type Implementations } from '../driver-state.ts';
import type { Received } from '../received.ts';
import { invalid } from '../refusal.ts';
import { badHandle, handleTypeFacts } from './handle-types.ts';
import { checkPointer, openHandle } from './import-memory.ts';

export function memoryHandleCommands(driver: DriverState): Implementations {
  const query = (device: bigint, handleType: number, handle: bigint, kinds: readonly string[]) => {
    const { adapter } = deviceOf(driver, device);
    const facts = handleTypeFacts(driver, handleType);
    if (!kinds.includes(facts?.kind ?? '')) throw badHandle(`handle type ${handleType} is none of ${kinds}`);
    // As other drivers do for opaque types, though the query is not allowed.
    if (facts !== undefined && !facts.foreign) return { memoryTypeBits: 0 };
    const payload = openHandle(driver, handleType, handle, null);
    payload?.mapping.release();
    if (facts === undefined || payload?.adapter !== adapter.index)
      throw badHandle(`0x${handle.toString(16)} is not a handle of type ${handleType} of this device`);
    return { memoryTypeBits: facts.memoryTypeBits };
  };

  const exportHandle = (memory: bigint, handleType: number): bigint => {
    const own = driver.objects.get('VkDeviceMemory', memory).exported;
    if (own?.handleType !== handleType)
      throw invalid(`it was not allocated to be exported as handle type ${handleType}`);
    // A new handle for each call, which the caller closes.
    return own.duplicate();
  };

  return {
    vkGetMemoryWin32HandlePropertiesKHR: (device: bigint, handleType: number, handle: bigint) =>
      query(device, handleType, handle, ['nt', 'kmt']),
    vkGetMemoryFdPropertiesKHR: (device: bigint, handleType: number, fd: number) =>
      query(device, handleType, BigInt.asUintN(32, BigInt(fd)), ['fd']),
    vkGetMemoryHostPointerPropertiesEXT(device: bigint, handleType: number, pointer: bigint) {
      deviceOf(driver, device);
      checkPointer(handleType, pointer);
      return { memoryTypeBits: handleTypeFacts(driver, handleType)!.memoryTypeBits };
    },
    vkGetMemoryWin32HandleKHR: (device: bigint, info: Received<VkMemoryGetWin32HandleInfoKHR>) => {
      deviceOf(driver, device);
      return exportHandle(info.memory, info.handleType);
    },
    vkGetMemoryFdKHR: (device: bigint, info: Received<VkMemoryGetFdInfoKHR>) => {
      deviceOf(driver, device);
      return Number(exportHandle(info.memory, info.handleType));
    },
  };
}
