// Imports memory by a handle or a host pointer, or refuses it as a strict driver does.
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkExternalMemoryFeatureFlagBits,
} from '../../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../../ffi/rows/enums.ts';
import type { VkMemoryAllocateInfo } from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, platformHandles } from '../driver-state.ts';
import { HOST_POINTER_ALIGNMENT } from '../facts.ts';
import type { DeviceMemoryState } from '../objects.ts';
import { type Received, structInChain } from '../received.ts';
import { invalid, Refusal } from '../refusal.ts';
import { badHandle, handleTypeFacts } from './handle-types.ts';
import { type Mapping, type OwnHandle, PAYLOAD_KIND, Payload } from './payload.ts';

/** The memory of a VkDeviceMemory that is being created. */
export type Source = Pick<DeviceMemoryState, 'address' | 'size'> & {
  readonly mapping: Pick<Mapping, 'release'>;
  readonly payload?: Payload;
  readonly exported?: OwnHandle;
  readonly importedType?: number;
};

type Info = Received<VkMemoryAllocateInfo>;

/** Imports memory; undefined if nothing is to be imported. A struct with handle type 0 does not count. */
export function importedMemory(driver: DriverState, device: bigint, info: Info): Source | undefined {
  const win32 = structInChain(info, 'VkImportMemoryWin32HandleInfoKHR');
  if (win32 !== undefined && Number(win32.handleType) !== 0)
    return importHandle(driver, device, info, win32.handleType, win32.handle, win32.name);
  const fd = structInChain(info, 'VkImportMemoryFdInfoKHR');
  if (fd !== undefined && Number(fd.handleType) !== 0) {
    const handle = BigInt.asUintN(32, BigInt(fd.fd));
    const source = importHandle(driver, device, info, fd.handleType, handle, null);
    // An imported descriptor belongs to the driver.
    platformHandles(driver, 'fd').close(handle);
    return source;
  }
  const pointer = structInChain(info, 'VkImportMemoryHostPointerInfoEXT');
  if (pointer !== undefined && Number(pointer.handleType) !== 0)
    return importPointer(driver, info, pointer.handleType, pointer.pHostPointer);
  return undefined;
}

/** The payload of a handle, if it is of that type; the caller releases its mapping. */
export function openHandle(
  driver: DriverState,
  handleType: number,
  handle: bigint,
  name: string | null,
): Payload | undefined {
  const facts = handleTypeFacts(driver, handleType);
  if (facts === undefined || facts.kind === 'pointer') return undefined;
  const handles = platformHandles(driver, facts.kind);
  const mapping = name ? handles.openNamed(name) : handles.open(handle);
  if (mapping === undefined) return undefined;
  const payload = Payload.open(mapping);
  if (payload?.kind === PAYLOAD_KIND.memory && payload.handleType === handleType) return payload;
  mapping.release();
  return undefined;
}

function importHandle(
  driver: DriverState,
  device: bigint,
  info: Info,
  handleType: number,
  handle: bigint,
  name: string | null,
): Source {
  if (name && handle) throw invalid('a handle and a name exclude each other');
  const payload = openHandle(driver, handleType, handle, name);
  if (payload === undefined)
    throw badHandle(`${name || `0x${handle.toString(16)}`} is not a handle of type ${handleType}`);
  try {
    if (payload.adapter !== deviceOf(driver, device).adapter.index)
      throw badHandle('it was made on another physical device');
    const size = checkImportInfo(driver, info, handleType, payload);
    const { mapping } = payload;
    return { address: mapping.address, size, mapping, payload, importedType: handleType };
  } catch (error) {
    payload.mapping.release();
    throw error;
  }
}

/** Checks an import. @returns the size of the memory, which for a texture is D3D's own, whatever was asked for */
function checkImportInfo(driver: DriverState, info: Info, handleType: number, payload: Payload): number {
  const size = Number(info.allocationSize);
  const facts = handleTypeFacts(driver, handleType)!;
  if (!facts.foreign) {
    if (size !== payload.size || info.memoryTypeIndex !== payload.memoryType)
      throw badHandle(
        `its exporter has ${payload.size} bytes of memory type ${payload.memoryType}, not ${size} of ${info.memoryTypeIndex}`,
      );
    return size;
  }
  if ((facts.memoryTypeBits & (1 << info.memoryTypeIndex)) === 0)
    throw new Refusal(
      VkResult.ERROR_OUT_OF_DEVICE_MEMORY,
      `the handle cannot be imported as memory type ${info.memoryTypeIndex}`,
    );
  const dedicated = structInChain(info, 'VkMemoryDedicatedAllocateInfo');
  const image = dedicated?.image ? driver.objects.get('VkImage', dedicated.image) : undefined;
  const resource =
    image ?? (dedicated?.buffer ? driver.objects.get('VkBuffer', dedicated.buffer) : undefined);
  const isDedicated = (facts.image & VkExternalMemoryFeatureFlagBits.DEDICATED_ONLY) !== 0;
  if (isDedicated && resource === undefined)
    throw new Refusal(
      VkResult.ERROR_OUT_OF_DEVICE_MEMORY,
      'VkMemoryDedicatedAllocateInfo is missing, which this handle type requires',
    );
  if (resource !== undefined && resource.size > payload.size)
    throw badHandle(`its ${payload.size} bytes do not hold the resource of ${resource.size} bytes`);
  // A caller sees only the size of the descriptor's file, which includes the payload's header.
  if (facts.kind === 'fd') {
    if (size > payload.mapping.size) throw badHandle(`it has ${payload.mapping.size} bytes, not ${size}`);
    return size;
  }
  if (!isDedicated && size !== payload.size) throw badHandle(`it has ${payload.size} bytes, not ${size}`);
  return payload.size;
}

/** Imports memory of the caller's. */
function importPointer(driver: DriverState, info: Info, handleType: number, address: bigint): Source {
  checkPointer(handleType, address);
  const size = Number(info.allocationSize);
  if (size === 0 || size % HOST_POINTER_ALIGNMENT !== 0)
    throw invalid(`${size} bytes are not a multiple of minImportedHostPointerAlignment`);
  if ((handleTypeFacts(driver, handleType)!.memoryTypeBits & (1 << info.memoryTypeIndex)) === 0)
    throw invalid(`host pointers cannot be imported as memory type ${info.memoryTypeIndex}`);
  return { address: Number(address), size, mapping: { release() {} }, importedType: handleType };
}

export function checkPointer(handleType: number, address: bigint): void {
  if (handleType !== HandleType.HOST_ALLOCATION_EXT)
    throw badHandle(`handle type ${handleType} is not a host pointer that can be imported`);
  if (!address || address % BigInt(HOST_POINTER_ALIGNMENT) !== 0n)
    throw badHandle('the pointer is not a multiple of minImportedHostPointerAlignment');
}
