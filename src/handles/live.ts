// A handle that lives, what goes with it, and what must go before it.
import { userOf } from './busy.ts';

/** A handle that lives. */
export interface Live {
  readonly type: string;
  readonly handle: bigint;
  /** The handle as it goes to C fastest. */
  readonly argument: number | bigint;
  /** Rises with each that is made. */
  readonly order: number;
  /** How often it was created: drivers may give the same value twice. */
  count: number;
  /** What it goes with: a set's pool, an image's swapchain. */
  parent: Live | undefined;
  children: Set<Live> | undefined;
  /** What was made for it and must go first: a surface's swapchains. */
  holders?: Set<Live>;
  /** Run when it goes. */
  undo: Set<() => void> | undefined;
  /** Of a dispatchable handle: what stands for it. */
  object: Ends | undefined;
  /** Run when Vulkan has taken it back. */
  ended: (() => void)[] | undefined;
  /** Whether it came from a command that creates, and not from one that only tells of it. */
  made: boolean;
  /** Where it was created, while leaks are tracked. */
  readonly place: string | undefined;
  /** Bytes of a VkDeviceMemory, where it is known. */
  size?: bigint;
  /** What later sizes follow from. */
  facts?: HandleFacts;
  /** Memory of the caller that Vulkan has the address of. */
  kept?: unknown;
}

/** What a handle was created with, as far as later sizes follow from it. */
export type HandleFacts = Readonly<Record<string, number>>;

/** What stands for a handle, and is told when that goes. */
export interface Ends {
  end(): void;
}

/** It goes with another from now on. */
export function join(entry: Live, parent: Live): void {
  entry.parent?.children?.delete(entry);
  entry.parent = parent;
  parent.children ??= new Set();
  parent.children.add(entry);
}

/** Neither can `held` go before `holder`. @returns what takes that back */
export function hold(held: Live, holder: Live): () => void {
  held.holders ??= new Set();
  const { holders } = held;
  holders.add(holder);
  return () => holders.delete(holder);
}

/** The name of a command that uses it, or what goes with it, and has not returned. */
export function liveUser(entry: Live): string | undefined {
  let user = userOf(entry);
  for (const child of entry.children ?? []) user ??= liveUser(child);
  return user;
}
