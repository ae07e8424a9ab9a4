// What a command does to the lifetime of handles: which it creates or destroys, and what must live as long as they do.
import { isMainThread } from 'node:worker_threads';
import { ValidUsageError } from '../errors/errors.ts';
import { callbacks, commandUsing, inUse } from '../handles/busy.ts';
import { destroyCommand, isDispatchable, liveIndex } from '../handles/handle-type.ts';
import { formatLeak } from '../handles/leak.ts';
import { commandUsingEntry, type LiveHandle } from '../handles/live.ts';
import { VulkanObject } from '../handles/object.ts';
import type { Scope } from '../handles/scope.ts';
import type { Call } from '../marshal/call.ts';
import { chainFrom } from '../marshal/chain.ts';
import { decodeMembers, decodePointee, decodeStruct, wrapOf } from '../marshal/decode.ts';
import { isSingle } from '../marshal/output.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { isCallback, layoutOf } from '../native/koffi.ts';
import { destroyWithThread } from '../native/worker-end.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, HandleRow, Member } from '../registry/rows.ts';
import { handleFacts } from './handle-facts.ts';

export const CREATES = /^vk(Create|Allocate|Register)/;
const DESTROYS = /^vk(Destroy|Free|ReleasePerformanceConfiguration)/;

/** Commands that reset a handle, which must not be in use: beginning a command buffer resets it too. */
const RESETS = /^vk(Reset|BeginCommandBuffer)/;

const UNMAPS = /^vkUnmapMemory/;

type Values = readonly (number | bigint)[];
type HandleRef = { readonly type: string; readonly handle: bigint };

/** The value of an output parameter, which becomes what the caller gets. */
export interface Result {
  readonly index: number;
  readonly name: string;
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

/** Refuses, before the call, to destroy or reset what is in use or has children, or to destroy one handle twice. */
export function checkEnd(row: CommandRow): ((call: Call, values: Values) => void) | undefined {
  const rule = END_RULES[row.name];
  if (rule !== undefined) return call => checkScopeEnd(row, rule, call.scope);
  const destroys = DESTROYS.test(row.name);
  if (!destroys && !RESETS.test(row.name)) return undefined;
  const handles = handleParams(row);
  const subject = destroys ? handles.at(-1) : (handles[0] ?? handleParam(row, 0));
  if (subject === undefined) return undefined;
  const isArray = subject.p.pointers !== '';
  // Sets and command buffers are freed to the pool that they were allocated from.
  const pool = isArray && destroys && handles.length > 1 ? handles[0] : undefined;
  const type = subject.row.name;
  return (call, values) => {
    const { scope } = call;
    if (!isArray && inUse.size === 0 && callbacks.running === 0 && scope.related === 0) return;
    const handles = handlesOf(subject, row, values, call);
    const from = pool && BigInt(values[pool.index]);
    const times = new Map<LiveHandle, number>();
    for (const [i, handle] of handles.entries()) {
      const entry = handle === 0n ? undefined : scope.entry(type, handle);
      if (entry === undefined) continue;
      const refuse = (text: string) =>
        new ArgumentError('range', text).under(`${row.name}.${subject.p.name}${isArray ? `[${i}]` : ''}`);
      const user = inUse.size === 0 ? undefined : commandUsingEntry(entry);
      if (user !== undefined) throw refuse(`${user} uses it and has not returned`);
      if (callbacks.running > 0 && entry.afterDestroy !== undefined)
        throw refuse('a callback is running, which may be its own');
      if (!destroys) continue;
      const related = relatedTo(entry);
      if (related !== undefined) throw refuse(related);
      if (handles.length > 1) {
        times.set(entry, (times.get(entry) ?? 0) + 1);
        if ((times.get(entry) as number) > entry.count)
          throw refuse(`0x${handle.toString(16)} is in the array twice`);
      }
      // The pool of an adopted handle is not known.
      const isKnown = entry.created || entry.parent !== undefined;
      if (pool !== undefined && isKnown && entry.parent?.handle !== from)
        throw refuse(`0x${handle.toString(16)} is from another ${pool.row.name}`);
    }
  };
}

/** Why a handle cannot be destroyed on its own; undefined if it can. */
function relatedTo({ created, parent, dependents }: LiveHandle): string | undefined {
  const shown = ({ type, handle }: LiveHandle) => `${type} 0x${handle.toString(16)}`;
  if (!created && parent !== undefined)
    return `it belongs to ${shown(parent)}, and is destroyed with it (VUID-vkDestroyImage-image-04882)`;
  const [dependent] = dependents ?? [];
  if (dependent === undefined) return undefined;
  return `${shown(dependent)} was created for it and is not destroyed (VUID-vkDestroySurfaceKHR-surface-01266)`;
}

/** Throws if a device or an instance still has handles, or is in use. */
function checkScopeEnd(row: CommandRow, rule: string, scope: Scope): void {
  const user = scope.scopesOfHandle().map(commandUsing).find(Boolean);
  if (user !== undefined) throw new ValidUsageError(rule, `${row.name}: ${user} has not returned`);
  if (callbacks.running > 0)
    throw new ValidUsageError(rule, `${row.name}: a callback is running, which may be its own`);
  const left = scope.leaks();
  if (left.length === 0) return;
  const names = left.slice(0, 5).map(formatLeak).join(', ');
  const more = left.length > 5 ? ` and ${left.length - 5} more` : '';
  throw new ValidUsageError(rule, `${row.name}: not destroyed yet: ${names}${more}`);
}

const END_RULES: Record<string, string> = {
  vkDestroyDevice: 'VUID-vkDestroyDevice-device-05137',
  vkDestroyInstance: 'VUID-vkDestroyInstance-instance-00629',
};

/** What a command does to the lifetime of handles. */
export interface Lifetime {
  /**
   * Removes handles before the call, so that not even callbacks inside the call can use them.
   * @returns what to run when C has returned
   */
  readonly end: ((call: Call, values: Values) => readonly (() => void)[]) | undefined;
  /** Adds handles after a successful call. @returns the error that a setter of the caller threw */
  readonly receive: (call: Call, values: Values, results: readonly Result[]) => ArgumentError | undefined;
}

interface HandleParam {
  readonly p: Member;
  readonly index: number;
  readonly row: HandleRow;
}

function handleParam(row: CommandRow, index: number): HandleParam | undefined {
  const p = row.params[index];
  const fact = registry.fact(p.base);
  return fact.kind === 'handle' && p.pointers !== '&' ? { p, index, row: fact.row } : undefined;
}

/** The parameters that are handles, except the object on which the command is called. */
const handleParams = (row: CommandRow): HandleParam[] =>
  row.params.flatMap((_, index) => (index > 0 ? (handleParam(row, index) ?? []) : []));

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
      if (call.callbacks.length > 0 && owner !== undefined && !own) endWithThread(call, owner);
      return call.finish(owner?.type, owner?.handle, own ? (made.value as VulkanObject).scope : call.scope);
    },
  };
}

/** In a worker, has the handle destroyed when the worker ends, since C could call its callback afterwards. */
function endWithThread({ self, scope }: Call, { type, handle }: HandleRef): void {
  const destroy = isMainThread ? 0n : self.identity.dispatch.addressOf(destroyCommand(type)!);
  // A driver written in JavaScript ends with this thread anyway.
  if (destroy === 0n || isCallback(destroy)) return;
  const forget = destroyWithThread(destroy, BigInt(self.identity.argument), handle);
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

/** The handles that were passed to a destroying command, one or an array. */
function handlesOf({ p, index }: HandleParam, row: CommandRow, values: Values, { stack }: Call): bigint[] {
  if (p.pointers === '') return [BigInt(values[index])];
  const place = stack.locate(values[index]);
  if (place === undefined) return [];
  const count = Number(values[row.params.findIndex(other => other.name === p.length[0])]);
  const handles: bigint[] = [];
  for (let i = 0; i < count; i++) handles.push(place.chunk.u64[place.at / 8 + i]);
  return handles;
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
  values: Values,
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

function memoryOf(row: CommandRow, values: Values, call: Call): bigint {
  return (createInfo(row, values, call, ['memory']).memory as bigint | undefined) ?? BigInt(values[1]);
}

/** What a handle is destroyed with: the pool that a set was allocated from, the swapchain that an image belongs to. */
function originOf(
  call: Call,
  row: CommandRow,
  type: HandleRow,
  values: Values,
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

/** The index of the info parameter, and the offset of the pool's handle in it. */
export interface PoolPlace {
  readonly index: number;
  readonly offset: number;
}

/** Where the create or allocate info has the parent of the created handles; undefined if it has none. */
function poolIn(row: CommandRow, type: HandleRow): PoolPlace | undefined {
  const index = infoIndex(row);
  if (index < 0) return undefined;
  const struct = registry.struct(row.params[index].base);
  const member = struct.members.find(m => m.base === type.parent && m.pointers === '');
  return member && { index, offset: layoutOf(struct).members.get(member.name)!.offset };
}

/** A function that notes about a new handle what later checks need; undefined for most types. */
export function factRecorderOf(
  row: CommandRow,
  type: string,
): ((call: Call, values: Values, handle: bigint, position?: number) => void) | undefined {
  if (type === 'VkSwapchainKHR')
    return (call, values, handle, position) => {
      const { surface } = createInfo(row, values, call, ['surface'], position);
      call.scope.addDependent('VkSurfaceKHR', surface as bigint, type, handle);
    };
  const learn = handleFacts[type];
  if (learn === undefined) return undefined;
  return (call, values, handle, position) => {
    const facts = learn({
      info: (...names) => createInfo(row, values, call, names, position),
      chained: struct => chainedInfo(row, values, call, struct),
    });
    call.scope.setFacts(type, handle, facts);
  };
}

/** A struct in the chain of the create info as C saw it. */
function chainedInfo(
  row: CommandRow,
  values: Values,
  call: Call,
  struct: string,
): Record<string, unknown> | undefined {
  const wanted = registry.struct(struct);
  const place = call.stack.locate(values[infoIndex(row)]);
  const found = place && chainFrom(call, place.chunk, place.at).find(({ sType }) => sType === wanted.sType);
  return found && decodeStruct(wanted, found.chunk, found.at, call.scope);
}

/** The index of the create or allocate info among the parameters; -1 if there is none. */
const infoIndex = ({ params }: CommandRow): number =>
  params.findIndex(
    p => p.pointers === '*' && p.base !== 'VkAllocationCallbacks' && registry.fact(p.base).kind === 'struct',
  );

/**
 * The create or allocate info, or some of its members, read back from the encoded bytes.
 * @param position the position of the created handle, if there is an array of infos
 */
function createInfo(
  row: CommandRow,
  values: Values,
  call: Call,
  names?: readonly string[],
  position = 0,
): Record<string, unknown> {
  const index = infoIndex(row);
  if (index < 0) return {};
  const p = row.params[index];
  const struct = registry.struct(p.base);
  const before = isSingle(p) ? 0 : position * layoutOf(struct).size;
  const address = BigInt(values[index]) + BigInt(before);
  return names === undefined
    ? (decodePointee(struct, address, call.scope) as Record<string, unknown>)
    : decodeMembers(struct, address, names);
}
