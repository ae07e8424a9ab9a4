// In: the driver's world.
// Out: fences and semaphores. Each is a 64-bit value in memory, so that sharing one is sharing memory.
import {
  VkExternalSemaphoreHandleTypeFlagBits as HandleType,
  VkFenceCreateFlagBits,
  VkSemaphoreWaitFlagBits,
} from '../../ffi/bitmasks.ts';
import { VkResult, VkSemaphoreType } from '../../ffi/enums.ts';
import type {
  VkFenceCreateInfo,
  VkSemaphoreCreateInfo,
  VkSemaphoreSignalInfo,
  VkSemaphoreWaitInfo,
} from '../../ffi/types.ts';
import type { HandleKind } from './handles.ts';
import * as payloads from './payload.ts';
import { progress } from './queue.ts';
import { chained, type Received } from './received.ts';
import { invalid, listOf } from './refusal.ts';
import { destroys, deviceOf, handlesOf, type Implementations, type World } from './world.ts';

const { SORT } = payloads;
export const VALUE_SIZE = 8;

/** A platform handle that an object keeps for itself, to make others from. */
export interface OwnHandle {
  readonly handle: bigint;
  readonly handleType: number;
  close(): void;
}

/** A semaphore or a fence: of a binary one, the value is 0 or 1. */
export class SyncObject {
  readonly device: bigint;
  readonly sort: payloads.Sort;
  readonly isTimeline: boolean;
  readonly exported: OwnHandle | undefined;
  #own: payloads.Mapping;
  #temporary: payloads.Mapping | undefined;

  constructor(
    device: bigint,
    sort: payloads.Sort,
    isTimeline: boolean,
    mapping: payloads.Mapping,
    exported?: OwnHandle,
  ) {
    this.device = device;
    this.sort = sort;
    this.isTimeline = isTimeline;
    this.exported = exported;
    this.#own = mapping;
  }

  get value(): bigint {
    return payloads.readWord((this.#temporary ?? this.#own).address);
  }

  set value(value: bigint) {
    payloads.writeWord((this.#temporary ?? this.#own).address, value);
  }

  /** Whether a wait for a value, or of a binary one for its signal, is over. */
  reached(value: bigint): boolean {
    return this.isTimeline ? this.value >= value : this.value === 1n;
  }

  /** A binary one is unsignalled again, and what was imported for this once is given up. */
  reset(): void {
    if (this.isTimeline) return;
    this.value = 0n;
    this.#temporary?.release();
    this.#temporary = undefined;
  }

  /** Takes another payload, for good or until the next reset. */
  adopt(mapping: payloads.Mapping, temporarily: boolean): void {
    this.#temporary?.release();
    this.#temporary = undefined;
    if (temporarily) this.#temporary = mapping;
    else {
      this.#own.release();
      this.#own = mapping;
    }
  }

  release(): void {
    this.#temporary?.release();
    this.#own.release();
    this.exported?.close();
  }
}

/** How a handle type is had here; a D3D fence is made outside, so it can be imported into a semaphore only. */
export function syncHandleKind(world: World, handleType: number, isForeign: boolean): HandleKind | undefined {
  switch (handleType) {
    case HandleType.OPAQUE_FD:
      return world.handles.fd === undefined ? undefined : 'fd';
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
  readonly sort: payloads.Sort;
  readonly isTimeline: boolean;
  readonly value: bigint;
  readonly exportType: number;
  readonly name: string | undefined;
}

function make(world: World, { device, sort, isTimeline, value, exportType, name }: Making): SyncObject {
  const { adapter } = deviceOf(world, device);
  const object = exportType === 0 ? unshared() : shared();
  object.value = value;
  return object;

  function unshared(): SyncObject {
    return new SyncObject(device, sort, isTimeline, payloads.heapMapping(VALUE_SIZE));
  }

  function shared(): SyncObject {
    const kind = syncHandleKind(world, exportType, false);
    if (kind === undefined) throw invalid(`it cannot be exported as handle type ${exportType}`);
    const handles = handlesOf(world, kind);
    const { handle, mapping } = handles.create(payloads.mappingSize(VALUE_SIZE), name);
    payloads.Payload.create(mapping, {
      sort,
      handleType: exportType,
      size: VALUE_SIZE,
      memoryType: -1,
      adapter: adapter.index,
    });
    const exported = { handle, handleType: exportType, close: () => handles.close(handle) };
    return new SyncObject(device, sort, isTimeline, mapping, exported);
  }
}

export const syncCommands = (world: World): Implementations => ({
  vkCreateFence: (device: bigint, info: Received<VkFenceCreateInfo>) =>
    world.objects.add(
      'VkFence',
      make(world, {
        device,
        sort: SORT.fence,
        isTimeline: false,
        value: info.flags & VkFenceCreateFlagBits.SIGNALED ? 1n : 0n,
        exportType: chained(info, 'VkExportFenceCreateInfo')?.handleTypes ?? 0,
        name: chained(info, 'VkExportFenceWin32HandleInfoKHR')?.name ?? undefined,
      }),
    ),
  vkDestroyFence: destroys(world, 'VkFence'),
  vkResetFences(_device: bigint, fences: bigint[]) {
    for (const fence of fences) world.objects.get('VkFence', fence).reset();
  },
  vkGetFenceStatus(device: bigint, fence: bigint) {
    deviceOf(world, device);
    progress(world);
    return world.objects.get('VkFence', fence).reached(1n) ? VkResult.SUCCESS : VkResult.NOT_READY;
  },
  vkWaitForFences(device: bigint, fences: bigint[], waitAll: boolean) {
    const waits = fences.map(fence => ({ object: world.objects.get('VkFence', fence), value: 1n }));
    return wait(world, device, waits, waitAll);
  },

  vkCreateSemaphore(device: bigint, info: Received<VkSemaphoreCreateInfo>) {
    const type = chained(info, 'VkSemaphoreTypeCreateInfo');
    return world.objects.add(
      'VkSemaphore',
      make(world, {
        device,
        sort: SORT.semaphore,
        isTimeline: type?.semaphoreType === VkSemaphoreType.TIMELINE,
        value: type?.initialValue ?? 0n,
        exportType: chained(info, 'VkExportSemaphoreCreateInfo')?.handleTypes ?? 0,
        name: chained(info, 'VkExportSemaphoreWin32HandleInfoKHR')?.name ?? undefined,
      }),
    );
  },
  vkDestroySemaphore: destroys(world, 'VkSemaphore'),
  vkGetSemaphoreCounterValue(device: bigint, semaphore: bigint) {
    deviceOf(world, device);
    progress(world);
    return timeline(world, semaphore).value;
  },
  vkSignalSemaphore(device: bigint, { semaphore, value }: Received<VkSemaphoreSignalInfo>) {
    deviceOf(world, device);
    const object = timeline(world, semaphore);
    if (value <= object.value) throw invalid(`a value above ${object.value} is due, not ${value}`);
    object.value = value;
    progress(world);
  },
  vkWaitSemaphores(device: bigint, info: Received<VkSemaphoreWaitInfo>) {
    const values = listOf(info.pValues);
    const waits = listOf(info.pSemaphores).map((semaphore, i) => ({
      object: timeline(world, semaphore),
      value: values[i] as bigint,
    }));
    return wait(world, device, waits, (info.flags & VkSemaphoreWaitFlagBits.ANY) === 0);
  },
});

function timeline(world: World, semaphore: bigint): SyncObject {
  const object = world.objects.get('VkSemaphore', semaphore);
  if (!object.isTimeline) throw invalid('it is no timeline semaphore');
  return object;
}

/**
 * Nothing here runs beside the caller, so what is not reached now would not be reached by waiting: whatever the
 * timeout, it is over at once.
 */
function wait(
  world: World,
  device: bigint,
  waits: readonly { object: SyncObject; value: bigint }[],
  all: boolean,
): number {
  deviceOf(world, device);
  progress(world);
  deviceOf(world, device);
  const reached = ({ object, value }: (typeof waits)[number]) => object.reached(value);
  return (all ? waits.every(reached) : waits.some(reached)) ? VkResult.SUCCESS : VkResult.TIMEOUT;
}
