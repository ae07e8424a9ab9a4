// The shape of a command: which C parameters the caller passes, which are filled in, and which are returned. The
// generator writes TypeScript signatures from it and the runtime makes calls from it, so the two agree.
import type { Registry } from './facts.ts';
import { isPlatformObject } from './platform-object.ts';
import type { CommandRow, Member, StructRow } from './rows.ts';
import { zeroRuleOf } from './value-rule.ts';

/**
 * The role of a C parameter:
 * - `self`: the object the method is called on; `null`: allocation callbacks, always NULL
 * - `in`: passed by the caller, and written back if it is inout; `buffer`: memory of the caller that Vulkan writes (its size is the count)
 * - `count`: filled from the arrays that it counts
 * - `outCount`, `outArray`: count and array of the two-call idiom; `sized`: a returned array whose count is an input
 * - `out`: one returned value
 */
export type Role = 'self' | 'null' | 'in' | 'buffer' | 'count' | 'outCount' | 'outArray' | 'sized' | 'out';

/** The roles of a command's parameters, and what it returns. */
export interface Shape {
  readonly roles: readonly Role[];
  /** Indices of the parameters that are returned, in order. */
  readonly outputs: readonly number[];
  /** Whether it has the two-call idiom: called for the count, then for the elements, again while VK_INCOMPLETE. */
  readonly enumerates: boolean;
  /** Whether the VkResult is returned too, since it has success codes other than VK_SUCCESS. */
  readonly returnsResult: boolean;
}

type Facts = Pick<Registry, 'fact'>;

/** The name of a command's method: `cmdDraw` of `vkCmdDraw`. */
export const methodName = (command: string): string => command[2].toLowerCase() + command.slice(3);

/** The name of a method's command: `vkCmdDraw` of `cmdDraw`. */
export const commandName = (method: string): string =>
  `vk${method.charAt(0).toUpperCase()}${method.slice(1)}`;

/** The dispatchable handles, each of which has a class. */
export const DISPATCHABLE_CLASSES: readonly string[] = [
  'VkInstance',
  'VkPhysicalDevice',
  'VkDevice',
  'VkQueue',
  'VkCommandBuffer',
];

/** The VkResult of a command that has more elements than there was memory for. */
export const VK_INCOMPLETE = 5;

/** Determines the shape of a command. */
export function shapeOf(row: CommandRow, facts: Facts): Shape {
  const { params } = row;
  const countedBy = (name: string) => params.filter(p => p.pointers !== '' && p.length[0] === name);
  const roles = params.map((p, index): Role => {
    if (index === 0 && p.pointers === '' && DISPATCHABLE_CLASSES.includes(p.base)) return 'self';
    if (p.base === 'VkAllocationCallbacks') return 'null';
    if (p.pointers === '') return countedBy(p.name).some(a => !isEnumerated(a, params)) ? 'count' : 'in';
    if (!isWritten(p, facts)) return 'in';
    if (countedBy(p.name).length > 0) return 'outCount';
    if (isInout(p, row, facts)) return 'in';
    if (isEnumerated(p, params)) return 'outArray';
    if (p.base === 'void' && p.pointers === '&') return 'buffer';
    return p.length.length > 0 ? 'sized' : 'out';
  });
  const enumerates = roles.includes('outCount');
  const outputs = roles.flatMap((role, i) => (['out', 'sized', 'outArray'].includes(role) ? [i] : []));
  const meaningful = row.successCodes.filter(code => code !== 0 && !(enumerates && code === VK_INCOMPLETE));
  return { roles, outputs, enumerates, returnsResult: meaningful.length > 0 };
}

/** Whether Vulkan writes through the pointer: always, unless it points to a platform's own object. */
function isWritten(p: Member, facts: Facts): boolean {
  const platformObject = p.base !== 'void' && facts.fact(p.base).kind === 'opaque';
  return p.pointers[0] === '&' && !(platformObject && p.pointers.length === 1);
}

/**
 * Structs that the program fills in part and Vulkan in part. The registry does not mark them: besides these they are
 * those that are not returned-only and have pointers to the program's memory.
 */
const INOUT = new Set([
  'VkBaseOutStructure', // may be any of several structs
  'VkExportMetalObjectsInfoEXT', // its chain says which objects to export
  'VkExternalComputeQueueDataParamsNV',
]);

function isInout(p: Member, row: CommandRow, facts: Facts): boolean {
  const fact = facts.fact(p.base);
  if (fact.kind !== 'struct' || fact.row.returnedOnly) return false;
  const holdsMemory = fact.row.members.some(m => m.pointers === '&' && m.name !== 'pNext');
  return holdsMemory || INOUT.has(fact.row.name) || row.name.startsWith('vkSet');
}

/** Whether its length is itself an out parameter: `pPropertyCount`. */
function isEnumerated(p: Member, params: readonly Member[]): boolean {
  return params.some(other => other.name === p.length[0] && other.pointers !== '');
}

/** The structs that may be in the chain of a member which is a struct, or of each element of a member which is an array. */
export function innerExtensions(m: Member, facts: Facts): readonly string[] {
  const fact = facts.fact(m.base);
  if (m.name === 'pNext' || fact.kind !== 'struct' || fact.row.sType === undefined) return [];
  return m.pointers === '' ? m.validStructs : m.pointers === '&' ? fact.row.extendedBy : [];
}

/**
 * Whether a caller may leave a member out: if the registry calls it optional, or if zero is a value of its type. Handles,
 * pointers, enums without a zero and what the specification forbids to be zero must be given.
 */
export function mayBeAbsent(
  m: Member,
  { name: owner, members: siblings, rules }: StructRow,
  facts: Facts,
): boolean {
  if (countsArray(m, siblings)) return true;
  const rule = zeroRuleOf(rules, m.name);
  if (rule !== undefined)
    return rule.unless.length > 0 && (m.optional || facts.fact(m.base).kind === 'handle');
  // Windows must be given, though the registry leaves that to prose; NULL imports nothing.
  if (m.optional || (m.noautovalidity && (!isPlatformObject(m, facts) || owner.startsWith('VkImport'))))
    return true;
  if (m.pointers !== '')
    return siblings.some(
      s => s.name === m.length[0] && s.optional && zeroRuleOf(rules, s.name) === undefined,
    );
  const fact = facts.fact(m.base);
  switch (fact.kind) {
    case 'scalar':
    case 'bool':
    case 'flags':
    case 'wide string': // names of Windows objects: all are optional, though the registry does not say so
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

/** Whether a caller may leave a parameter out: NULL or zero is passed then, or an array without elements. */
export function mayBeOmitted(p: Member, { params }: CommandRow): boolean {
  if (p.optional || p.noautovalidity) return true;
  return p.pointers !== '' && params.some(c => c.name === p.length[0] && c.pointers === '' && c.optional);
}

/** Whether it is `sType`, or a count that follows from its arrays. */
export function isImplied(m: Member, siblings: readonly Member[]): boolean {
  return m.name === 'sType' || countsArray(m, siblings);
}

/** Whether its value is the length of a sibling array, perhaps in bytes: `codeSize/4`. */
export function countsArray(m: Member, siblings: readonly Member[]): boolean {
  const counts = (length: string) => length === m.name || length.startsWith(`${m.name}/`);
  return m.pointers === '' && siblings.some(s => s.pointers !== '' && s.length.some(counts));
}

/**
 * Structs with pointers of unknown size whose memory is used only until the command returns. All others may use it for
 * as long as the object lives that was created with them.
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

/** Parameters of commands whose address is still used after the command has returned. */
const LASTING_PARAMS = ['pHostPointer', 'pCheckpointMarker'];

/** Whether Vulkan may use the memory at an address after the call that it was passed to. */
export const outlivesCall = (m: Member, owner: string): boolean =>
  owner.startsWith('vk') ? LASTING_PARAMS.includes(m.name) : !USED_WITHIN_THE_CALL.has(owner);

/** Whether the parameter defers a host operation, which would read arguments and write results after the call. */
export const isDeferral = (p: Member): boolean =>
  p.base === 'VkDeferredOperationKHR' && p.name === 'deferredOperation';

/** The typed array with the layout of a C array of each type: it is passed without a copy. */
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
