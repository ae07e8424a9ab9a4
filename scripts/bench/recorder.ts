// Makes what our contestants need to record dispatches on the system's driver: a command buffer, a pipeline, a set, a buffer.
import {
  type CommandBuffer,
  type Device,
  type VkBuffer,
  VkBufferUsageFlagBits,
  VkCommandBufferLevel,
  VkCommandPoolCreateFlagBits,
  type VkDescriptorSet,
  VkDescriptorType,
  type VkPipeline,
  type VkPipelineLayout,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { square } from '../examples/shaders/spirv.ts';
import type { Contestant, Run } from './contest.ts';
import { type OpenedLavapipe, openLavapipe } from './lavapipe.ts';
import { type Once, repeat } from './loop.ts';

export const STAGE = VkShaderStageFlagBits.COMPUTE;
/** Bytes of push constants that its layout has. */
export const PUSHED = 64;

export interface Recorder {
  readonly device: Device;
  readonly commands: CommandBuffer;
  readonly layout: VkPipelineLayout;
  readonly pipeline: VkPipeline;
  readonly set: VkDescriptorSet;
  readonly buffer: VkBuffer;
  readonly recording: Recording;
  readonly missing?: undefined;
}

/** A run that records commands and discards them; if the driver accepts them, it returns their number. */
export type Recording = (once: Once) => Required<Pick<Contestant, 'run' | 'expected'>>;

export const countItself: Run = times => times;

export function openRecorder(): Recorder | { readonly missing: string } {
  const opened = openLavapipe();
  return opened.missing === undefined ? recorderOn(opened as OpenedLavapipe) : { missing: opened.missing };
}

function recorderOn({ device }: OpenedLavapipe): Recorder {
  const descriptorType = VkDescriptorType.STORAGE_BUFFER;
  const setLayout = device.createDescriptorSetLayout({
    pBindings: [{ binding: 0, descriptorType, descriptorCount: 1, stageFlags: STAGE }],
  });
  const layout = device.createPipelineLayout({
    pSetLayouts: [setLayout],
    pPushConstantRanges: [{ stageFlags: STAGE, offset: 0, size: PUSHED }],
  });
  const module = device.createShaderModule({ pCode: square });
  const {
    pPipelines: [pipeline],
  } = device.createComputePipelines(undefined, [{ stage: { stage: STAGE, module, pName: 'main' }, layout }]);
  const descriptorPool = device.createDescriptorPool({
    maxSets: 1,
    pPoolSizes: [{ type: descriptorType, descriptorCount: 1 }],
  });
  const [set] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [setLayout] });
  const buffer = device.createBuffer({ size: 4096, usage: VkBufferUsageFlagBits.STORAGE_BUFFER });
  const { size, memoryTypeBits } = device.getBufferMemoryRequirements(buffer);
  const memoryTypeIndex = 31 - Math.clz32(memoryTypeBits & -memoryTypeBits);
  device.bindBufferMemory(buffer, device.allocateMemory({ allocationSize: size, memoryTypeIndex }), 0);
  const commandPool = device.createCommandPool({
    queueFamilyIndex: 0,
    flags: VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER,
  });
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  const recording: Recording = once => {
    const loop = repeat(once);
    return {
      run(times) {
        commands.beginCommandBuffer({});
        loop(times);
        commands.endCommandBuffer();
        commands.resetCommandBuffer();
        return times;
      },
      expected: countItself,
    };
  };
  return { device, commands, layout, pipeline, set, buffer, recording };
}
