// Commands of fences and semaphores: create, wait, signal.
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
import { type Received, structInChain } from '../received.ts';
import { invalid, listOf } from '../refusal.ts';
import { heapMapping, PAYLOAD_KIND, type PayloadKind } from '../sharing/payload.ts';
import type { HandleKind } from '../sharing/platform-handle.ts';
import { createShared } from '../sharing/shareable.ts';
import { SyncObject, VALUE_SIZE } from '../sharing/sync-object.ts';
import { runReadyBatches } from './queue.ts';

/** The kind of handles of a handle type, undefined if there are none; a D3D fence can only be imported into a semaphore. */
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

interface SyncCreateInfo {
  readonly device: bigint;
  readonly kind: PayloadKind;
  readonly isTimeline: boolean;
  readonly value: bigint;
  /** The handle type that it can be exported as, or 0. */
  readonly exportType: number;
  readonly name: string | undefined;
}

function createSyncObject(
  driver: DriverState,
  { device, kind, isTimeline, value, exportType, name }: SyncCreateInfo,
): SyncObject {
  const { adapter } = deviceOf(driver, device);
  const handleKind = syncHandleKind(driver, exportType, false);
  if (exportType !== 0 && handleKind === undefined)
    throw invalid(`it cannot be exported as handle type ${exportType}`);
  const facts = { kind, handleType: exportType, size: VALUE_SIZE, memoryType: -1, adapter: adapter.index };
  const shared = handleKind === undefined ? undefined : createShared(driver, handleKind, name, facts);
  const mapping = shared?.payload.mapping ?? heapMapping(VALUE_SIZE);
  const object = new SyncObject(device, kind, isTimeline, mapping, shared?.own);
  object.value = value;
  return object;
}

export const syncCommands = (driver: DriverState): Implementations => ({
  vkCreateFence: (device: bigint, info: Received<VkFenceCreateInfo>) =>
    driver.objects.add(
      'VkFence',
      createSyncObject(driver, {
        device,
        kind: PAYLOAD_KIND.fence,
        isTimeline: false,
        value: info.flags & VkFenceCreateFlagBits.SIGNALED ? 1n : 0n,
        exportType: structInChain(info, 'VkExportFenceCreateInfo')?.handleTypes ?? 0,
        name: structInChain(info, 'VkExportFenceWin32HandleInfoKHR')?.name ?? undefined,
      }),
    ),
  vkDestroyFence: destroys(driver, 'VkFence'),
  vkResetFences(_device: bigint, fences: bigint[] | null) {
    for (const fence of listOf(fences)) driver.objects.get('VkFence', fence).reset();
  },
  vkGetFenceStatus(device: bigint, fence: bigint) {
    deviceOf(driver, device);
    runReadyBatches(driver);
    return driver.objects.get('VkFence', fence).reached(1n) ? VkResult.SUCCESS : VkResult.NOT_READY;
  },
  vkWaitForFences(device: bigint, fences: bigint[] | null, waitAll: boolean) {
    const waits = listOf(fences).map(fence => ({ object: driver.objects.get('VkFence', fence), value: 1n }));
    return wait(driver, device, waits, waitAll);
  },

  vkCreateSemaphore(device: bigint, info: Received<VkSemaphoreCreateInfo>) {
    const type = structInChain(info, 'VkSemaphoreTypeCreateInfo');
    const isTimeline = type?.semaphoreType === VkSemaphoreType.TIMELINE;
    return driver.objects.add(
      'VkSemaphore',
      createSyncObject(driver, {
        device,
        kind: PAYLOAD_KIND.semaphore,
        isTimeline,
        value: isTimeline ? type.initialValue : 0n,
        exportType: structInChain(info, 'VkExportSemaphoreCreateInfo')?.handleTypes ?? 0,
        name: structInChain(info, 'VkExportSemaphoreWin32HandleInfoKHR')?.name ?? undefined,
      }),
    );
  },
  vkDestroySemaphore: destroys(driver, 'VkSemaphore'),
  vkGetSemaphoreCounterValue(device: bigint, semaphore: bigint) {
    deviceOf(driver, device);
    runReadyBatches(driver);
    return timeline(driver, semaphore).value;
  },
  vkSignalSemaphore(device: bigint, { semaphore, value }: Received<VkSemaphoreSignalInfo>) {
    deviceOf(driver, device);
    const object = timeline(driver, semaphore);
    if (value <= object.value) throw invalid(`the value must be above ${object.value}, not ${value}`);
    object.value = value;
    runReadyBatches(driver);
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
  if (!object.isTimeline) throw invalid('it is not a timeline semaphore');
  return object;
}

/**
 * Answers at once, whatever the timeout: nothing runs in parallel here, so a value that is not reached now would not be
 * reached by waiting.
 */
function wait(
  driver: DriverState,
  device: bigint,
  waits: readonly { object: SyncObject; value: bigint }[],
  all: boolean,
): number {
  deviceOf(driver, device);
  runReadyBatches(driver);
  deviceOf(driver, device);
  const reached = ({ object, value }: (typeof waits)[number]) => object.reached(value);
  return (all ? waits.every(reached) : waits.some(reached)) ? VkResult.SUCCESS : VkResult.TIMEOUT;
}
