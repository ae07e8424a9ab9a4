// Shows what a shader prints (shaders/printf.comp), and what the validation layer says, in a thread of its own.
import { chooseGpu, resolveInstance, runOnce, showMessagesInThread } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  loadVulkan,
  VkPipelineBindPoint,
  VkQueueFlagBits,
  VkShaderStageFlagBits,
  VkStructureType,
  VkValidationFeatureEnableEXT,
} from '../../src/index.ts';
import { printf } from './shaders/spirv.ts';

const vulkan = loadVulkan();
const { createInfo } = resolveInstance(vulkan, {
  required: {
    apiVersion: API_VERSION_1_3,
    layers: ['VK_LAYER_KHRONOS_validation'],
    extensions: ['VK_EXT_debug_utils', 'VK_EXT_validation_features'],
  },
});
using instance = vulkan.createInstance({
  ...createInfo,
  pNext: [
    {
      sType: VkStructureType.VALIDATION_FEATURES_EXT,
      pEnabledValidationFeatures: [VkValidationFeatureEnableEXT.DEBUG_PRINTF],
    },
  ],
});
await showMessagesInThread(instance);
// The layer writes from the shader through memory, in any stage.
const {
  gpu,
  createInfo: deviceInfo,
  queueFamilyIndex,
} = chooseGpu(instance, {
  required: {
    features: ['fragmentStoresAndAtomics', 'vertexPipelineStoresAndAtomics'],
    extensions: ['VK_KHR_shader_non_semantic_info'],
  },
  queue: { flags: VkQueueFlagBits.COMPUTE },
});
using device = gpu.createDevice(deviceInfo);
const layout = device.createPipelineLayout({});
const module = device.createShaderModule({ pCode: printf });
const { pPipelines } = device.createComputePipelines(null, [
  { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
]);
const commandPool = device.createCommandPool({ queueFamilyIndex });
runOnce({ device, queue: device.getDeviceQueue(queueFamilyIndex, 0), commandPool }, commands => {
  commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
  commands.cmdDispatch(2, 1, 1);
});
