// Makes a compute pipeline whose shader reads and writes one storage buffer, at binding 0 of set 0.
import {
  type CommandBuffer,
  type Device,
  type VkBuffer,
  VkDescriptorType,
  VkPipelineBindPoint,
  type VkShaderModuleCreateInfo,
  VkShaderStageFlagBits,
} from '../../src/index.ts';

export const descriptorType = VkDescriptorType.STORAGE_BUFFER;
export const pBindings = [
  { binding: 0, descriptorType, descriptorCount: 1, stageFlags: VkShaderStageFlagBits.COMPUTE },
];

/** A set of one storage buffer, empty or with the buffer that is given. */
export function storageSet(device: Device, buffer?: VkBuffer, range?: number) {
  const setLayout = device.createDescriptorSetLayout({ pBindings });
  const pool = device.createDescriptorPool({
    maxSets: 1,
    pPoolSizes: [{ type: descriptorType, descriptorCount: 1 }],
  });
  const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [setLayout] });
  if (buffer !== undefined)
    device.updateDescriptorSets([
      { dstSet: set, dstBinding: 0, descriptorType, pBufferInfo: [{ buffer, range: range! }] },
    ]);
  const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
  const end = () => {
    device.destroyPipelineLayout(layout);
    device.destroyDescriptorPool(pool);
    device.destroyDescriptorSetLayout(setLayout);
  };
  return { set, setLayout, layout, end };
}

/** The pipeline of a shader for such a set. */
export function computePipeline(
  device: Device,
  pCode: VkShaderModuleCreateInfo['pCode'],
  layout: ReturnType<typeof storageSet>['layout'],
  flags = 0,
) {
  const module = device.createShaderModule({ pCode });
  const stage = { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' };
  const { pPipelines } = device.createComputePipelines(null, [{ flags, stage, layout }]);
  device.destroyShaderModule(module);
  return pPipelines[0];
}

/** Binds both and dispatches one workgroup. */
export function dispatch(
  commands: CommandBuffer,
  pipeline: ReturnType<typeof computePipeline>,
  { layout, set }: Pick<ReturnType<typeof storageSet>, 'layout' | 'set'>,
): void {
  commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pipeline);
  commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
  commands.cmdDispatch(1, 1, 1);
}
