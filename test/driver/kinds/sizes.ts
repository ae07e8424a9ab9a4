// Cases about sizes that other arguments imply: C accesses no byte behind memory that was passed, and errors name both sizes.
import { VkDescriptorType, VkQueryType } from '../../../ffi/rows/enums.ts';
import { registry } from '../../../src/registry/registry.ts';
import { all, type Bench, type Case, expectRefused } from './bench.ts';

/** A call whose memory is too small, and by how much. */
interface Small {
  readonly command: string;
  readonly words: RegExp;
  call(): unknown;
}

const many = ({ values }: Bench, type: string, n: number): never[] =>
  Array.from({ length: n }, () => values.handle(type) as never);

function written(bench: Bench): Small[] {
  const { VkDevice: device } = bench.session;
  const { values } = bench;
  const pool = values.handle('VkQueryPool') as never;
  const info = (struct: string) => values.struct(registry.struct(struct)) as never;
  const captured = ['Buffer', 'Image', 'ImageView', 'Sampler', 'AccelerationStructure'].map((type): Small => {
    const command = `vkGet${type}OpaqueCaptureDescriptorDataEXT`;
    const method = `get${type}OpaqueCaptureDescriptorDataEXT` as 'getBufferOpaqueCaptureDescriptorDataEXT';
    return {
      command,
      words: /16.*\b8|\b8\b.*16/,
      call: () => device[method](info(`Vk${type}CaptureDescriptorDataInfoEXT`), values.bytes(8)),
    };
  });
  const groups = (['KHR', 'NV'] as const).map((vendor): Small => {
    const command = `vkGetRayTracingShaderGroupHandles${vendor}`;
    const pipeline = values.handle('VkPipeline') as never;
    return {
      command,
      words: /\b(96|95)\b.*\b(96|95)\b/,
      call: () => device[`getRayTracingShaderGroupHandles${vendor}`](pipeline, 0, 3, values.bytes(95)),
    };
  });
  return [
    {
      command: 'vkGetQueryPoolResults',
      words: /(pData|dataSize).*\b(512|8)\b.*\b(512|8)\b/,
      call: () => device.getQueryPoolResults(pool, 0, 64, values.bytes(8), 8n, 1),
    },
    {
      command: 'vkGetQueryPoolResults',
      words: /(pData|dataSize).*\b(24|16)\b.*\b(24|16)\b/,
      call: () => device.getQueryPoolResults(pool, 0, 2, values.bytes(16), 16n, 1),
    },
    {
      command: 'vkWriteAccelerationStructuresPropertiesKHR',
      words: /(pData|dataSize).*\b(24|32|8)\b.*\b(24|32|8)\b/,
      call: () =>
        device.writeAccelerationStructuresPropertiesKHR(
          many(bench, 'VkAccelerationStructureKHR', 2),
          VkQueryType.ACCELERATION_STRUCTURE_COMPACTED_SIZE_KHR,
          values.bytes(8),
          16n,
        ),
    },
    {
      command: 'vkWriteMicromapsPropertiesEXT',
      words: /(pData|dataSize).*\b(24|32|8)\b.*\b(24|32|8)\b/,
      call: () =>
        device.writeMicromapsPropertiesEXT(
          many(bench, 'VkMicromapEXT', 2),
          VkQueryType.MICROMAP_COMPACTED_SIZE_EXT,
          values.bytes(8),
          16n,
        ),
    },
    {
      command: 'vkWriteMicromapsPropertiesEXT',
      words: /(pData|dataSize).*\b10\b.*\b9\b/,
      call: () =>
        device.writeMicromapsPropertiesEXT(
          many(bench, 'VkMicromapEXT', 2),
          VkQueryType.MICROMAP_COMPACTED_SIZE_EXT,
          values.bytes(9),
          2n,
        ),
    },
    ...captured,
    ...groups,
  ];
}

function read(bench: Bench): Small[] {
  const { VkDevice: device, VkCommandBuffer: commands } = bench.session;
  const { values } = bench;
  const layout = values.handle('VkPipelineLayout') as never;
  const bytes = (n: number) => values.bytes(n);
  const template = (descriptorCount: number) =>
    device.createDescriptorUpdateTemplate({
      templateType: 0,
      pipelineLayout: layout,
      descriptorSetLayout: values.handle('VkDescriptorSetLayout') as never,
      pipelineBindPoint: 0,
      set: 0,
      pDescriptorUpdateEntries: [
        {
          ...{ dstBinding: 0, dstArrayElement: 0, descriptorCount, offset: 8n, stride: 24n },
          descriptorType: VkDescriptorType.STORAGE_BUFFER,
        },
      ],
    } as never);
  return [
    {
      command: 'vkCmdDrawMultiEXT',
      words: /stride.*\b(8|64)\b.*\b(8|64)\b/,
      call: () =>
        commands.cmdDrawMultiEXT(
          [
            { firstVertex: 0, vertexCount: 3 },
            { firstVertex: 3, vertexCount: 3 },
          ] as never,
          1,
          0,
          64,
        ),
    },
    {
      command: 'vkCmdDrawMultiIndexedEXT',
      words: /stride.*\b(12|64)\b.*\b(12|64)\b/,
      call: () =>
        commands.cmdDrawMultiIndexedEXT(
          [0, 3].map(firstIndex => ({ firstIndex, indexCount: 3, vertexOffset: 0 })) as never,
          1,
          0,
          64,
        ),
    },
    {
      command: 'vkUpdateDescriptorSetWithTemplate',
      words: /pData.*\b(80|16)\b.*\b(80|16)\b/,
      call: () =>
        device.updateDescriptorSetWithTemplate(
          values.handle('VkDescriptorSet') as never,
          template(3),
          bytes(16) as never,
        ),
    },
    {
      command: 'vkCmdPushDescriptorSetWithTemplateKHR',
      words: /pData.*\b(80|16)\b.*\b(80|16)\b/,
      call: () => commands.cmdPushDescriptorSetWithTemplateKHR(template(3), layout, 0, bytes(16) as never),
    },
    {
      command: 'vkCreateComputePipelines',
      words: /pMapEntries\[0\].*\b(4|1048576|1048580)\b.*\b(4|1048576|1048580)\b/,
      call: () =>
        device.createComputePipelines(undefined, [
          {
            layout,
            stage: {
              ...{ stage: 32, module: values.handle('VkShaderModule'), pName: 'main' },
              pSpecializationInfo: {
                pMapEntries: [{ constantID: 0, offset: 1 << 20, size: 4n }],
                pData: bytes(4),
              },
            },
          } as never,
        ]),
    },
    {
      command: 'vkCreateComputePipelines',
      words: /pMapEntries\[1\].*\b[3-8]\b.*\b[3-8]\b/,
      call: () =>
        device.createComputePipelines(undefined, [
          {
            layout,
            stage: {
              ...{ stage: 32, module: values.handle('VkShaderModule'), pName: 'main' },
              pSpecializationInfo: {
                pMapEntries: [
                  { constantID: 0, offset: 0, size: 4n },
                  { constantID: 1, offset: 3, size: 4n },
                ],
                pData: bytes(4),
              },
            },
          } as never,
        ]),
    },
  ];
}

const refuse = (bench: Bench, smalls: readonly Small[]): string => {
  all(
    smalls.map(
      ({ command, words, call }) =>
        () =>
          expectRefused(bench.call(command, call), words, command),
    ),
  );
  return [...new Set(smalls.map(({ command }) => command))].join(', ');
};

export const sizes: readonly Case[] = [
  {
    name: '3 what C writes by stride, or as large as properties say, has room',
    run: bench => refuse(bench, written(bench)),
  },
  { name: '3 what C reads by stride, template or entry is there', run: bench => refuse(bench, read(bench)) },
  {
    name: '3 a descriptor is as large as the properties say',
    run(bench) {
      const { VkDevice: device } = bench.session;
      const data = { pStorageBuffer: { address: 64n, range: 64n, format: 0 } };
      const info = { type: VkDescriptorType.STORAGE_BUFFER, data } as never;
      const small = () => device.getDescriptorEXT(info, bench.values.bytes(7));
      expectRefused(bench.call('vkGetDescriptorEXT', small), /\b(7|32)\b.*\b(7|32)\b/, 'vkGetDescriptorEXT');
      return 'vkGetDescriptorEXT';
    },
  },
];
