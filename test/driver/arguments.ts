// Makes random right arguments of a command; those that depend on each other are chosen together.
import { VkExternalMemoryHandleTypeFlagBits } from '../../ffi/rows/bitmasks.ts';
import { VkDescriptorType, VkQueryType } from '../../ffi/rows/enums.ts';
import type { VkDescriptorSetLayout, VkDescriptorUpdateTemplateCreateInfo } from '../../ffi/types/structs.ts';
import { keep } from '../../scripts/fuzz/values.ts';
import type { Device } from '../../src/index.ts';
import { evaluateLength } from '../../src/registry/length.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow, Member } from '../../src/registry/rows.ts';
import type { Shape } from '../../src/registry/shape.ts';
import { countOf } from './compare.ts';
import type { Command, Model } from './model.ts';
import { INNER_LENGTHS } from './prose.ts';
import type { RightValues } from './values.ts';

type Named = Record<string, unknown>;

export class Arguments {
  readonly #model: Model;
  readonly #values: RightValues;
  readonly #device: Device;

  constructor(model: Model, values: RightValues, device: Device) {
    this.#model = model;
    this.#values = values;
    this.#device = device;
  }

  of(command: Command, row: CommandRow, shape: Shape): unknown[] {
    const special = SPECIAL[command.name]?.(this.#device, this.#values);
    if (special !== undefined) return special;
    const values = this.#values;
    const lengths = new Map<string, number>();
    const named: Named = {};
    const given = row.params.filter((_, i) => shape.roles[i] === 'in' || shape.roles[i] === 'buffer');
    for (const p of given) {
      if ((p.optional || p.noautovalidity) && values.chance(0.3)) continue;
      const [expression] = p.length;
      if (expression !== undefined && /->|[+*/-]/.test(expression))
        lengths.set(
          expression,
          evaluateLength(expression, path => this.#sizeAt(path, named, command)),
        );
      named[p.name] = this.#inner(command, p, named) ?? values.member(p, 0, lengths);
    }
    for (const rule of row.rules) keep(rule, named);
    // Not undefined, which would be refused, since a misspelled enumerator is undefined too.
    return given.map(p => named[p.name] ?? null);
  }

  /** The value of `pBuildInfo->geometryCount`; a count that is left out is that of its arrays. */
  #sizeAt(path: string, named: Named, command: Command): number {
    const [name, member] = path.split('->');
    const value = named[name];
    if (member === undefined) return Number(value ?? 0);
    const struct = this.#model.structs.get(command.params.find(p => p.name === name)!.type)!;
    const m = struct.members.find(other => other.name === member)!;
    const given = (value ?? {}) as Named;
    return Number(given[member] ?? countOf(m, struct.members, given) ?? 0);
  }

  /** Arrays of arrays whose inner lengths are in another array. */
  #inner(command: Command, p: Member, named: Named): unknown[][] | undefined {
    const length = INNER_LENGTHS[`${command.name}.${p.name}`];
    if (length === undefined) return undefined;
    const [, list, member] = /^(\w+)\[i\]\.(\w+)$/.exec(length('i'))!;
    return (named[list] as unknown[]).map(info =>
      Array.from({ length: this.#sizeAt(`${list}->${member}`, { [list]: info }, command) }, () =>
        this.#values.element(p, 0),
      ),
    );
  }
}

type Special = (device: Device, values: RightValues) => unknown[];

const QUERY_RESULT_64 = 1;
/** Bytes of a query's result, or of a property that is written by stride. */
const RESULT_SIZE = 8;

/** Memory for so many results, each a stride after the one before. */
function results(values: RightValues, count: number): { bytes: Uint8Array; stride: bigint } {
  const stride = RESULT_SIZE * (1 + values.int(3));
  return { bytes: values.bytes((count - 1) * stride + RESULT_SIZE), stride: BigInt(stride) };
}

const many = (values: RightValues, type: string): unknown[] =>
  Array.from({ length: 1 + values.int(3) }, () => values.handle(type));

const infoOf = (values: RightValues, struct: string): unknown => values.struct(registry.struct(struct));

/** An update template of a few descriptors, and data that is as long as they reach. */
function template(device: Device, values: RightValues): { template: unknown; data: Uint8Array } {
  const count = 1 + values.int(3);
  const [offset, stride] = [8 * values.int(3), 24];
  const entry = {
    dstBinding: 0,
    dstArrayElement: 0,
    descriptorCount: count,
    descriptorType: VkDescriptorType.STORAGE_BUFFER,
  };
  const info = infoOf(values, 'VkDescriptorUpdateTemplateCreateInfo') as VkDescriptorUpdateTemplateCreateInfo;
  return {
    template: device.createDescriptorUpdateTemplate({
      ...info,
      // Which of both is needed, its type says.
      descriptorSetLayout: values.handle('VkDescriptorSetLayout') as never,
      pipelineLayout: values.handle('VkPipelineLayout') as never,
      pDescriptorUpdateEntries: [{ ...entry, offset: BigInt(offset), stride: BigInt(stride) }],
    }),
    data: values.bytes(offset + count * stride),
  };
}

const captured =
  (struct: string): Special =>
  (_device, values) => [infoOf(values, struct), values.bytes(CAPTURE_SIZE)];

/** Sizes that the driver's properties have. */
const [CAPTURE_SIZE, DESCRIPTOR_SIZE, GROUP_SIZE] = [16, 32, 32];

const groups: Special = (_device, values) => {
  const count = 1 + values.int(3);
  return [values.handle('VkPipeline'), values.int(9), count, values.bytes(count * GROUP_SIZE)];
};

/** Arguments that random values would hardly ever be. */
const SPECIAL: Readonly<Record<string, Special>> = {
  vkFreeDescriptorSets(device, values) {
    const descriptorPool = device.createDescriptorPool({ maxSets: 4, pPoolSizes: [] });
    const pSetLayouts = many(values, 'VkDescriptorSetLayout') as VkDescriptorSetLayout[];
    return [descriptorPool, device.allocateDescriptorSets({ descriptorPool, pSetLayouts })];
  },
  vkGetQueryPoolResults(_device, values) {
    const count = 1 + values.int(4);
    const { bytes, stride } = results(values, count);
    return [values.handle('VkQueryPool'), values.int(100), count, bytes, stride, QUERY_RESULT_64];
  },
  vkWriteAccelerationStructuresPropertiesKHR(_device, values) {
    const list = many(values, 'VkAccelerationStructureKHR');
    const { bytes, stride } = results(values, list.length);
    return [list, VkQueryType.ACCELERATION_STRUCTURE_COMPACTED_SIZE_KHR, bytes, stride];
  },
  vkWriteMicromapsPropertiesEXT(_device, values) {
    const list = many(values, 'VkMicromapEXT');
    const { bytes, stride } = results(values, list.length);
    return [list, VkQueryType.MICROMAP_COMPACTED_SIZE_EXT, bytes, stride];
  },
  vkCmdDrawMultiEXT: (_device, values) => [
    Array.from({ length: values.int(4) }, () => infoOf(values, 'VkMultiDrawInfoEXT')),
    ...[values.int(9), values.int(9), 8],
  ],
  vkCmdDrawMultiIndexedEXT: (_device, values) => [
    Array.from({ length: values.int(4) }, () => infoOf(values, 'VkMultiDrawIndexedInfoEXT')),
    ...[values.int(9), values.int(9), 12],
    values.chance(0.5) ? -7 : undefined,
  ],
  vkUpdateDescriptorSetWithTemplate(device, values) {
    const { template: handle, data } = template(device, values);
    return [values.handle('VkDescriptorSet'), handle, data];
  },
  vkCmdPushDescriptorSetWithTemplateKHR(device, values) {
    const { template: handle, data } = template(device, values);
    return [handle, values.handle('VkPipelineLayout'), values.int(4), data];
  },
  vkGetDescriptorEXT: (_device, values) => [
    infoOf(values, 'VkDescriptorGetInfoEXT'),
    values.bytes(DESCRIPTOR_SIZE),
  ],
  vkGetMemoryHostPointerPropertiesEXT: (_device, values) => [
    VkExternalMemoryHandleTypeFlagBits.HOST_ALLOCATION_EXT,
    BigInt(1 + values.int(99)) << 12n,
  ],
  vkGetRayTracingShaderGroupHandlesKHR: groups,
  vkGetRayTracingShaderGroupHandlesNV: groups,
  vkGetRayTracingCaptureReplayShaderGroupHandlesKHR: groups,
  vkGetBufferOpaqueCaptureDescriptorDataEXT: captured('VkBufferCaptureDescriptorDataInfoEXT'),
  vkGetImageOpaqueCaptureDescriptorDataEXT: captured('VkImageCaptureDescriptorDataInfoEXT'),
  vkGetImageViewOpaqueCaptureDescriptorDataEXT: captured('VkImageViewCaptureDescriptorDataInfoEXT'),
  vkGetSamplerOpaqueCaptureDescriptorDataEXT: captured('VkSamplerCaptureDescriptorDataInfoEXT'),
  vkGetAccelerationStructureOpaqueCaptureDescriptorDataEXT: captured(
    'VkAccelerationStructureCaptureDescriptorDataInfoEXT',
  ),
};
