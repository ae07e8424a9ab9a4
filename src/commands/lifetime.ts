// In: a command that was called, its arguments and what came back.
// Out: handles noted as alive or gone, dispatchable ones as objects, callbacks kept for as long as they can be called.
import { ValidUsageError } from '../errors/errors.ts';
import { VulkanObject } from '../handles/object.ts';
import { isDispatchable, type Left } from '../handles/scope.ts';
import type { Call } from '../marshal/call.ts';
import { decodeElements, decodeMembers, decodePointee, wrapOf } from '../marshal/decode.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow, HandleRow, Member } from '../registry/rows.ts';

const CREATES = /^vk(Create|Allocate|Register)/;
const DESTROYS = /^vk(Destroy|Free|ReleasePerformanceConfiguration)/;

const UNMAPS = /^vkUnmapMemory/;

type Values = readonly (number | bigint)[];
type Owned = { readonly type: string; readonly handle: bigint };

/** A result: the parameter it came through, and its value, which becomes what the caller gets. */
export interface Result {
  readonly index: number;
  readonly name: string;
  value: unknown;
}

/** What a command does to lives in the plainest cases, which compiled methods do at once. */
export type PlainLife =
  | { readonly does: 'nothing' }
  | { readonly does: 'create'; readonly type: string }
  | { readonly does: 'destroy'; readonly type: string; readonly index: number };

/** Undefined where it takes more: pools, arrays of handles, objects. */
export function plainLifeOf(row: CommandRow): PlainLife | undefined {
  const handles = row.params.flatMap((p, index) => {
    const fact = registry.fact(p.base);
    return fact.kind === 'handle' && index > 0 ? [{ p, index, row: fact.row }] : [];
  });
  const made = handles.filter(({ p }) => p.pointers === '&');
  if (DESTROYS.test(row.name)) {
    const [ended, ...others] = handles;
    if (ended === undefined || others.length > 0 || ended.p.pointers !== '' || isDispatchable(ended.row.name))
      return undefined;
    return { does: 'destroy', type: ended.row.name, index: ended.index };
  }
  if (row.name === 'vkResetDescriptorPool' || row.name === 'vkAllocateMemory' || UNMAPS.test(row.name))
    return undefined;
  if (made.length === 0) return { does: 'nothing' };
  const [{ row: type }] = made;
  const plain =
    made.length === 1 && CREATES.test(row.name) && !isDispatchable(type.name) && isDispatchable(type.parent);
  return plain ? { does: 'create', type: type.name } : undefined;
}

/** Refuses, before the call, to end what is in use or has children. */
export function checkEnd(row: CommandRow): ((call: Call, values: Values) => void) | undefined {
  if (!DESTROYS.test(row.name)) return undefined;
  const ended = row.params.findLastIndex((p, i) => i > 0 && registry.fact(p.base).kind === 'handle');
  const rule = END_RULES[row.name];
  return ({ scope }, values) => {
    if (rule === undefined) {
      if (scope.busy === undefined || ended < 0 || row.params[ended].pointers !== '') return;
      const user = scope.busy.get(BigInt(values[ended]))?.name;
      if (user !== undefined)
        throw new ArgumentError('range', `${user} uses it and has not returned`).under(
          `${row.name}.${row.params[ended].name}`,
        );
      return;
    }
    if (scope.busy !== undefined)
      throw new ValidUsageError(rule, `${row.name}: ${scope.busy.get(0n)!.name} has not returned`);
    const left = scope.left();
    if (left.length === 0) return;
    const names = left.slice(0, 5).map(formatLeak).join(', ');
    const more = left.length > 5 ? ` and ${left.length - 5} more` : '';
    throw new ValidUsageError(rule, `${row.name}: not destroyed yet: ${names}${more}`);
  };
}

const END_RULES: Record<string, string> = {
  vkDestroyDevice: 'VUID-vkDestroyDevice-device-05137',
  vkDestroyInstance: 'VUID-vkDestroyInstance-instance-00629',
};

/** `VkBuffer 0x5581…`, and where it was created if that is known. */
export const formatLeak = ({ type, handle, place }: Left): string =>
  `${type} 0x${handle.toString(16)}${place === undefined ? '' : ` (created ${place})`}`;

/** Runs after a call that succeeded. */
export type Lifetime = (call: Call, values: Values, results: readonly Result[]) => void;

interface HandleParam {
  readonly p: Member;
  readonly index: number;
  readonly row: HandleRow;
}

export function lifetimeOf(row: CommandRow): Lifetime {
  const passed = row.params.flatMap((p, index): HandleParam[] => {
    const fact = registry.fact(p.base);
    return fact.kind === 'handle' && index > 0 && p.pointers !== '&' ? [{ p, index, row: fact.row }] : [];
  });
  const destroys = DESTROYS.test(row.name);
  const destroyed = destroys ? passed.at(-1) : undefined;
  const endsScope = destroys && (row.params[0].base === 'VkDevice' || row.params[0].base === 'VkInstance');
  const reset = row.name === 'vkResetDescriptorPool' ? passed[0] : undefined;
  const resultTypes = new Map(
    row.params.flatMap((p, index) => {
      const fact = registry.fact(p.base);
      return fact.kind === 'handle' && p.pointers === '&' ? [[index, fact.row] as const] : [];
    }),
  );

  return (call, values, results) => {
    const { scope } = call;
    if (destroyed !== undefined) {
      for (const handle of handlesOf(destroyed, row, values)) scope.remove(destroyed.row.name, handle);
    } else if (endsScope) scope.end();
    if (UNMAPS.test(row.name)) scope.unmap(memoryOf(row, values, call));
    if (reset !== undefined) scope.clear(reset.row.name, BigInt(values[reset.index]));
    let owner: Owned | undefined;
    for (const result of results) {
      const type = resultTypes.get(result.index);
      if (type === undefined) continue;
      const take = (handle: unknown): unknown => {
        if (handle === 0n) return isDispatchable(type.name) ? null : handle;
        owner ??= { type: type.name, handle: handle as bigint };
        return receive(call, row, type, handle as bigint, values, passed);
      };
      result.value = Array.isArray(result.value) ? result.value.map(take) : take(result.value);
    }
    // What a VkInstance was created with goes with it.
    const [made] = results;
    const own = made?.value instanceof VulkanObject && resultTypes.get(made.index)?.name === 'VkInstance';
    call.finish(owner?.type, owner?.handle, own ? (made.value as VulkanObject).scope : scope);
  };
}

/** The handle, or the array of them, that a destroying command took. */
function handlesOf({ p, index }: HandleParam, row: CommandRow, values: Values): bigint[] {
  if (p.pointers === '') return [BigInt(values[index])];
  const count = Number(values[row.params.findIndex(other => other.name === p.length[0])]);
  const word = { base: 'uint64_t', pointers: '', extents: [], bits: 0 };
  return decodeElements(word, BigInt(values[index]), count, undefined) as bigint[];
}

/** Notes a handle as alive; a dispatchable one becomes an object. */
function receive(
  call: Call,
  row: CommandRow,
  type: HandleRow,
  handle: bigint,
  values: Values,
  passed: readonly HandleParam[],
): unknown {
  const { scope } = call;
  const created = CREATES.test(row.name);
  const wrap = isDispatchable(type.name) ? wrapOf(scope, type.name) : undefined;
  const object = wrap?.(handle, (...names) => createInfo(row, values, call, names), call.self);
  if (object !== undefined && type.name !== 'VkCommandBuffer') return object;
  scope.add(type.name, handle, created, originOf(call, row, type, values, passed, created));
  if (type.name === 'VkDeviceMemory')
    scope.setSize(handle, createInfo(row, values, call).allocationSize as bigint);
  if (object === undefined) return handle;
  scope.setObject(type.name, handle, object as VulkanObject);
  return object;
}

function memoryOf(row: CommandRow, values: Values, call: Call): bigint {
  return (createInfo(row, values, call).memory as bigint | undefined) ?? BigInt(values[1]);
}

/** What a handle goes with: the pool that a set was allocated from, the swapchain that an image belongs to. */
function originOf(
  call: Call,
  row: CommandRow,
  type: HandleRow,
  values: Values,
  passed: readonly HandleParam[],
  created: boolean,
): Owned | undefined {
  if (!created) return passed[0] && { type: passed[0].row.name, handle: BigInt(values[passed[0].index]) };
  if (isDispatchable(type.parent)) return undefined;
  const info = Object.values(createInfo(row, values, call));
  const pool = info.find(value => typeof value === 'bigint' && call.scope.has(type.parent, value));
  return pool === undefined ? undefined : { type: type.parent, handle: pool as bigint };
}

/** The create or allocate info as C saw it, or some of it, read back from the bytes. */
function createInfo(
  row: CommandRow,
  values: Values,
  call: Call,
  names?: readonly string[],
): Record<string, unknown> {
  const index = row.params.findIndex(
    p => p.pointers === '*' && p.base !== 'VkAllocationCallbacks' && registry.fact(p.base).kind === 'struct',
  );
  if (index < 0) return {};
  const address = BigInt(values[index]);
  const struct = registry.struct(row.params[index].base);
  return names === undefined
    ? (decodePointee(struct, address, call.scope) as Record<string, unknown>)
    : decodeMembers(struct, address, names);
}
