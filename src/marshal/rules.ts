// In: arguments that passed the type checks, and structs that were encoded.
// Out: nothing, or the valid usage that they break: what crashes or misleads, and validation layers mostly miss.
import { VkExternalMemoryHandleTypeFlagBits as HandleType } from '../../ffi/rows/bitmasks.ts';
import { VkStructureType } from '../../ffi/rows/enums.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { explainC } from '../errors/explain.ts';
import { sizeOf } from '../native/bytes.ts';
import type { Device } from '../objects/device.ts';
import type { Call } from './call.ts';

const INVALID_HANDLE_VALUE = 0xffff_ffff_ffff_ffffn;
const cName = (handleType: number | bigint) => explainC('VkExternalMemoryHandleTypeFlagBits', handleType);

const OPAQUE_WIN32: number[] = [HandleType.OPAQUE_WIN32, HandleType.OPAQUE_WIN32_KMT];
const NAMED: number[] = [
  HandleType.OPAQUE_WIN32,
  HandleType.D3D11_TEXTURE,
  HandleType.D3D12_HEAP,
  HandleType.D3D12_RESOURCE,
];
const KMT: number[] = [HandleType.OPAQUE_WIN32_KMT, HandleType.D3D11_TEXTURE_KMT];
const WIN32: number[] = [...NAMED, ...KMT];

const D3D =
  HandleType.D3D11_TEXTURE | HandleType.D3D11_TEXTURE_KMT | HandleType.D3D12_HEAP | HandleType.D3D12_RESOURCE;

/** By command: checked before the call, on the arguments behind the first as they will go to C. */
export const commandRules: Record<
  string,
  ((device: Device, ...args: (number | bigint)[]) => void) | undefined
> = {
  vkGetMemoryWin32HandlePropertiesKHR(_device, handleType, handle) {
    // The four types of D3D: one look on the way of every good question. As a number it is not INVALID_HANDLE_VALUE.
    if ((Number(handleType) & D3D) !== 0 && typeof handle === 'number' && handle !== 0) return;
    const command = 'vkGetMemoryWin32HandlePropertiesKHR';
    if (OPAQUE_WIN32.includes(Number(handleType)))
      throw new ValidUsageError(
        `VUID-${command}-handleType-00666`,
        `${command}.handleType: ${cName(handleType)} is opaque, made by Vulkan itself: import it with the exporter's size and memory type index instead`,
      );
    if (!WIN32.includes(Number(handleType)))
      throw new ValidUsageError(
        `VUID-${command}-handle-00665`,
        `${command}.handleType: ${cName(handleType)} is not the type of a Windows handle`,
      );
    if (BigInt(handle) === 0n || BigInt(handle) === INVALID_HANDLE_VALUE)
      throw new ValidUsageError(
        `VUID-${command}-handle-00665`,
        `${command}.handle: expected a valid handle, got ${BigInt(handle) === 0n ? 'NULL' : 'INVALID_HANDLE_VALUE'}`,
      );
  },
  vkGetMemoryFdPropertiesKHR(_device, handleType, fd) {
    const command = 'vkGetMemoryFdPropertiesKHR';
    if (handleType === HandleType.OPAQUE_FD)
      throw new ValidUsageError(
        `VUID-${command}-handleType-00674`,
        `${command}.handleType: ${cName(handleType)} is opaque, made by Vulkan itself: import it with the exporter's size and memory type index instead`,
      );
    if (Number(fd) < 0)
      throw new ValidUsageError(
        `VUID-${command}-fd-00673`,
        `${command}.fd: expected an open file descriptor, got ${fd}`,
      );
  },
  vkGetMemoryHostPointerPropertiesEXT(device, handleType, pHostPointer) {
    const command = 'vkGetMemoryHostPointerPropertiesEXT';
    if (
      handleType !== HandleType.HOST_ALLOCATION_EXT &&
      handleType !== HandleType.HOST_MAPPED_FOREIGN_MEMORY_EXT
    )
      throw new ValidUsageError(
        `VUID-${command}-handleType-01752`,
        `${command}.handleType: expected a host pointer type, got ${cName(handleType)}`,
      );
    const alignment = hostPointerAlignment(device);
    if (BigInt(pHostPointer) % alignment !== 0n)
      throw new ValidUsageError(
        `VUID-${command}-pHostPointer-01753`,
        `${command}.pHostPointer: expected a multiple of minImportedHostPointerAlignment (${alignment}), got 0x${pHostPointer.toString(16)}`,
      );
  },
};

function hostPointerAlignment(device: Device): bigint {
  const sType = VkStructureType.PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT;
  const { pNext } = device.physicalDevice.getPhysicalDeviceProperties2({ pNext: [sType] });
  // A driver without a word on it leaves zero.
  return pNext[0].minImportedHostPointerAlignment || 1n;
}

interface Win32HandleInfo {
  handleType: number;
  handle: bigint;
  name: string | null;
}

/** By struct: checked on what was encoded, read back from its bytes. */
export const structRules: Record<string, ((info: Record<string, unknown>, call: Call) => void) | undefined> =
  {
    VkMemoryAllocateInfo({ allocationSize }, { lent: [imported] }) {
      if (imported !== undefined && (allocationSize as bigint) > sizeOf(imported))
        throw new ValidUsageError(
          'VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750',
          `VkMemoryAllocateInfo.allocationSize: expected at most the ${sizeOf(imported)} bytes of pHostPointer, got ${allocationSize}`,
        );
    },
    VkImportMemoryWin32HandleInfoKHR(info) {
      const { handleType, handle, name } = info as unknown as Win32HandleInfo;
      const broken = (vuid: string, text: string) =>
        new ValidUsageError(
          `VUID-VkImportMemoryWin32HandleInfoKHR-${vuid}`,
          `VkImportMemoryWin32HandleInfoKHR.${text}`,
        );
      // Type 0 means that nothing is imported.
      if (handleType === 0) return;
      if (!WIN32.includes(handleType))
        throw broken(
          'handleType-00660',
          `handleType: ${cName(handleType)} is not the type of a Windows handle`,
        );
      if (handle !== 0n && name !== null)
        throw broken('handle-01441', 'name: expected nothing, since a handle is given too');
      if (name !== null && !NAMED.includes(handleType))
        throw broken(
          'handleType-01439',
          `name: ${cName(handleType)} has no names, it is a global share handle`,
        );
      if (handle === INVALID_HANDLE_VALUE || (handle === 0n && name === null))
        throw broken(
          'handleType-00661',
          `handle: expected a valid handle or a name, got ${handle === 0n ? 'neither' : 'INVALID_HANDLE_VALUE'}`,
        );
    },
    VkMemoryGetWin32HandleInfoKHR(info) {
      const { handleType } = info as unknown as Win32HandleInfo;
      if (!WIN32.includes(handleType))
        throw new ValidUsageError(
          'VUID-VkMemoryGetWin32HandleInfoKHR-handleType-00664',
          `VkMemoryGetWin32HandleInfoKHR.handleType: ${cName(handleType)} is not the type of a Windows handle`,
        );
    },
  };
