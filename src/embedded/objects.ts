// In: what a driver makes for its callers.
// Out: the handles that stand for it. A handle's value is never given twice, so a stale one is always known as such.
import type { DeviceMemory } from './memory.ts';
import type { Messenger } from './messenger.ts';
import type { Batch } from './queue.ts';
import type { CommandBuffer } from './record.ts';
import { invalid } from './refusal.ts';
import type { ImageResource, Resource } from './resource.ts';
import type { SyncObject } from './sync.ts';

export interface Instance {
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  readonly adapters: readonly bigint[];
}

/** A physical device, as one instance sees it. */
export interface Adapter {
  readonly instance: bigint;
  /** Which of the driver's physical devices it is. */
  readonly index: number;
}

export interface Device {
  readonly adapter: Adapter;
  readonly apiVersion: number;
  readonly extensions: ReadonlySet<string>;
  readonly queues: readonly bigint[];
  /** Why it was lost, if it was. */
  lost: string | undefined;
}

export interface Queue {
  readonly device: bigint;
  readonly family: number;
  readonly index: number;
  /** Submitted, and waiting for a semaphore. */
  readonly pending: Batch[];
}

export interface CommandPool {
  readonly device: bigint;
  readonly buffers: Set<bigint>;
}

interface Kinds {
  VkInstance: Instance;
  VkPhysicalDevice: Adapter;
  VkDevice: Device;
  VkQueue: Queue;
  VkCommandPool: CommandPool;
  VkCommandBuffer: CommandBuffer;
  VkDeviceMemory: DeviceMemory;
  VkBuffer: Resource;
  VkImage: ImageResource;
  VkSemaphore: SyncObject;
  VkFence: SyncObject;
  VkDebugUtilsMessengerEXT: Messenger;
}
export type Kind = keyof Kinds;

interface Live {
  readonly kind: Kind;
  readonly state: Kinds[Kind];
}

// One count for the process: what one driver gave is nothing to another. 32 bits hold it, and so a pointer.
let next = 0x1000_0000n;

export class Objects {
  readonly #live = new Map<bigint, Live>();

  add<K extends Kind>(kind: K, state: Kinds[K]): bigint {
    const handle = next;
    next += 0x10n;
    this.#live.set(handle, { kind, state });
    return handle;
  }

  /** What a handle stands for. @throws Refusal for one that is not alive, or of another type */
  get<K extends Kind>(kind: K, handle: bigint | null): Kinds[K] {
    const found = this.find(kind, handle);
    if (found === undefined) throw invalid(`0x${(handle ?? 0n).toString(16)} is no live ${kind}`);
    return found;
  }

  find<K extends Kind>(kind: K, handle: bigint | null): Kinds[K] | undefined {
    const live = this.#live.get(handle ?? 0n);
    return live?.kind === kind ? (live.state as Kinds[K]) : undefined;
  }

  /** Takes a handle back and gives what it stood for; VK_NULL_HANDLE is nothing to take back. */
  remove<K extends Kind>(kind: K, handle: bigint | null): Kinds[K] | undefined {
    if (handle === null || handle === 0n) return undefined;
    const state = this.get(kind, handle);
    this.#live.delete(handle);
    return state;
  }

  all<K extends Kind>(kind: K): Kinds[K][] {
    return [...this.#live.values()].flatMap(live => (live.kind === kind ? [live.state as Kinds[K]] : []));
  }

  /** Forgets every handle and gives back what is behind them. */
  clear(): void {
    for (const { state } of this.#live.values()) if ('release' in state) state.release();
    this.#live.clear();
  }

  /** Live objects by type; what came with an instance or a device (its GPUs, its queues) goes with it. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { kind } of this.#live.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }
}
