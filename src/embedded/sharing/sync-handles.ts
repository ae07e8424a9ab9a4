// The commands that export and import handles of fences and semaphores.
import {
  VkExternalSemaphoreHandleTypeFlagBits as HandleType,
  VkSemaphoreImportFlagBits,
} from '../../../ffi/rows/bitmasks.ts';
import type {
  VkFenceGetFdInfoKHR,
  VkFenceGetWin32HandleInfoKHR,
  VkImportFenceFdInfoKHR,
  VkImportFenceWin32HandleInfoKHR,
  VkImportSemaphoreFdInfoKHR,
  VkImportSemaphoreWin32HandleInfoKHR,
  VkSemaphoreGetFdInfoKHR,
  VkSemaphoreGetWin32HandleInfoKHR,
} from '../../../ffi/types/structs.ts';
import { syncHandleKind } from '../commands/sync.ts';
import { type DriverState, deviceOf, type Implementations, platformHandles } from '../driver-state.ts';
import type { Received } from '../received.ts';
import { invalid } from '../refusal.ts';
import { badHandle } from './handle-types.ts';
import { type Mapping, PAYLOAD_KIND, Payload } from './payload.ts';
import type { SyncObject } from './sync-object.ts';

interface Import {
  readonly handleType: number;
  readonly flags: number;
  readonly handle: bigint;
  readonly name: string | null;
}

export function syncHandleCommands(driver: DriverState): Implementations {
  const fence = (handle: bigint) => driver.objects.get('VkFence', handle);
  const semaphore = (handle: bigint) => driver.objects.get('VkSemaphore', handle);

  const exportHandle = (object: SyncObject, handleType: number): bigint => {
    const own = object.exported;
    if (own?.handleType !== handleType)
      throw invalid(`it was not created to be exported as handle type ${handleType}`);
    return own.duplicate();
  };

  const importHandle = (
    device: bigint,
    object: SyncObject,
    { handleType, flags, handle, name }: Import,
  ): void => {
    const { adapter } = deviceOf(driver, device);
    const kind = syncHandleKind(driver, handleType, object.kind === PAYLOAD_KIND.semaphore);
    if (kind === undefined) throw invalid(`handle type ${handleType} cannot be imported`);
    const handles = platformHandles(driver, kind);
    const mapping: Mapping | undefined = name ? handles.openNamed(name) : handles.open(handle);
    const payload = mapping === undefined ? undefined : Payload.open(mapping);
    if (
      mapping === undefined ||
      payload?.kind !== object.kind ||
      payload.handleType !== handleType ||
      payload.adapter !== adapter.index
    ) {
      mapping?.release();
      throw badHandle(`${name || `0x${handle.toString(16)}`} refers to no such object of this device`);
    }
    object.adopt(mapping, (flags & VkSemaphoreImportFlagBits.TEMPORARY) !== 0);
    // An imported descriptor belongs to the driver.
    if (kind === 'fd') handles.close(handle);
  };

  const OPAQUE = HandleType.OPAQUE_FD;
  const fdImport = ({ fd, ...info }: Omit<Import, 'handle' | 'name'> & { fd: number }): Import => {
    if (info.handleType !== OPAQUE) throw invalid(`handle type ${info.handleType} is not a file descriptor`);
    return { ...info, handle: BigInt.asUintN(32, BigInt(fd)), name: null };
  };

  return {
    vkGetFenceWin32HandleKHR: (_device: bigint, info: Received<VkFenceGetWin32HandleInfoKHR>) =>
      exportHandle(fence(info.fence), info.handleType),
    vkImportFenceWin32HandleKHR: (device: bigint, info: Received<VkImportFenceWin32HandleInfoKHR>) =>
      importHandle(device, fence(info.fence), info),
    vkGetFenceFdKHR: (_device: bigint, info: Received<VkFenceGetFdInfoKHR>) =>
      Number(exportHandle(fence(info.fence), info.handleType)),
    vkImportFenceFdKHR: (device: bigint, info: Received<VkImportFenceFdInfoKHR>) =>
      importHandle(device, fence(info.fence), fdImport(info)),
    vkGetSemaphoreWin32HandleKHR: (_device: bigint, info: Received<VkSemaphoreGetWin32HandleInfoKHR>) =>
      exportHandle(semaphore(info.semaphore), info.handleType),
    vkImportSemaphoreWin32HandleKHR: (device: bigint, info: Received<VkImportSemaphoreWin32HandleInfoKHR>) =>
      importHandle(device, semaphore(info.semaphore), info),
    vkGetSemaphoreFdKHR: (_device: bigint, info: Received<VkSemaphoreGetFdInfoKHR>) =>
      Number(exportHandle(semaphore(info.semaphore), info.handleType)),
    vkImportSemaphoreFdKHR: (device: bigint, info: Received<VkImportSemaphoreFdInfoKHR>) =>
      importHandle(device, semaphore(info.semaphore), fdImport(info)),
  };
}
