// In: the handles that Vulkan gave and took back.
// Out: which handles are alive under an instance or a device; one scope each, so nothing is stale and none is shared.
import { DISPATCHABLE_CLASSES } from './shape.ts';
import { registry } from './tables.ts';

interface Live {
  readonly type: string;
  readonly handle: bigint;
  /** How often it was created: drivers may give the same value twice. */
  count: number;
  /** What it goes with: a set's pool, an image's swapchain. */
  readonly parent: Live | undefined;
  children: Set<Live> | undefined;
  /** Run when it goes. */
  undo: (() => void)[] | undefined;
}

/** Makes the object of a dispatchable handle that Vulkan just gave to `self`; `created` reads its create info. */
export type Wrap = (handle: bigint, created: () => Record<string, unknown>, self: unknown) => object;

/** `process` stands above instances and holds no handle. */
export type Owner = 'process' | 'VkInstance' | 'VkDevice';

export class Scope {
  readonly owner: Owner;
  readonly parent: Scope | undefined;
  /** Makes the objects of this scope's dispatchable handles. */
  readonly wraps: Record<string, Wrap> = {};
  /** Live handles by {@link liveIndex} of their type. */
  readonly live: (Map<bigint, Live> | undefined)[] = [];
  readonly #undo: (() => void)[] = [];
  #ended = false;

  constructor(owner: Owner, parent?: Scope) {
    this.owner = owner;
    this.parent = parent;
  }

  /** False once the instance or device is destroyed. */
  get alive(): boolean {
    return !this.#ended && (this.parent?.alive ?? true);
  }

  /** Whether this scope, or the one above, is `scope`. */
  within(scope: Scope): boolean {
    return scope === this || scope === this.parent;
  }

  has(type: string, handle: bigint): boolean {
    return this.#of(type).live[liveIndex(type)]?.has(handle) ?? false;
  }

  /** A handle came out of Vulkan; `created` counts each time, a getter gives what is known already. */
  add(type: string, handle: bigint, created: boolean, from?: { type: string; handle: bigint }): void {
    const { live } = this.#of(type);
    const index = liveIndex(type);
    live[index] ??= new Map();
    const handles = live[index];
    const known = handles.get(handle);
    if (known !== undefined) {
      if (created) known.count++;
      return;
    }
    const parent = from && this.#entry(from.type, from.handle);
    const entry = { type, handle, count: 1, parent, children: undefined, undo: undefined };
    handles.set(handle, entry);
    if (parent === undefined) return;
    parent.children ??= new Set();
    parent.children.add(entry);
  }

  /** A handle was given back to Vulkan. */
  remove(type: string, handle: bigint): void {
    const entry = this.#entry(type, handle);
    if (entry === undefined || --entry.count > 0) return;
    this.clear(type, handle);
    this.#of(type).live[liveIndex(type)]?.delete(handle);
    entry.parent?.children?.delete(entry);
    for (const undo of entry.undo ?? []) undo();
  }

  /** What belongs to a handle goes, the handle stays: a descriptor pool was reset. */
  clear(type: string, handle: bigint): void {
    for (const child of [...(this.#entry(type, handle)?.children ?? [])]) {
      child.count = 1;
      this.remove(child.type, child.handle);
    }
  }

  /** `add` for a handle of this very scope that was created and goes with nothing. */
  create(index: number, type: string, handle: bigint): void {
    this.live[index] ??= new Map();
    const handles = this.live[index];
    const known = handles.get(handle);
    if (known !== undefined) known.count++;
    else
      handles.set(handle, {
        type,
        handle,
        count: 1,
        parent: undefined,
        children: undefined,
        undo: undefined,
      });
  }

  /** Runs `undo` when the handle is destroyed, or with the scope where no handle is named. */
  whenGone(undo: () => void, type?: string, handle?: bigint): void {
    const entry = type === undefined ? undefined : this.#entry(type, handle as bigint);
    if (entry === undefined) {
      this.#undo.push(undo);
      return;
    }
    entry.undo ??= [];
    entry.undo.push(undo);
  }

  /** Ends the scope: the instance or device is destroyed. */
  end(): void {
    this.#ended = true;
    for (const handles of this.live.splice(0))
      for (const entry of handles?.values() ?? []) for (const undo of entry.undo ?? []) undo();
    for (const undo of this.#undo.splice(0)) undo();
  }

  #entry(type: string, handle: bigint): Live | undefined {
    return this.#of(type).live[liveIndex(type)]?.get(handle);
  }

  /** Surfaces, displays and messengers belong to the instance, the rest to the device. */
  #of(type: string): Scope {
    return this.parent !== undefined && !belongsToDevice(type) ? this.parent : this;
  }
}

const indices = new Map<string, number>();

/** A handle type's place in `live`. */
export function liveIndex(type: string): number {
  let index = indices.get(type);
  if (index === undefined) {
    index = indices.size;
    indices.set(type, index);
  }
  return index;
}

const levels = new Map<string, boolean>();

/** Surfaces, displays and messengers belong to the instance, the rest to the device. */
export function belongsToDevice(type: string): boolean {
  let known = levels.get(type);
  if (known === undefined) {
    const fact = registry.fact(type);
    const parent = fact.kind === 'handle' ? fact.row.parent : '';
    known = type === 'VkDevice' || (parent !== '' && belongsToDevice(parent));
    levels.set(type, known);
  }
  return known;
}

export const isDispatchable = (type: string): boolean => DISPATCHABLE_CLASSES.includes(type);
