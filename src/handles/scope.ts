// The handles that are alive under one instance or device: each has a scope of its own, which ends with it.
import { nativeArgument } from '../native/uint64.ts';
import { callbacks } from './busy.ts';
import { HandleTable } from './handle-table.ts';
import { belongsToDevice, destroyCommand, liveIndex } from './handle-type.ts';
import { type Leak, placeOf, tracked } from './leak.ts';
import { addDependent, type Endable, type HandleFacts, type LiveHandle, setParent } from './live.ts';
import { runAll } from './run-all.ts';

/**
 * How many handles were destroyed in this thread. A call compares it before and after reading its arguments, since a
 * getter may have destroyed a handle.
 */
export let destroyCount = 0;

/** How many handles were added to scopes so far. */
let handleCount = 0;

/** Reads members of the create info as C saw them; for an array its count must be named too. */
type Created = (...names: string[]) => Record<string, unknown>;

/** Creates the object of a dispatchable handle that a method of `self` returned. */
export type Wrap = (handle: bigint, created: Created, self: unknown) => object;

/** What a scope belongs to; `process` is above the instances and has no handle. */
type Owner = 'process' | 'VkInstance' | 'VkDevice';

let fateOfAll: string | undefined;

/** Ends all scopes at once, without a native call. @param fate what errors then say */
export function endAll(fate: string): void {
  fateOfAll = fate;
  // This keeps compiled methods from running, and makes the process end before C can call anything.
  callbacks.registered = Number.POSITIVE_INFINITY;
}

/** The live handles under the process, an instance or a device. */
export class Scope {
  readonly owner: Owner;
  readonly parent: Scope | undefined;
  /** Creates the objects of dispatchable handles, by their type. */
  readonly wraps: Record<string, Wrap> = {};
  /** Live handles, by the {@link liveIndex} of their type. */
  readonly live: (HandleTable<LiveHandle> | undefined)[] = [];
  /** The handle of the instance or device. */
  readonly handle: bigint;
  /** Whether this library created that handle, rather than adopted it. */
  readonly created: boolean;
  /** Destroys the instance or device with everything created from it; undefined for a scope that has none. */
  dispose: (() => void) | undefined;
  /** How many of its handles cannot be destroyed on their own: a swapchain's images, a surface with a swapchain. */
  related = 0;
  /** Of a device: its instance's scope. */
  readonly #instanceScope: Scope | undefined;
  readonly #place: string | undefined = placeOf?.();
  /** The scopes of an instance's devices, in order of creation. */
  readonly inner = new Set<Scope>();
  readonly #beforeDestroy = new Set<() => void>();
  readonly #afterDestroy: (() => void)[] = [];
  /** Why it ended, once it has: `was destroyed`. */
  #fate: string | undefined;

  constructor(owner: Owner, parent?: Scope, handle = 0n, made = true) {
    this.owner = owner;
    this.parent = parent;
    this.handle = handle;
    this.created = made;
    this.#instanceScope = owner === 'VkDevice' ? parent : undefined;
    if (parent !== undefined) parent.inner.add(this);
    if (owner !== 'process') tracked?.add(this);
  }

  /**
   * What must be destroyed before the scope may end, in order of creation; what is destroyed with its pool is left out.
   */
  leaks(): Leak[] {
    const inner = [...this.inner].filter(s => s.created);
    const devices = inner.map(s => ({ type: s.owner, handle: s.handle, place: s.#place }));
    const handles = this.live.flatMap(entries => entries?.values() ?? []);
    const mine = handles.filter(
      h => h.created && h.parent === undefined && destroyCommand(h.type) !== undefined,
    );
    mine.sort((a, b) => a.order - b.order);
    return [...devices, ...mine.map(({ type, handle, place }) => ({ type, handle, place }))];
  }

  /** Why it, or what it belongs to, ended, as errors say it; undefined while it is alive. */
  get fate(): string | undefined {
    return (
      fateOfAll ?? this.#fate ?? (this.#instanceScope === undefined ? undefined : this.#instanceScope.#fate)
    );
  }

  /** False once the instance or device is destroyed. */
  get alive(): boolean {
    return this.fate === undefined;
  }

  /** Whether `scope` is this one or its parent. */
  within(scope: Scope): boolean {
    return scope === this || scope === this.parent;
  }

  has(type: string, handle: bigint): boolean {
    return this.entry(type, handle) !== undefined;
  }

  /** The entry of a live handle; undefined if it is not alive here. */
  entry(type: string, handle: bigint): LiveHandle | undefined {
    return this.#scopeOf(type).live[liveIndex(type)]?.get(handle);
  }

  /** Whether the handle is this scope's own, or is alive in it, in its parent or in its devices. */
  includes(type: string, handle: bigint): boolean {
    if (type === 'VkInstance' || type === 'VkDevice') {
      if (type === this.owner) return handle === this.handle;
      return type === 'VkInstance' ? this.parent?.handle === handle : this.#anyInner(type, handle);
    }
    return this.has(type, handle) || this.#anyInner(type, handle);
  }

  #anyInner(type: string, handle: bigint): boolean {
    return [...this.inner].some(scope => scope.includes(type, handle));
  }

  /**
   * Adds a handle that Vulkan returned: a created one counts each time, one from a getter only once.
   * @param into collects what was created
   */
  add(
    type: string,
    handle: bigint,
    created: boolean,
    from?: { type: string; handle: bigint },
    into?: LiveHandle[],
  ): void {
    const parent = from && this.entry(from.type, from.handle);
    this.#scopeOf(type).create(liveIndex(type), type, handle, created, parent, into);
  }

  /**
   * Removes a handle before Vulkan destroys it: from now on it cannot be used.
   * @returns what to run when Vulkan has destroyed it
   */
  remove(type: string, handle: bigint): readonly (() => void)[] {
    return this.#scopeOf(type).destroy(liveIndex(type), handle);
  }

  /** Removes a handle's children and keeps the handle, as when a descriptor pool is reset. */
  clear(type: string, handle: bigint): void {
    for (const child of [...(this.entry(type, handle)?.children ?? [])]) {
      child.count = 1;
      this.remove(child.type, child.handle);
    }
  }

  /** `add` for a handle of this scope itself, not of its parent. */
  create(
    index: number,
    type: string,
    handle: bigint,
    created = true,
    parent?: LiveHandle,
    into?: LiveHandle[],
  ): void {
    if (handle === 0n) return;
    this.live[index] ??= new HandleTable();
    const handles = this.live[index];
    const place = handles.find(handle);
    const known = handles.at(place);
    if (known !== undefined) {
      // An adopted handle was destroyed by other code, and the driver has returned its value again.
      if (created && known.created) known.count++;
      else known.created ||= created;
      if (created) into?.push(known);
      // A new swapchain may have the same images as the old one.
      else if (parent !== undefined && known.parent !== undefined && known.parent !== parent) {
        setParent(known, parent);
      }
      return;
    }
    const entry: LiveHandle = {
      type,
      handle,
      argument: nativeArgument(handle),
      order: ++handleCount,
      count: 1,
      parent,
      children: undefined,
      beforeDestroy: undefined,
      object: undefined,
      afterDestroy: undefined,
      created,
      place: created ? placeOf?.() : undefined,
    };
    handles.put(place, entry);
    if (created) into?.push(entry);
    if (parent === undefined) return;
    setParent(entry, parent);
    if (!created) this.related++;
  }

  /** `remove` for a handle of this scope itself, not of its parent. */
  destroy(index: number, handle: bigint): readonly (() => void)[] {
    const handles = this.live[index];
    if (handles === undefined) return NOTHING;
    const place = handles.find(handle);
    const entry = handles.at(place);
    if (entry === undefined) return NOTHING;
    if (entry.count > 1) {
      entry.count--;
      return NOTHING;
    }
    // First, since nothing has changed yet if one of them throws.
    if (entry.beforeDestroy !== undefined) runAll(entry.beforeDestroy);
    destroyCount++;
    if (!entry.created && entry.parent !== undefined) this.related--;
    if (entry.children !== undefined) this.clear(entry.type, handle);
    const isMoved = entry.beforeDestroy !== undefined || entry.children !== undefined;
    handles.free(isMoved ? handles.find(handle) : place);
    entry.parent?.children?.delete(entry);
    entry.object?.end();
    return entry.afterDestroy ?? NOTHING;
  }

  /**
   * Runs `undo` just before the handle is destroyed, or before the scope ends if no handle is named.
   * @returns a function that cancels it
   */
  beforeDestroy(undo: () => void, type?: string, handle?: bigint): () => void {
    const entry = type === undefined ? undefined : this.entry(type, handle as bigint);
    let undos = this.#beforeDestroy;
    if (entry !== undefined) {
      entry.beforeDestroy ??= new Set();
      undos = entry.beforeDestroy;
    }
    undos.add(undo);
    return () => undos.delete(undo);
  }

  /** Refuses to destroy a handle before one that was created for it. */
  addDependent(type: string, handle: bigint, byType: string, by: bigint): void {
    const [held, holder] = [this.entry(type, handle), this.entry(byType, by)];
    if (held === undefined || holder === undefined) return;
    const scope = this.#scopeOf(type);
    const release = addDependent(held, holder);
    scope.related++;
    this.beforeDestroy(
      () => {
        release();
        scope.related--;
      },
      byType,
      by,
    );
  }

  /** Sets the object of a handle; an older object with the same handle ends. */
  setObject(type: string, handle: bigint, object: Endable): void {
    const entry = this.entry(type, handle)!;
    entry.object?.end();
    entry.object = object;
  }

  objectOf(type: string, handle: bigint): Endable | undefined {
    return this.entry(type, handle)?.object;
  }

  /** Runs `end` when Vulkan has destroyed the handle, or the scope's own if none is named. */
  afterDestroy(end: () => void, type?: string, handle?: bigint): void {
    const entry = type === undefined ? undefined : this.entry(type, handle as bigint);
    if (entry === undefined) this.#afterDestroy.push(end);
    else {
      entry.afterDestroy ??= [];
      entry.afterDestroy.push(end);
    }
  }

  /** Ends the views of a memory that was unmapped. */
  unmap(memory: bigint): void {
    const entry = this.entry('VkDeviceMemory', memory);
    runAll(entry?.beforeDestroy);
    entry?.beforeDestroy?.clear();
  }

  /** Bytes of a memory, if known. */
  sizeOf(memory: bigint): bigint | undefined {
    return this.entry('VkDeviceMemory', memory)?.size;
  }

  /** Keeps an object of the caller alive as long as the handle. */
  keepAlive(type: string, handle: bigint, object: unknown): void {
    const entry = this.entry(type, handle);
    if (entry !== undefined) entry.keptAlive = [entry.keptAlive, object];
  }

  /** What was noted about a handle; undefined if nothing was. */
  factsOf(type: string, handle: bigint): HandleFacts | undefined {
    return this.entry(type, handle)?.facts;
  }

  setFacts(type: string, handle: bigint, facts: HandleFacts): void {
    const entry = this.entry(type, handle);
    if (entry !== undefined) entry.facts = facts;
  }

  setSize(memory: bigint, size: bigint): void {
    const entry = this.entry('VkDeviceMemory', memory);
    if (entry !== undefined && size > 0n) entry.size = size;
  }

  /** This scope, and others of the same handle: an instance or device may be adopted more than once. */
  scopesOfHandle(): Scope[] {
    const siblings = this.parent?.scopesOfHandle().flatMap(scope => [...scope.inner]) ?? [this];
    return siblings.filter(scope => scope.owner === this.owner && scope.handle === this.handle);
  }

  /** All scopes below this one. */
  descendants(): Scope[] {
    return [...this.inner].flatMap(scope => [scope, ...scope.descendants()]);
  }

  /**
   * Ends the scope before its instance or device is destroyed: from now on it cannot be used.
   * @returns what to run when Vulkan has destroyed it
   */
  end(fate = 'was destroyed'): readonly (() => void)[] {
    const entries = this.live.flatMap(handles => handles?.values() ?? []);
    runAll(entries.flatMap(({ beforeDestroy }) => [...(beforeDestroy ?? [])]));
    this.#fate = fate;
    destroyCount++;
    if (this.parent !== undefined) this.parent.inner.delete(this);
    tracked?.delete(this);
    // Devices that were adopted are still there, and are useless without their instance.
    const inner = [...this.inner].flatMap(scope => scope.end(fate));
    this.live.length = 0;
    for (const entry of entries) entry.object?.end();
    runAll(this.#beforeDestroy);
    this.#beforeDestroy.clear();
    return [...inner, ...entries.flatMap(entry => entry.afterDestroy ?? []), ...this.#afterDestroy.splice(0)];
  }

  /** Surfaces, displays and messengers belong to the instance, the rest to the device. */
  #scopeOf(type: string): Scope {
    return this.owner === 'VkDevice' && this.parent !== undefined && !belongsToDevice(type)
      ? this.parent
      : this;
  }
}

const NOTHING: readonly never[] = [];
