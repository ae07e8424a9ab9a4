// The shape of a command: which C parameters the caller passes, which are implied, what comes back. The generator
// writes the TypeScript signature from it and the runtime makes the call from it, so they agree.
import type { Registry } from './facts.ts';
import type { CommandRow, Member, StructRow } from './rows.ts';
import { zeroRuleOf } from './value-rule.ts';

/**
 * What becomes of a C parameter:
 * - `self`: the object the method is called on; `null`: allocation callbacks, always NULL
 * - `in`: passed by the caller, and filled again where it is inout; `buffer`: memory of the caller that Vulkan writes (its size is the count)
 * - `count`: filled from the arrays that it counts
 * - `outCount`, `outArray`: the enumerate idiom; `sized`: an array whose count an input gives
 * - `out`: one value that comes back
 */
export type Role = 'self' | 'null' | 'in' | 'buffer' | 'count' | 'outCount' | 'outArray' | 'sized' | 'out';

export interface Shape {
  readonly roles: readonly Role[];
  /** Indices of the parameters that come back as values, in order. */
  readonly outputs: readonly number[];
  /** The enumerate idiom: called for the count, then for the elements, until nothing is incomplete. */
  readonly enumerates: boolean;
  /** Success codes other than VK_SUCCESS that say something to the caller: the result is returned too. */
  readonly resultMatters: boolean;
}

type Facts = Pick<Registry, 'fact'>;

export const DISPATCHABLE_CLASSES: readonly string[] = [
  'VkInstance',
  'VkPhysicalDevice',
  'VkDevice',
  'VkQueue',
  'VkCommandBuffer',
];

const VK_INCOMPLETE = 5;

export function shapeOf(row: CommandRow, facts: Facts): Shape {
  const { params } = row;
  const countedBy = (name: string) => params.filter(p => p.pointers !== '' && p.length[0] === name);
  const roles = params.map((p, index): Role => {
    if (index === 0 && p.pointers === '' && DISPATCHABLE_CLASSES.includes(p.base)) return 'self';
    if (p.base === 'VkAllocationCallbacks') return 'null';
    if (p.pointers === '') return countedBy(p.name).some(a => !isEnumerated(a, params)) ? 'count' : 'in';
    if (!isWritten(p, facts)) return 'in';
    if (countedBy(p.name).length > 0) return 'outCount';
    if (goesBothWays(p, row, facts)) return 'in';
    if (isEnumerated(p, params)) return 'outArray';
    if (p.base === 'void' && p.pointers === '&') return 'buffer';
    return p.length.length > 0 ? 'sized' : 'out';
  });
  const enumerates = roles.includes('outCount');
  const outputs = roles.flatMap((role, i) => (['out', 'sized', 'outArray'].includes(role) ? [i] : []));
  const saying = row.successCodes.filter(code => code !== 0 && !(enumerates && code === VK_INCOMPLETE));
  return { roles, outputs, enumerates, resultMatters: saying.length > 0 };
}

/** Vulkan writes through it, unless it points to a platform's own object. */
function isWritten(p: Member, facts: Facts): boolean {
  const platformObject = p.base !== 'void' && facts.fact(p.base).kind === 'opaque';
  return p.pointers[0] === '&' && !(platformObject && p.pointers.length === 1);
}

/**
 * The registry has no mark for structs that a program fills in part and Vulkan in part; they are not returned-only
 * and hold pointers to the program's memory, or are one of these.
 */
const INOUT = new Set([
  'VkBaseOutStructure', // stands for whichever struct the program needs
  'VkExportMetalObjectsInfoEXT', // its chain names the objects
  'VkExternalComputeQueueDataParamsNV',
]);

function goesBothWays(p: Member, row: CommandRow, facts: Facts): boolean {
  const fact = facts.fact(p.base);
  if (fact.kind !== 'struct' || fact.row.returnedOnly) return false;
  const holdsMemory = fact.row.members.some(m => m.pointers === '&' && m.name !== 'pNext');
  return holdsMemory || INOUT.has(fact.row.name) || row.name.startsWith('vkSet');
}

/** Its length is itself an out parameter: `pPropertyCount`. */
function isEnumerated(p: Member, params: readonly Member[]): boolean {
  return params.some(other => other.name === p.length[0] && other.pointers !== '');
}

/** The structs that may be in the chain of a struct inside one that Vulkan fills, or of each element of an array there. */
export function innerExtensions(m: Member, facts: Facts): readonly string[] {
  const fact = facts.fact(m.base);
  if (m.name === 'pNext' || fact.kind !== 'struct' || fact.row.sType === undefined) return [];
  return m.pointers === '' ? m.validStructs : m.pointers === '&' ? fact.row.extendedBy : [];
}

/**
 * Whether a caller may leave a member out: where the registry allows absence, and where C's zero is a value of
 * the type. Handles, pointers, enums without a zero and what the specification forbids to be zero must be given.
 */
export function mayBeAbsent(m: Member, { members: siblings, rules }: StructRow, facts: Facts): boolean {
  if (countsArray(m, siblings)) return true;
  if (zeroRuleOf(rules, m.name) !== undefined) return false;
  if (m.optional || m.noautovalidity) return true;
  if (m.pointers !== '')
    return siblings.some(
      s => s.name === m.length[0] && s.optional && zeroRuleOf(rules, s.name) === undefined,
    );
  const fact = facts.fact(m.base);
  switch (fact.kind) {
    case 'scalar':
    case 'bool':
    case 'flags':
    case 'wide string': // names of Windows objects: the registry calls none optional, and every one is
      return true;
    case 'enum':
      return Object.values(fact.values).some(value => Number(value) === 0);
    case 'struct':
      return (
        fact.row.union ||
        fact.row.members.every(
          inner => isImplied(inner, fact.row.members) || mayBeAbsent(inner, fact.row, facts),
        )
      );
    default:
      return false;
  }
}

/** Whether a caller may leave a parameter out: NULL or zero is passed then, and no elements where it is an array. */
export function mayBeOmitted(p: Member, { params }: CommandRow): boolean {
  if (p.optional || p.noautovalidity) return true;
  return p.pointers !== '' && params.some(c => c.name === p.length[0] && c.pointers === '' && c.optional);
}

/** `sType`, and a count that its arrays give. */
export function isImplied(m: Member, siblings: readonly Member[]): boolean {
  return m.name === 'sType' || countsArray(m, siblings);
}

/** Its value is the length of a sibling array, perhaps in bytes: `codeSize/4`. */
export function countsArray(m: Member, siblings: readonly Member[]): boolean {
  const counts = (length: string) => length === m.name || length.startsWith(`${m.name}/`);
  return m.pointers === '' && siblings.some(s => s.pointers !== '' && s.length.some(counts));
}

/**
 * Where the registry does not say how large memory is, it does not say either how long Vulkan uses it. These have done
 * with it when they return; another may use it for as long as what it was given to lives.
 */
const USED_WITHIN_THE_CALL = new Set([
  'VkDataGraphPipelineConstantARM',
  'VkExportFenceWin32HandleInfoKHR',
  'VkExportMemoryWin32HandleInfoKHR',
  'VkExportMemoryWin32HandleInfoNV',
  'VkExportSemaphoreWin32HandleInfoKHR',
  'VkImageToMemoryCopy',
  'VkMemoryToImageCopy',
  'VkOpaqueCaptureDescriptorDataCreateInfoEXT',
  'VkOpticalFlowSessionCreatePrivateDataInfoNV',
  'VkPushDescriptorSetWithTemplateInfo',
  'VkQueryLowLatencySupportNV',
  'VkRayTracingShaderGroupCreateInfoKHR',
]);

/** Commands return when they are done; these take an address that goes on to mean something. */
const LASTING_PARAMS = ['pHostPointer', 'pCheckpointMarker'];

/** Whether Vulkan may use the memory at an address after the call that it was passed to. */
export const outlivesCall = (m: Member, owner: string): boolean =>
  owner.startsWith('vk') ? LASTING_PARAMS.includes(m.name) : !USED_WITHIN_THE_CALL.has(owner);

/** A parameter by which a host operation would be deferred: Vulkan then reads arguments and writes results after the call. */
export const isDeferral = (p: Member): boolean =>
  p.base === 'VkDeferredOperationKHR' && p.name === 'deferredOperation';

/** The typed array that holds so many of a C type as they are, which is passed without a copy. */
export const TYPED_ARRAYS: Readonly<Record<string, string>> = {
  int8_t: 'Int8Array',
  uint8_t: 'Uint8Array',
  int16_t: 'Int16Array',
  uint16_t: 'Uint16Array',
  int32_t: 'Int32Array',
  uint32_t: 'Uint32Array',
  int: 'Int32Array',
  int64_t: 'BigInt64Array',
  uint64_t: 'BigUint64Array',
  float: 'Float32Array',
  double: 'Float64Array',
};
