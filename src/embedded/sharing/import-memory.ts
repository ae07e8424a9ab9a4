// Memory imported by a handle or a pointer, or the error that a strict driver answers.
import {
  VkExternalMemoryHandleTypeFlagBits as HandleType,
  VkExternalMemoryFeatureFlagBits,
} from '../../../ffi/rows/bitmasks.ts';
import { VkResult } from '../../../ffi/rows/enums.ts';
import type { VkMemoryAllocateInfo } from '../../../ffi/types/structs.ts';
import { type DriverState, deviceOf, handlesOf } from '../driver-state.ts';
import { HOST_POINTER_ALIGNMENT } from '../facts.ts';
import type { DeviceMemory } from '../objects.ts';
import { chained, type Received } from '../received.ts';
import { invalid, Refusal } from '../refusal.ts';
import { badHandle, handleTypeFacts } from './handle-types.ts';
import { type Mapping, type OwnHandle, Payload, SORT } from './payload.ts';

/** Memory before it has a handle: where its bytes are and what else goes with them. */
export type Source = Pick<DeviceMemory, 'address' | 'size'> & {
  readonly mapping: Pick<Mapping, 'release'>;
  readonly payload?: Payload;
  readonly exported?: OwnHandle;
  readonly importedType?: number;
};

type Info = Received<VkMemoryAllocateInfo>;

/** Undefined where nothing is imported: a handle type of 0 means that the struct does not count. */
export function importMemory(driver: DriverState, device: bigint, info: Info): Source | undefined {
  const win32 = chained(info, 'VkImportMemoryWin32HandleInfoKHR');
  if (win32 !== undefined && Number(win32.handleType) !== 0)
    return importHandle(driver, device, info, win32.handleType, win32.handle, win32.name);
  const fd = chained(info, 'VkImportMemoryFdInfoKHR');
  if (fd !== undefined && Number(fd.handleType) !== 0) {
    const handle = BigInt.asUintN(32, BigInt(fd.fd));
    const source = importHandle(driver, device, info, fd.handleType, handle, null);
    // A descriptor that was imported belongs to the driver.
    handlesOf(driver, 'fd').close(handle);
    return source;
  }
  const pointer = chained(info, 'VkImportMemoryHostPointerInfoEXT');
  if (pointer !== undefined && Number(pointer.handleType) !== 0)
    return importPointer(driver, info, pointer.handleType, pointer.pHostPointer);
  return undefined;
}

/** The payload of a handle, if there is one of that type. The caller releases its mapping. */
export function openHandle(
  driver: DriverState,
  handleType: number,
  handle: bigint,
  name: string | null,
): Payload | undefined {
  const facts = handleTypeFacts(driver, handleType);
  if (facts === undefined || facts.kind === 'pointer') return undefined;
  const handles = handlesOf(driver, facts.kind);
  const mapping = name ? handles.openNamed(name) : handles.open(handle);
  if (mapping === undefined) return undefined;
  const payload = Payload.open(mapping);
  if (payload?.sort === SORT.memory && payload.handleType === handleType) return payload;
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
    throw badHandle(`${name || `0x${handle.toString(16)}`} is no handle of type ${handleType}`);
  try {
    if (payload.adapter !== deviceOf(driver, device).adapter.index)
      throw badHandle('it was made on another physical device');
    const size = checkImport(driver, info, handleType, payload);
    const { mapping } = payload;
    return { address: mapping.address, size, mapping, payload, importedType: handleType };
  } catch (error) {
    payload.mapping.release();
    throw error;
  }
}

/** Gives the size of the memory: D3D knows how large its textures are, whatever was asked for. */
function checkImport(driver: DriverState, info: Info, handleType: number, payload: Payload): number {
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
      `memory type ${info.memoryTypeIndex} is none that the handle can be imported as`,
    );
  const dedicated = chained(info, 'VkMemoryDedicatedAllocateInfo');
  const image = dedicated?.image ? driver.objects.get('VkImage', dedicated.image) : undefined;
  const resource =
    image ?? (dedicated?.buffer ? driver.objects.get('VkBuffer', dedicated.buffer) : undefined);
  const isDedicated = (facts.image & VkExternalMemoryFeatureFlagBits.DEDICATED_ONLY) !== 0;
  if (isDedicated && resource === undefined)
    throw new Refusal(
      VkResult.ERROR_OUT_OF_DEVICE_MEMORY,
      'VkMemoryDedicatedAllocateInfo is missing, which this handle type demands',
    );
  if (resource !== undefined && resource.size > payload.size)
    throw badHandle(`its ${payload.size} bytes do not hold the resource of ${resource.size} bytes`);
  // Whoever has a descriptor knows the size of its file alone, which is more: what is behind the bytes counts too.
  if (facts.kind === 'fd') {
    if (size > payload.mapping.size) throw badHandle(`it has ${payload.mapping.size} bytes, not ${size}`);
    return size;
  }
  if (!isDedicated && size !== payload.size) throw badHandle(`it has ${payload.size} bytes, not ${size}`);
  return payload.size;
}

/** Memory of the caller's own. */
function importPointer(driver: DriverState, info: Info, handleType: number, address: bigint): Source {
  checkPointer(handleType, address);
  const size = Number(info.allocationSize);
  if (size === 0 || size % HOST_POINTER_ALIGNMENT !== 0)
    throw invalid(`${size} bytes are no multiple of minImportedHostPointerAlignment`);
  if ((handleTypeFacts(driver, handleType)!.memoryTypeBits & (1 << info.memoryTypeIndex)) === 0)
    throw invalid(`memory type ${info.memoryTypeIndex} is none that host pointers can be imported as`);
  return { address: Number(address), size, mapping: { release() {} }, importedType: handleType };
}

export function checkPointer(handleType: number, address: bigint): void {
  if (handleType !== HandleType.HOST_ALLOCATION_EXT)
    throw badHandle(`handle type ${handleType} is no host pointer that can be imported`);
  if (!address || address % BigInt(HOST_POINTER_ALIGNMENT) !== 0n)
    throw badHandle('the pointer is no multiple of minImportedHostPointerAlignment');
}
