// A handle that is alive, what is destroyed with it, and what must be destroyed before it.
import { commandUsing } from './busy.ts';

/** A handle that is alive. */
export interface LiveHandle {
  readonly type: string;
  readonly handle: bigint;
  /** The handle in the form that koffi passes fastest. */
  readonly argument: number | bigint;
  /** The position in the order of creation. */
  readonly order: number;
  /** How often it was created: drivers may return the same value twice. */
  count: number;
  /** What it is destroyed with: a set's pool, an image's swapchain. */
  parent: LiveHandle | undefined;
  children: Set<LiveHandle> | undefined;
  /** What must be destroyed before it: a surface's swapchains. */
  dependents?: Set<LiveHandle>;
  /** Run when it is about to be destroyed. */
  beforeDestroy: Set<() => void> | undefined;
  /** Of a dispatchable handle: its object. */
  object: Endable | undefined;
  /** Run when Vulkan has destroyed it. */
  afterDestroy: (() => void)[] | undefined;
  /** Whether a command created it, rather than only returned it. */
  created: boolean;
  /** Where it was created, if leaks are tracked. */
  readonly place: string | undefined;
  /** Bytes of a VkDeviceMemory, if known. */
  size?: bigint;
  /** What it was created with, for later checks of sizes. */
  facts?: HandleFacts;
  /** Memory of the script whose address Vulkan keeps: it must live as long as the handle. */
  keptAlive?: unknown;
}

/** What a handle was created with, as far as later checks need it. */
export type HandleFacts = Readonly<Record<string, number>>;

/** The object of a handle, which ends with it. */
export interface Endable {
  end(): void;
}

/** From now on it is destroyed with another. */
export function setParent(entry: LiveHandle, parent: LiveHandle): void {
  entry.parent?.children?.delete(entry);
  entry.parent = parent;
  parent.children ??= new Set();
  parent.children.add(entry);
}

/** `dependent` must be destroyed before `entry`. @returns a function that undoes it */
export function addDependent(entry: LiveHandle, dependent: LiveHandle): () => void {
  entry.dependents ??= new Set();
  const { dependents } = entry;
  dependents.add(dependent);
  return () => dependents.delete(dependent);
}

/** The name of a command that uses it, or one of its children, and has not returned. */
export function commandUsingEntry(entry: LiveHandle): string | undefined {
  let user = commandUsing(entry);
  for (const child of entry.children ?? []) user ??= commandUsingEntry(child);
  return user;
}
