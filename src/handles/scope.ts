// Which handles are alive under one instance or device; each has its own scope, so none is stale and none is
// shared.

import { nativeArgument } from '../native/uint64.ts';
import { callbacks } from './busy.ts';
import { HandleTable } from './handle-table.ts';
import { belongsToDevice, destroyCommand, liveIndex } from './handle-type.ts';
import { type Ends, type HandleFacts, hold, join, type Live } from './live.ts';
import { runAll } from './run-all.ts';

/** What was created and not given back. */
export interface Left {
  /** Its C type: `'VkBuffer'`. */
  readonly type: string;
  /** Its handle. */
  readonly handle: bigint;
  /** Where it was created, a line of a stack; undefined where that was not noted. */
  readonly place: string | undefined;
}

/** Tells where a script creates something; undefined where nobody wants to know, which costs nothing. */
let placeOf: (() => string | undefined) | undefined;
/** Scopes that live, while leaks are tracked. */
export let tracked: Set<Scope> | undefined;

export function track(place: () => string | undefined): void {
  placeOf = place;
  tracked ??= new Set();
}

/** How many handles were destroyed in this thread: a call sees by it whether a getter of its arguments took something away. */
export let destroyCount = 0;

/** How many handles were made known so far. */
let made = 0;

/** Members of the create info as C saw them; of an array its count has to be named too. */
type Created = (...names: string[]) => Record<string, unknown>;

/** Makes the object of a dispatchable handle that Vulkan just gave to `self`. */
export type Wrap = (handle: bigint, created: Created, self: unknown) => object;

/** `process` stands above instances and holds no handle. */
export type Owner = 'process' | 'VkInstance' | 'VkDevice';

let fateOfAll: string | undefined;

/** Ends everything at once, without a call. @param fate what errors say of it */
export function endAll(fate: string): void {
  fateOfAll = fate;
  // No compiled method runs from now on, and the process ends before C finds out.
  callbacks.known = Number.POSITIVE_INFINITY;
}

export class Scope {
  readonly owner: Owner;
  readonly parent: Scope | undefined;
  /** Makes the objects of this scope's dispatchable handles. */
  readonly wraps: Record<string, Wrap> = {};
  /** Live handles by {@link liveIndex} of their type. */
  readonly live: (HandleTable<Live> | undefined)[] = [];
  /** The handle that it is the scope of. */
  readonly handle: bigint;
  /** Whether this library created that handle; another one's is not ours to miss. */
  readonly made: boolean;
  /** Ends what it is the scope of with all that was made from it; undefined for what nothing ends so. */
  dispose: (() => void) | undefined;
  /** How many of its handles cannot be destroyed by themselves: a swapchain's images, surfaces under a swapchain. */
  related = 0;
  /** Of a device: its instance's. */
  readonly #above: Scope | undefined;
  readonly #place: string | undefined = placeOf?.();
  /** Of the devices that were made from an instance, in that order. */
  readonly inner = new Set<Scope>();
  readonly #undo = new Set<() => void>();
  readonly #whenEnded: (() => void)[] = [];
  /** What became of it, once it has ended. */
  #fate: string | undefined;

  constructor(owner: Owner, parent?: Scope, handle = 0n, made = true) {
    this.owner = owner;
    this.parent = parent;
    this.handle = handle;
    this.made = made;
    this.#above = owner === 'VkDevice' ? parent : undefined;
    if (parent !== undefined) parent.inner.add(this);
    if (owner !== 'process') tracked?.add(this);
  }

  /**
   * What must be given back before the scope may end, as it was made: pools take what was allocated from them along.
   */
  left(): Left[] {
    const inner = [...this.inner].filter(s => s.made);
    const devices = inner.map(s => ({ type: s.owner, handle: s.handle, place: s.#place }));
    const handles = this.live.flatMap(entries => entries?.values() ?? []);
    const mine = handles.filter(
      h => h.made && h.parent === undefined && destroyCommand(h.type) !== undefined,
    );
    mine.sort((a, b) => a.order - b.order);
    return [...devices, ...mine.map(({ type, handle, place }) => ({ type, handle, place }))];
  }

  /** What became of it or of what it belongs to, for an error: undefined while it lives. */
  get fate(): string | undefined {
    return fateOfAll ?? this.#fate ?? (this.#above === undefined ? undefined : this.#above.#fate);
  }

  /** False once the instance or device is destroyed. */
  get alive(): boolean {
    return this.fate === undefined;
  }

  /** Whether this scope, or the one above, is `scope`. */
  within(scope: Scope): boolean {
    return scope === this || scope === this.parent;
  }

  has(type: string, handle: bigint): boolean {
    return this.entry(type, handle) !== undefined;
  }

  /** What is known of a live handle. */
  entry(type: string, handle: bigint): Live | undefined {
    return this.#of(type).live[liveIndex(type)]?.get(handle);
  }

  /** Whether anything of a type has the handle: what it is the scope of, what lives in it, above it, or on its devices. */
  knows(type: string, handle: bigint): boolean {
    if (type === 'VkInstance' || type === 'VkDevice') {
      if (type === this.owner) return handle === this.handle;
      return type === 'VkInstance' ? this.parent?.handle === handle : this.#anyInner(type, handle);
    }
    return this.has(type, handle) || this.#anyInner(type, handle);
  }

  #anyInner(type: string, handle: bigint): boolean {
    return [...this.inner].some(scope => scope.knows(type, handle));
  }

  /**
   * A handle came out of Vulkan; `created` counts each time, a getter gives what is known already.
   * @param into gets what was created
   */
  add(
    type: string,
    handle: bigint,
    created: boolean,
    from?: { type: string; handle: bigint },
    into?: Live[],
  ): void {
    const parent = from && this.entry(from.type, from.handle);
    this.#of(type).create(liveIndex(type), type, handle, created, parent, into);
  }

  /**
   * A handle is given back to Vulkan: from now on nobody can use it.
   * @returns what to run when Vulkan has it
   */
  remove(type: string, handle: bigint): readonly (() => void)[] {
    return this.#of(type).destroy(liveIndex(type), handle);
  }

  /** What belongs to a handle goes, the handle stays: a descriptor pool was reset. */
  clear(type: string, handle: bigint): void {
    for (const child of [...(this.entry(type, handle)?.children ?? [])]) {
      child.count = 1;
      this.remove(child.type, child.handle);
    }
  }

  /** `add` for a handle of this very scope. */
  create(index: number, type: string, handle: bigint, created = true, parent?: Live, into?: Live[]): void {
    if (handle === 0n) return;
    this.live[index] ??= new HandleTable();
    const handles = this.live[index];
    const place = handles.find(handle);
    const known = handles.at(place);
    if (known !== undefined) {
      // One that was adopted has gone without a word, and its value was given out again.
      if (created && known.made) known.count++;
      else known.made ||= created;
      if (created) into?.push(known);
      // A new swapchain may have the images of the old one.
      else if (parent !== undefined && known.parent !== undefined && known.parent !== parent) {
        join(known, parent);
      }
      return;
    }
    const entry: Live = {
      type,
      handle,
      argument: nativeArgument(handle),
      order: ++made,
      count: 1,
      parent,
      children: undefined,
      undo: undefined,
      object: undefined,
      ended: undefined,
      made: created,
      place: created ? placeOf?.() : undefined,
    };
    handles.put(place, entry);
    if (created) into?.push(entry);
    if (parent === undefined) return;
    join(entry, parent);
    if (!created) this.related++;
  }

  /** `remove` for a handle of this very scope. */
  destroy(index: number, handle: bigint): readonly (() => void)[] {
    const handles = this.live[index];
    if (handles === undefined) return NOTHING;
    const place = handles.find(handle);
    const entry = handles.at(place);
    if (entry === undefined || entry.handle !== handle) return NOTHING;
    if (entry.count > 1) {
      entry.count--;
      return NOTHING;
    }
    // Where one of them cannot be undone, nothing has gone yet.
    if (entry.undo !== undefined) runAll(entry.undo);
    destroyCount++;
    if (!entry.made && entry.parent !== undefined) this.related--;
    if (entry.children !== undefined) this.clear(entry.type, handle);
    const isMoved = entry.undo !== undefined || entry.children !== undefined;
    handles.free(isMoved ? handles.find(handle) : place);
    entry.parent?.children?.delete(entry);
    entry.object?.end();
    return entry.ended ?? NOTHING;
  }

  /**
   * Runs `undo` when the handle is destroyed, or with the scope where no handle is named.
   * @returns what takes that back
   */
  whenGone(undo: () => void, type?: string, handle?: bigint): () => void {
    const entry = type === undefined ? undefined : this.entry(type, handle as bigint);
    let undos = this.#undo;
    if (entry !== undefined) {
      entry.undo ??= new Set();
      undos = entry.undo;
    }
    undos.add(undo);
    return () => undos.delete(undo);
  }

  /** A handle cannot go before another one that was made for it. */
  hold(type: string, handle: bigint, byType: string, by: bigint): void {
    const [held, holder] = [this.entry(type, handle), this.entry(byType, by)];
    if (held === undefined || holder === undefined) return;
    const scope = this.#of(type);
    const release = hold(held, holder);
    scope.related++;
    this.whenGone(
      () => {
        release();
        scope.related--;
      },
      byType,
      by,
    );
  }

  /** The object that stands for a handle; an older one's handle has gone. */
  setObject(type: string, handle: bigint, object: Ends): void {
    const entry = this.entry(type, handle)!;
    entry.object?.end();
    entry.object = object;
  }

  objectOf(type: string, handle: bigint): Ends | undefined {
    return this.entry(type, handle)?.object;
  }

  /** Runs `end` when Vulkan has taken the handle back, or the scope's own where none is named. */
  whenEnded(end: () => void, type?: string, handle?: bigint): void {
    const entry = type === undefined ? undefined : this.entry(type, handle as bigint);
    if (entry === undefined) this.#whenEnded.push(end);
    else {
      entry.ended ??= [];
      entry.ended.push(end);
    }
  }

  /** A memory was unmapped: who has a view of it is told. */
  unmap(memory: bigint): void {
    const entry = this.entry('VkDeviceMemory', memory);
    runAll(entry?.undo);
    entry?.undo?.clear();
  }

  /** Bytes of a memory, where they are known. */
  sizeOf(memory: bigint): bigint | undefined {
    return this.entry('VkDeviceMemory', memory)?.size;
  }

  /** Keeps an object of the caller while the handle lives. */
  keep(type: string, handle: bigint, object: unknown): void {
    const entry = this.entry(type, handle);
    if (entry !== undefined) entry.kept = [entry.kept, object];
  }

  /** What was learnt of a handle; undefined where nothing was. */
  factsOf(type: string, handle: bigint): HandleFacts | undefined {
    return this.entry(type, handle)?.facts;
  }

  learn(type: string, handle: bigint, facts: HandleFacts): void {
    const entry = this.entry(type, handle);
    if (entry !== undefined) entry.facts = facts;
  }

  setSize(memory: bigint, size: bigint): void {
    const entry = this.entry('VkDeviceMemory', memory);
    if (entry !== undefined && size > 0n) entry.size = size;
  }

  /** Itself, and what else was wrapped around the same handle. */
  twins(): Scope[] {
    const beside = this.parent?.twins().flatMap(scope => [...scope.inner]) ?? [this];
    return beside.filter(scope => scope.owner === this.owner && scope.handle === this.handle);
  }

  /** Those below it, however deep. */
  all(): Scope[] {
    return [...this.inner].flatMap(scope => [scope, ...scope.all()]);
  }

  /**
   * Ends the scope: the instance or device is being destroyed, and nobody can use it from now on.
   * @returns what to run when it is
   */
  end(fate = 'was destroyed'): readonly (() => void)[] {
    const entries = this.live.flatMap(handles => handles?.values() ?? []);
    runAll(entries.flatMap(({ undo }) => [...(undo ?? [])]));
    this.#fate = fate;
    destroyCount++;
    if (this.parent !== undefined) this.parent.inner.delete(this);
    tracked?.delete(this);
    // Devices that other code made were not counted, and are of no use without their instance.
    const inner = [...this.inner].flatMap(scope => scope.end(fate));
    this.live.length = 0;
    for (const entry of entries) entry.object?.end();
    runAll(this.#undo);
    this.#undo.clear();
    return [...inner, ...entries.flatMap(entry => entry.ended ?? []), ...this.#whenEnded.splice(0)];
  }

  /** Surfaces, displays and messengers belong to the instance, the rest to the device. */
  #of(type: string): Scope {
    return this.owner === 'VkDevice' && this.parent !== undefined && !belongsToDevice(type)
      ? this.parent
      : this;
  }
}

const NOTHING: readonly never[] = [];
