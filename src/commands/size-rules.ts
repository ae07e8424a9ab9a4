// Refuses memory that is smaller than what C reads or writes because of other arguments.
import { VkQueryResultFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkDescriptorType } from '../../ffi/rows/enums.ts';
import type { VulkanBase } from '../handles/object.ts';
import type { Call } from '../marshal/call.ts';
import { decodeMembers } from '../marshal/decode.ts';
import { physicalDeviceDescriptorSize, physicalDeviceProperty } from '../marshal/device-properties.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { elementLayout, layoutOf } from '../native/row-types.ts';
import type { SizeRule } from '../registry/length-rule.ts';
import { registry } from '../registry/registry.ts';
import type { CommandRow } from '../registry/rows.ts';
import { type Rule, rule } from '../registry/rule.ts';

/** The encoded arguments. */
interface EncodedArguments {
  readonly self: VulkanBase;
  readonly call: Call;
  /** A parameter's value. */
  value(param: string): number | bigint;
  /** Elements of an array, or bytes at a pointer; below 0 if unknown, or if nothing was passed. */
  length(param: string): number;
}

type Check = (given: EncodedArguments) => void;

/** Undefined for most commands. */
export function sizeCheckOf(row: CommandRow): Check | undefined {
  const checks: Check[] = row.sizeRules.map(rule => given => checkProduct(row, rule, given));
  for (const p of row.params) if (p.stride !== '') checks.push(given => checkStride(row, p.name, given));
  for (const p of row.params)
    if (p.pointers.length === 2 && p.base !== 'char' && p.base !== 'void' && p.length.length === 1)
      checks.push(given => checkInner(row, p.name, given));
  const own = commandSizes[row.canonicalName];
  if (own !== undefined) checks.push(given => own.check(row, given));
  if (checks.length === 0) return undefined;
  return given => {
    for (const check of checks) check(given);
  };
}

function requireBytes(
  row: CommandRow,
  param: string,
  wanted: number,
  given: EncodedArguments,
  vuid: string,
): void {
  const got = Number(given.value(param)) === 0 ? 0 : given.length(param);
  if (got < 0 || got >= wanted) return;
  throw new ArgumentError('range', `expected at least ${wanted} bytes, got ${got}`)
    .under(`${row.name}.${param}`)
    .withVuid(vuid);
}

function checkProduct(row: CommandRow, { bytes, factors, vuid }: SizeRule, given: EncodedArguments): void {
  if (given.length(bytes) < 0) return;
  const product = factors.reduce((all, factor) => {
    const [struct, member] = factor.split('.');
    const value =
      member === undefined ? given.value(factor) : physicalDeviceProperty(given.self, struct, member);
    return all * Number(value);
  }, 1);
  requireBytes(row, bytes, product, given, vuid);
}

/** Checks the stride of an array, whose elements this library puts one after the other. */
function checkStride(row: CommandRow, param: string, given: EncodedArguments): void {
  const p = row.params.find(one => one.name === param)!;
  const { size } = elementLayout({ ...p, pointers: '' });
  const stride = Number(given.value(p.stride));
  if (given.length(param) > 1 && stride !== size)
    throw new ArgumentError(
      'range',
      `expected ${size}, the bytes from one ${p.base} to the next, got ${stride}`,
    ).under(`${row.name}.${p.stride}`);
}

/** Checks that `ppBuildRangeInfos[i]` has as many elements as `pInfos[i]` has geometries. */
function checkInner(row: CommandRow, param: string, given: EncodedArguments): void {
  const infos = row.params.find(p => p.name === 'pInfos')!;
  const struct = registry.struct(infos.base);
  const address = BigInt(given.value('pInfos'));
  given.call.innerLengths.forEach((got, i) => {
    const at = address + BigInt(i * layoutOf(struct).size);
    const { geometryCount } = decodeMembers(struct, at, ['geometryCount']);
    if (got < (geometryCount as number))
      throw new ArgumentError(
        'range',
        `expected ${geometryCount} elements (geometryCount of pInfos[${i}]), got ${got}`,
      ).under(`${row.name}.${param}[${i}]`);
  });
}

/** The rules that only the specification's prose has, by a command's canonical name. */
export const commandSizes: Readonly<
  Record<string, Rule<(row: CommandRow, given: EncodedArguments) => void> | undefined>
> = {
  vkGetQueryPoolResults: rule(['VUID-vkGetQueryPoolResults-dataSize-00817'], vuid => (row, given) => {
    const count = Number(given.value('queryCount'));
    const flags = Number(given.value('flags'));
    if (count === 0) return;
    const pool = given.call.scope.factsOf('VkQueryPool', BigInt(given.value('queryPool')));
    const isWide = pool?.isWide === 1 || (flags & VkQueryResultFlagBits._64) !== 0;
    const statusFlags = VkQueryResultFlagBits.WITH_AVAILABILITY | VkQueryResultFlagBits.WITH_STATUS_KHR;
    const values = (pool?.values ?? 1) + ((flags & statusFlags) !== 0 ? 1 : 0);
    const last = Number(given.value('stride')) * (count - 1);
    requireBytes(row, 'pData', last + values * (isWide ? 8 : 4), given, vuid);
  }),
  vkWriteAccelerationStructuresPropertiesKHR: rule(
    ['VUID-vkWriteAccelerationStructuresPropertiesKHR-dataSize-03452'],
    vuid => (row, given) => checkProperties(row, given, 'accelerationStructureCount', vuid),
  ),
  vkWriteMicromapsPropertiesEXT: rule(
    ['VUID-vkWriteMicromapsPropertiesEXT-dataSize-07576'],
    vuid => (row, given) => checkProperties(row, given, 'micromapCount', vuid),
  ),
  vkUpdateDescriptorSetWithTemplate: rule(
    ['VUID-vkUpdateDescriptorSetWithTemplate-pData-01685'],
    vuid => (row, given) => checkTemplate(row, given, vuid),
  ),
  vkCmdPushDescriptorSetWithTemplate: rule(
    ['VUID-vkCmdPushDescriptorSetWithTemplate-pData-01686'],
    vuid => (row, given) => checkTemplate(row, given, vuid),
  ),
  vkGetAccelerationStructureHandleNV: rule(
    ['VUID-vkGetAccelerationStructureHandleNV-dataSize-02240'],
    vuid => (row, given) => requireBytes(row, 'pData', 8, given, vuid),
  ),
  vkGetDescriptorEXT: rule(['VUID-vkGetDescriptorEXT-dataSize-08125'], vuid => (row, given) => {
    const info = registry.struct('VkDescriptorGetInfoEXT');
    const { type } = decodeMembers(info, BigInt(given.value('pDescriptorInfo')), ['type']);
    const property = descriptorProperty(type as number);
    if (property === undefined) return;
    const wanted = physicalDeviceProperty(
      given.self,
      'VkPhysicalDeviceDescriptorBufferPropertiesEXT',
      property,
    );
    requireBytes(row, 'pDescriptor', Number(wanted), given, vuid);
  }),
  vkGetExternalComputeQueueDataNV: rule(
    ['VUID-vkGetExternalComputeQueueDataNV-pData-08134'],
    vuid => (row, given) => {
      const struct = 'VkPhysicalDeviceExternalComputeQueuePropertiesNV';
      const wanted = Number(physicalDeviceProperty(given.self, struct, 'externalDataSize'));
      requireBytes(row, 'pData', wanted, given, vuid);
    },
  ),
  vkGetImageOpaqueCaptureDataEXT: rule(
    ['VUID-vkGetImageOpaqueCaptureDataEXT-size-11283'],
    vuid => (row, given) => {
      const struct = 'VkPhysicalDeviceDescriptorHeapPropertiesEXT';
      const wanted = Number(physicalDeviceProperty(given.self, struct, 'imageCaptureReplayOpaqueDataSize'));
      checkRanges(row, given, 'pDatas', () => wanted, vuid);
    },
  ),
  vkGetTensorOpaqueCaptureDataARM: rule(
    ['VUID-vkGetTensorOpaqueCaptureDataARM-size-11392'],
    vuid => (row, given) => {
      const struct = 'VkPhysicalDeviceDescriptorHeapTensorPropertiesARM';
      const wanted = Number(physicalDeviceProperty(given.self, struct, 'tensorCaptureReplayOpaqueDataSize'));
      checkRanges(row, given, 'pDatas', () => wanted, vuid);
    },
  ),
  vkWriteSamplerDescriptorsEXT: rule(
    ['VUID-vkWriteSamplerDescriptorsEXT-size-11203'],
    vuid => (row, given) => {
      const wanted = physicalDeviceDescriptorSize(given.self, VkDescriptorType.SAMPLER);
      checkRanges(row, given, 'pDescriptors', () => wanted, vuid);
    },
  ),
  vkWriteResourceDescriptorsEXT: rule(
    ['VUID-vkWriteResourceDescriptorsEXT-size-11207'],
    vuid => (row, given) => {
      const struct = registry.struct('VkResourceDescriptorInfoEXT');
      const address = BigInt(given.value('pResources'));
      const wantedAt = (i: number) => {
        const { type } = decodeMembers(struct, address + BigInt(i * layoutOf(struct).size), ['type']);
        return physicalDeviceDescriptorSize(given.self, type as number);
      };
      checkRanges(row, given, 'pDescriptors', wantedAt, vuid);
    },
  ),
};

/** Each property is a VkDeviceSize, also where the stride has the next one begin before its end. */
function checkProperties(row: CommandRow, given: EncodedArguments, count: string, vuid: string): void {
  const last = Number(given.value('stride')) * (Number(given.value(count)) - 1);
  requireBytes(row, 'pData', last + 8, given, vuid);
}

function checkTemplate(row: CommandRow, given: EncodedArguments, vuid: string): void {
  const template = BigInt(given.value('descriptorUpdateTemplate'));
  const wanted = given.call.scope.factsOf('VkDescriptorUpdateTemplate', template)?.dataSize ?? 0;
  requireBytes(row, 'pData', wanted, given, vuid);
}

/** Checks the size of each memory range in an array. */
function checkRanges(
  row: CommandRow,
  given: EncodedArguments,
  param: string,
  wantedAt: (index: number) => number,
  vuid: string,
): void {
  const p = row.params.find(one => one.name === param)!;
  const struct = registry.struct(p.base);
  const address = BigInt(given.value(param));
  for (let i = 0; i < given.length(param); i++) {
    const wanted = wantedAt(i);
    // Only its size is read, not the memory of the script that it points to.
    const { size } = decodeMembers(struct, address + BigInt(i * layoutOf(struct).size), ['size']);
    if ((size as bigint) < BigInt(wanted))
      throw new ArgumentError('range', `expected at least ${wanted} bytes, got ${size}`)
        .under(`${row.name}.${param}[${i}]`)
        .withVuid(vuid);
  }
}

/** `COMBINED_IMAGE_SAMPLER` → `combinedImageSamplerDescriptorSize`; undefined if there is no such property. */
function descriptorProperty(type: number): string | undefined {
  const name = Object.keys(VkDescriptorType).find(
    key => VkDescriptorType[key as keyof typeof VkDescriptorType] === type,
  );
  const plain = name?.replace(/_(KHR|NV|EXT)$/, '').toLowerCase();
  const property = `${plain?.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}DescriptorSize`;
  const { members } = registry.struct('VkPhysicalDeviceDescriptorBufferPropertiesEXT');
  return members.some(m => m.name === property) ? property : undefined;
}
