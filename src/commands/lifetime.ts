// What a command does to the lifetime of handles: which it creates or destroys, and what must live as long as they do.
import { isMainThread, threadId } from 'node:worker_threads';
import { destroyCommand, isDispatchable, liveIndex } from '../handles/handle-type.ts';
import type { LiveHandle } from '../handles/live.ts';
import { type VulkanBase, VulkanObject } from '../handles/object.ts';
import { runAll } from '../handles/run-all.ts';
import type { Call } from '../marshal/call.ts';
import { wrapOf } from '../marshal/decode.ts';
import type { ArgumentError } from '../native/argument-error.ts';
import { isCallback, type NativeArguments } from '../native/koffi.ts';
import { destroyWithThread } from '../native/worker-end.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, HandleRow } from '../registry/rows.ts';
import { createInfo, factRecorderOf, type PoolPlace, poolIn } from './create-info.ts';
import { END_RULES } from './end-check.ts';
import { CREATES, DESTROYS, type HandleParam, handleParams, handlesOf, UNMAPS } from './handle-params.ts';

type HandleRef = { readonly type: string; readonly handle: bigint };

/** The value of an output parameter, which becomes what the caller gets. */
interface OutputValue {
  readonly index: number;
  value: unknown;
}

/** What a command does to handles in the simple cases, which compiled methods handle. */
type SimpleLifetime =
  | { readonly does: 'nothing' }
  | { readonly does: 'create'; readonly type: string }
  | { readonly does: 'allocate'; readonly type: string; readonly pool: PoolPlace }
  | { readonly does: 'destroy'; readonly type: string; readonly index: number }
  | { readonly does: 'free' };

/** Undefined for other cases: objects with their own scope, unmapping memory, resetting pools. */
export function simpleLifetimeOf(row: CommandRow): SimpleLifetime | undefined {
  const handles = row.params.flatMap((p, index) => {
    const fact = registry.fact(p.base);
    return fact.kind === 'handle' && index > 0 ? [{ p, index, row: fact.row }] : [];
  });
  if (row.name === 'vkResetDescriptorPool' || UNMAPS.test(row.name)) return undefined;
  const made = handles.filter(({ p }) => p.pointers === '&');
  if (DESTROYS.test(row.name)) {
    const [ended, ...others] = handles;
    if (others.length === 1 && others[0].p.pointers === '*') return { does: 'free' };
    if (ended === undefined || others.length > 0 || ended.p.pointers !== '' || isDispatchable(ended.row.name))
      return undefined;
    return { does: 'destroy', type: ended.row.name, index: ended.index };
  }
  if (made.length === 0) return { does: 'nothing' };
  const [{ row: type }] = made;
  const pool = made.length === 1 && row.name.startsWith('vkAllocate') ? poolIn(row, type) : undefined;
  if (pool !== undefined) return { does: 'allocate', type: type.name, pool };
  const plain =
    made.length === 1 && CREATES.test(row.name) && !isDispatchable(type.name) && isDispatchable(type.parent);
  return plain ? { does: 'create', type: type.name } : undefined;
}

/** What a command does to the lifetime of handles. */
export interface Lifetime {
  /**
   * Removes handles before the call, so that not even callbacks inside the call can use them.
   * @returns what to run when C has returned
   */
  readonly end: ((call: Call, values: Readonly<NativeArguments>) => readonly (() => void)[]) | undefined;
  /** Adds handles after a successful call. @returns the error that a setter of the caller threw */
  readonly receive: (
    call: Call,
    values: Readonly<NativeArguments>,
    results: readonly OutputValue[],
  ) => ArgumentError | undefined;
}

/** What a command does before and after it is called. */
export function lifetimeOf(row: CommandRow): Lifetime {
  const passed = handleParams(row);
  const resultTypes = new Map(
    row.params.flatMap((p, index) => {
      const fact = registry.fact(p.base);
      return fact.kind === 'handle' && p.pointers === '&' ? [[index, fact.row] as const] : [];
    }),
  );
  return {
    end: endOf(row, passed),
    receive(call, values, results) {
      let owner: HandleRef | undefined;
      for (const result of results) {
        const type = resultTypes.get(result.index);
        if (type === undefined) continue;
        const take = (handle: unknown, position = 0): unknown => {
          if (handle === 0n) return isDispatchable(type.name) ? null : handle;
          owner ??= { type: type.name, handle: handle as bigint };
          return receive(call, row, type, handle as bigint, values, passed, position);
        };
        result.value = Array.isArray(result.value)
          ? result.value.map((handle, i) => take(handle, i))
          : take(result.value);
      }
      // What a VkInstance or a VkDevice was created with lives as long as it.
      const [made] = results;
      const own = made?.value instanceof VulkanObject && OWN_SCOPE.includes(made.value.type);
      if (!isMainThread && call.callbacks.length > 0 && owner !== undefined && !own)
        endWithThread(call.self, owner, threadId);
      return call.finish(owner?.type, owner?.handle, own ? (made.value as VulkanObject).scope : call.scope);
    },
  };
}

/**
 * Has a handle destroyed when a worker ends, since C could call its function afterwards.
 * @param thread the worker's
 */
export function endWithThread(self: VulkanBase, { type, handle }: HandleRef, thread: number): void {
  const { scope, dispatch, argument } = self.identity;
  const destroy = dispatch.addressOf(destroyCommand(type)!);
  // A driver written in JavaScript ends with this thread anyway.
  if (destroy === 0n || isCallback(destroy)) return;
  const markDestroyed = () => {
    const ended = scope.remove(type, handle);
    return () => runAll(ended);
  };
  const forget = destroyWithThread(thread, destroy, BigInt(argument), handle, markDestroyed);
  scope.beforeDestroy(forget, type, handle);
}

const OWN_SCOPE = ['VkInstance', 'VkDevice'];

function endOf(row: CommandRow, passed: readonly HandleParam[]): Lifetime['end'] {
  const [first] = passed;
  if (row.name in END_RULES) return ({ scope }) => scope.scopesOfHandle().flatMap(twin => twin.end());
  if (UNMAPS.test(row.name))
    return (call, values) => {
      call.scope.unmap(memoryOf(row, values, call));
      return [];
    };
  if (row.name === 'vkResetDescriptorPool')
    return ({ scope }, values) => {
      scope.clear(first.row.name, BigInt(values[first.index]));
      return [];
    };
  const destroyed = DESTROYS.test(row.name) ? passed.at(-1) : undefined;
  if (destroyed === undefined) return undefined;
  return (call, values) =>
    handlesOf(destroyed, row, values, call).flatMap(handle => call.scope.remove(destroyed.row.name, handle));
}

/**
 * Adds a handle that was returned; a dispatchable one becomes an object.
 * @param position its position among the handles that were returned
 */
function receive(
  call: Call,
  row: CommandRow,
  type: HandleRow,
  handle: bigint,
  values: Readonly<NativeArguments>,
  passed: readonly HandleParam[],
  position: number,
): unknown {
  const { scope } = call;
  const created = CREATES.test(row.name);
  const wrap = isDispatchable(type.name) ? wrapOf(scope, type.name) : undefined;
  const object = wrap?.(handle, (...names) => createInfo(row, values, call, names), call.self);
  if (object !== undefined && type.name !== 'VkCommandBuffer') return object;
  const origin = originOf(call, row, type, values, passed, created);
  scope.add(type.name, handle, created, origin, call.self.identity.createdHandles);
  if (type.name === 'VkDeviceMemory')
    scope.setSize(handle, createInfo(row, values, call, ['allocationSize']).allocationSize as bigint);
  if (created) factRecorderOf(row, type.name)?.(call, values, handle, position);
  if (object === undefined) return handle;
  scope.setObject(type.name, handle, object as VulkanObject);
  return object;
}

function memoryOf(row: CommandRow, values: Readonly<NativeArguments>, call: Call): bigint {
  return (createInfo(row, values, call, ['memory']).memory as bigint | undefined) ?? BigInt(values[1]);
}

/** What a handle is destroyed with: the pool that a set was allocated from, the swapchain that an image belongs to. */
function originOf(
  call: Call,
  row: CommandRow,
  type: HandleRow,
  values: Readonly<NativeArguments>,
  passed: readonly HandleParam[],
  created: boolean,
): HandleRef | undefined {
  if (!created) return passed[0] && { type: passed[0].row.name, handle: BigInt(values[passed[0].index]) };
  if (isDispatchable(type.parent)) return undefined;
  const pool = poolIn(row, type);
  const place = pool && call.stack.locate(values[pool.index]);
  if (pool === undefined || place === undefined) return undefined;
  return { type: type.parent, handle: place.chunk.u64[(place.at + pool.offset) / 8] };
}

/** Adds handles that were allocated from a pool; command buffers become objects. */
export function takeAllocated(
  call: Call,
  type: string,
  handles: readonly bigint[],
  pool?: LiveHandle,
): unknown[] {
  const { scope, self } = call;
  const wrap = isDispatchable(type) ? wrapOf(scope, type) : undefined;
  return handles.map(handle => {
    if (handle === 0n) return wrap === undefined ? handle : null;
    const object = wrap?.(handle, () => ({}), self);
    scope.create(liveIndex(type), type, handle, true, pool, self.identity.createdHandles);
    if (object !== undefined) scope.setObject(type, handle, object as VulkanObject);
    return object ?? handle;
  });
}
