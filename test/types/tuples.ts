// The types know fixed lengths, arrays that may be left out, and where undefined is accepted; compiled, never run.
import type {
  CommandBuffer,
  Device,
  Queue,
  VkCommandPool,
  VkComputePipelineCreateInfo,
  VkDescriptorPool,
  VkDescriptorSet,
  VkDescriptorSetLayout,
  VkPipeline,
} from '../../src/index.ts';

type Length<List extends readonly unknown[]> = List['length'];

export function tuples(
  device: Device,
  info: VkComputePipelineCreateInfo,
  infos: VkComputePipelineCreateInfo[],
): void {
  const { pPipelines } = device.createComputePipelines(null, [info, info]);
  const two: [VkPipeline, VkPipeline] = pPipelines;
  const many: VkPipeline[] = device.createComputePipelines(null, infos).pPipelines;
  const more: VkPipeline[] = device.createComputePipelines(null, [info, ...infos]).pPipelines;
  // @ts-expect-error a member that create infos do not have
  device.createComputePipelines(null, [{ ...info, layuot: 5 }]);
  // @ts-expect-error as many pipelines as create infos
  const three: [VkPipeline, VkPipeline, VkPipeline] = pPipelines;
  void [two, many, more, three];
}

export function allocations(
  device: Device,
  commandPool: VkCommandPool,
  descriptorPool: VkDescriptorPool,
  layout: VkDescriptorSetLayout,
  layouts: readonly VkDescriptorSetLayout[],
  count: number,
): void {
  const one: [CommandBuffer] = device.allocateCommandBuffers({
    commandPool,
    level: 0,
    commandBufferCount: 1,
  });
  const some: CommandBuffer[] = device.allocateCommandBuffers({
    commandPool,
    level: 0,
    commandBufferCount: count,
  });
  const thousand: CommandBuffer[] = device.allocateCommandBuffers({
    commandPool,
    level: 0,
    commandBufferCount: 1000,
  });
  // @ts-expect-error none is not what may be allocated
  device.allocateCommandBuffers({ commandPool, level: 0 });
  // @ts-expect-error a typo
  device.allocateCommandBuffers({ commandPool, levle: 0, commandBufferCount: 1 });
  const set: [VkDescriptorSet] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [layout] });
  const sets: VkDescriptorSet[] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: layouts });
  const length: Length<typeof set> = 1;
  void [one, some, thousand, set, sets, length];
}

export function leftOut(commands: CommandBuffer, queue: Queue, device: Device): void {
  commands.cmdPipelineBarrier(1, 1, 0);
  commands.cmdPipelineBarrier(1, 1, 0, [{ srcAccessMask: 1 }]);
  queue.queueSubmit(undefined, null);
  queue.queueSubmit();
  device.updateDescriptorSets([]);
  // @ts-expect-error what may not be empty may not be left out
  commands.cmdExecuteCommands();
}

/** What a program may pass on as it got it. */
export function passedOn(
  device: Device,
  label: { size: number; next?: undefined; count?: number | undefined },
): void {
  device.createBuffer({ size: label.size, usage: 1, pNext: label.next, queueFamilyIndexCount: label.count });
}
