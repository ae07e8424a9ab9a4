// The objects of a driver and their handles. No value of a handle is used twice, so a stale one is always recognized.
import type { VkImageCreateInfo } from '../../ffi/types/structs.ts';
import type { PlaneFormat } from './format.ts';
import type { Received } from './received.ts';
import { invalid } from './refusal.ts';
import type { OwnHandle, Payload } from './sharing/payload.ts';
import type { SyncObject } from './sharing/sync-object.ts';

interface InstanceState {
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  readonly adapters: readonly bigint[];
}

/** A physical device, as one instance sees it. */
interface PhysicalDeviceState {
  readonly instance: bigint;
  /** Index among the driver's physical devices. */
  readonly index: number;
}

export interface DeviceState {
  readonly adapter: PhysicalDeviceState;
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  readonly queues: readonly bigint[];
  /** Why it was lost, if it was. */
  lost: string | undefined;
}

interface QueueState {
  readonly device: bigint;
  readonly family: number;
  readonly index: number;
  /** Batches that wait for a semaphore. */
  readonly pending: Batch[];
}

interface CommandPoolState {
  readonly device: bigint;
  readonly buffers: Set<bigint>;
}

export interface CommandBufferState {
  readonly pool: bigint;
  state: 'initial' | 'recording' | 'executable' | 'invalid';
  commands: (() => void)[];
}

export interface DeviceMemoryState {
  readonly device: bigint;
  readonly address: number;
  readonly size: number;
  readonly memoryType: number;
  /** The payload that it shares, if it is imported or exported. */
  readonly payload: Payload | undefined;
  readonly exported: OwnHandle | undefined;
  /** The handle type that it was imported from, 0 for memory of its own. */
  readonly importedType: number;
  /** The image or buffer that it was allocated for. */
  readonly dedicatedTo: bigint;
  isMapped: boolean;
  isFreed: boolean;
  release(): void;
}

/** What buffers and images have in common. */
export interface ResourceState {
  readonly device: bigint;
  readonly size: number;
  readonly memoryTypeBits: number;
  /** The external handle types whose memory may be bound to it. */
  readonly handleTypes: number;
  readonly needsDedicated: boolean;
  memory: DeviceMemoryState | undefined;
  /** Offset in the memory. */
  offset: number;
}

/** The layout of a plane of an image with a modifier. */
export interface PlaneLayout {
  readonly offset: number;
  readonly rowPitch: number;
}

export interface ImageState extends ResourceState {
  readonly info: Received<VkImageCreateInfo>;
  /** The planes of its format. */
  readonly planes: readonly PlaneFormat[];
  /** The DRM format modifier, if it has one. */
  readonly modifier: bigint | undefined;
  /** For an image with a modifier, one entry for each plane in memory. */
  readonly layouts: readonly PlaneLayout[] | undefined;
  /** For a disjoint image, whose planes are bound to memory separately: each plane. */
  readonly parts: readonly ResourceState[] | undefined;
}

interface SemaphoreUse {
  readonly semaphore: SyncObject;
  readonly value: bigint;
}

/** One VkSubmitInfo, of either version. */
export interface Batch {
  readonly waits: readonly SemaphoreUse[];
  readonly commandBuffers: readonly CommandBufferState[];
  readonly signals: readonly SemaphoreUse[];
  readonly keys: { readonly acquire: readonly KeyUse[]; readonly release: readonly KeyUse[] };
  /** Signalled when the batch has run. */
  fence: SyncObject | undefined;
}

export interface KeyUse {
  readonly memory: DeviceMemoryState;
  readonly payload: Payload;
  readonly key: bigint;
}

export interface MessengerState {
  readonly instance: bigint;
  readonly severities: number;
  readonly types: number;
  readonly callback: (...args: (number | bigint)[]) => unknown;
  readonly userData: bigint;
}

interface ObjectStates {
  VkInstance: InstanceState;
  VkPhysicalDevice: PhysicalDeviceState;
  VkDevice: DeviceState;
  VkQueue: QueueState;
  VkCommandPool: CommandPoolState;
  VkCommandBuffer: CommandBufferState;
  VkDeviceMemory: DeviceMemoryState;
  VkBuffer: ResourceState;
  VkImage: ImageState;
  VkSemaphore: SyncObject;
  VkFence: SyncObject;
  VkDebugUtilsMessengerEXT: MessengerState;
}
export type ObjectKind = keyof ObjectStates;

interface Live {
  readonly kind: ObjectKind;
  readonly state: ObjectStates[ObjectKind];
}

// One counter for all drivers of the thread, so that they do not share values; it fits into 32 bits, and so into any pointer.
let next = 0x1000_0000n;

export class Objects {
  readonly #live = new Map<bigint, Live>();

  add<K extends ObjectKind>(kind: K, state: ObjectStates[K]): bigint {
    const handle = next;
    next += 0x10n;
    this.#live.set(handle, { kind, state });
    return handle;
  }

  /** The object of a handle. @throws Refusal if it is not alive, or of another type */
  get<K extends ObjectKind>(kind: K, handle: bigint | null): ObjectStates[K] {
    const found = this.find(kind, handle);
    if (found === undefined) throw invalid(`0x${(handle ?? 0n).toString(16)} is not a live ${kind}`);
    return found;
  }

  find<K extends ObjectKind>(kind: K, handle: bigint | null): ObjectStates[K] | undefined {
    const live = this.#live.get(handle ?? 0n);
    return live?.kind === kind ? (live.state as ObjectStates[K]) : undefined;
  }

  /** Removes a handle. @returns its object; undefined for VK_NULL_HANDLE */
  remove<K extends ObjectKind>(kind: K, handle: bigint | null): ObjectStates[K] | undefined {
    if (handle === null || handle === 0n) return undefined;
    const state = this.get(kind, handle);
    this.#live.delete(handle);
    return state;
  }

  all<K extends ObjectKind>(kind: K): ObjectStates[K][] {
    return [...this.#live.values()].flatMap(live =>
      live.kind === kind ? [live.state as ObjectStates[K]] : [],
    );
  }

  /** Releases every object and forgets its handle. */
  clear(): void {
    for (const { state } of this.#live.values()) if ('release' in state) state.release();
    this.#live.clear();
  }

  /** Numbers of live objects by type, physical devices and queues included. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { kind } of this.#live.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }
}
