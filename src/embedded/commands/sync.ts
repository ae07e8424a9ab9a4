// Fences and semaphores: creating, waiting, signalling.
import {
  VkExternalSemaphoreHandleTypeFlagBits as HandleType,
  VkFenceCreateFlagBits,
  VkSemaphoreWaitFlagBits,
} from '../../../ffi/rows/bitmasks.ts';
import { VkResult, VkSemaphoreType } from '../../../ffi/rows/enums.ts';
import type {
  VkFenceCreateInfo,
  VkSemaphoreCreateInfo,
  VkSemaphoreSignalInfo,
  VkSemaphoreWaitInfo,
} from '../../../ffi/types/structs.ts';
import { type DriverState, destroys, deviceOf, type Implementations } from '../driver-state.ts';
import { chained, type Received } from '../received.ts';
import { invalid, listOf } from '../refusal.ts';
import { heapMapping, SORT, type Sort } from '../sharing/payload.ts';
import type { HandleKind } from '../sharing/platform-handle.ts';
import { createShared } from '../sharing/shareable.ts';
import { SyncObject, VALUE_SIZE } from '../sharing/sync-object.ts';
import { progress } from './queue.ts';

/** How a handle type is had here; a D3D fence is made outside, so it can be imported into a semaphore only. */
export function syncHandleKind(
  driver: DriverState,
  handleType: number,
  isForeign: boolean,
): HandleKind | undefined {
  switch (handleType) {
    case HandleType.OPAQUE_FD:
      return driver.handles.fd === undefined ? undefined : 'fd';
    case HandleType.OPAQUE_WIN32:
      return 'nt';
    case HandleType.OPAQUE_WIN32_KMT:
      return 'kmt';
    case HandleType.D3D12_FENCE:
      return isForeign ? 'nt' : undefined;
    default:
      return undefined;
  }
}

interface Making {
  readonly device: bigint;
  readonly sort: Sort;
  readonly isTimeline: boolean;
  readonly value: bigint;
  /** What it may be exported as, 0 for nothing. */
  readonly exportType: number;
  readonly name: string | undefined;
}

function make(
  driver: DriverState,
  { device, sort, isTimeline, value, exportType, name }: Making,
): SyncObject {
  const { adapter } = deviceOf(driver, device);
  const kind = syncHandleKind(driver, exportType, false);
  if (exportType !== 0 && kind === undefined)
    throw invalid(`it cannot be exported as handle type ${exportType}`);
  const facts = { sort, handleType: exportType, size: VALUE_SIZE, memoryType: -1, adapter: adapter.index };
  const shared = kind === undefined ? undefined : createShared(driver, kind, name, facts);
  const mapping = shared?.payload.mapping ?? heapMapping(VALUE_SIZE);
  const object = new SyncObject(device, sort, isTimeline, mapping, shared?.own);
  object.value = value;
  return object;
}

export const syncCommands = (driver: DriverState): Implementations => ({
  vkCreateFence: (device: bigint, info: Received<VkFenceCreateInfo>) =>
    driver.objects.add(
      'VkFence',
      make(driver, {
        device,
        sort: SORT.fence,
        isTimeline: false,
        value: info.flags & VkFenceCreateFlagBits.SIGNALED ? 1n : 0n,
        exportType: chained(info, 'VkExportFenceCreateInfo')?.handleTypes ?? 0,
        name: chained(info, 'VkExportFenceWin32HandleInfoKHR')?.name ?? undefined,
      }),
    ),
  vkDestroyFence: destroys(driver, 'VkFence'),
  vkResetFences(_device: bigint, fences: bigint[] | null) {
    for (const fence of listOf(fences)) driver.objects.get('VkFence', fence).reset();
  },
  vkGetFenceStatus(device: bigint, fence: bigint) {
    deviceOf(driver, device);
    progress(driver);
    return driver.objects.get('VkFence', fence).reached(1n) ? VkResult.SUCCESS : VkResult.NOT_READY;
  },
  vkWaitForFences(device: bigint, fences: bigint[] | null, waitAll: boolean) {
    const waits = listOf(fences).map(fence => ({ object: driver.objects.get('VkFence', fence), value: 1n }));
    return wait(driver, device, waits, waitAll);
  },

  vkCreateSemaphore(device: bigint, info: Received<VkSemaphoreCreateInfo>) {
    const type = chained(info, 'VkSemaphoreTypeCreateInfo');
    const isTimeline = type?.semaphoreType === VkSemaphoreType.TIMELINE;
    return driver.objects.add(
      'VkSemaphore',
      make(driver, {
        device,
        sort: SORT.semaphore,
        isTimeline,
        value: isTimeline ? type.initialValue : 0n,
        exportType: chained(info, 'VkExportSemaphoreCreateInfo')?.handleTypes ?? 0,
        name: chained(info, 'VkExportSemaphoreWin32HandleInfoKHR')?.name ?? undefined,
      }),
    );
  },
  vkDestroySemaphore: destroys(driver, 'VkSemaphore'),
  vkGetSemaphoreCounterValue(device: bigint, semaphore: bigint) {
    deviceOf(driver, device);
    progress(driver);
    return timeline(driver, semaphore).value;
  },
  vkSignalSemaphore(device: bigint, { semaphore, value }: Received<VkSemaphoreSignalInfo>) {
    deviceOf(driver, device);
    const object = timeline(driver, semaphore);
    if (value <= object.value) throw invalid(`a value above ${object.value} is due, not ${value}`);
    object.value = value;
    progress(driver);
  },
  vkWaitSemaphores(device: bigint, info: Received<VkSemaphoreWaitInfo>) {
    const values = listOf(info.pValues);
    const waits = listOf(info.pSemaphores).map((semaphore, i) => ({
      object: timeline(driver, semaphore),
      value: values[i] as bigint,
    }));
    return wait(driver, device, waits, (info.flags & VkSemaphoreWaitFlagBits.ANY) === 0);
  },
});

function timeline(driver: DriverState, semaphore: bigint): SyncObject {
  const object = driver.objects.get('VkSemaphore', semaphore);
  if (!object.isTimeline) throw invalid('it is no timeline semaphore');
  return object;
}

/**
 * Nothing here runs beside the caller, so what is not reached now would not be reached by waiting: whatever the
 * timeout, it is over at once.
 */
function wait(
  driver: DriverState,
  device: bigint,
  waits: readonly { object: SyncObject; value: bigint }[],
  all: boolean,
): number {
  deviceOf(driver, device);
  progress(driver);
  deviceOf(driver, device);
  const reached = ({ object, value }: (typeof waits)[number]) => object.reached(value);
  return (all ? waits.every(reached) : waits.some(reached)) ? VkResult.SUCCESS : VkResult.TIMEOUT;
}
