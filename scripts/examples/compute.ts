// Squares an array of numbers on the GPU (shaders/square.comp).
import {
  allocateFor,
  chooseGpu,
  readBack,
  resolveInstance,
  runOnce,
  upload,
} from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  loadVulkan,
  VkBufferUsageFlagBits,
  VkDescriptorType,
  VkMemoryPropertyFlagBits,
  VkPipelineBindPoint,
  VkQueueFlagBits,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { square } from './shaders/spirv.ts';

const WORKGROUP = 64;

function squares(numbers: Float32Array): Float32Array {
  // Both end with the function, and all that is made from them.
  const vulkan = loadVulkan();
  const wishes = resolveInstance(vulkan, { required: { apiVersion: API_VERSION_1_1 } });
  using instance = vulkan.createInstance(wishes.createInfo);
  const { gpu, createInfo, queueFamilyIndex } = chooseGpu(instance, {
    queue: { flags: VkQueueFlagBits.COMPUTE },
  });
  using device = gpu.createDevice(createInfo);
  const queue = device.getDeviceQueue(queueFamilyIndex, 0);
  const target = { device, queue, commandPool: device.createCommandPool({ queueFamilyIndex }) };

  const { STORAGE_BUFFER, TRANSFER_SRC, TRANSFER_DST } = VkBufferUsageFlagBits;
  const size = numbers.byteLength;
  const buffer = device.createBuffer({ size, usage: STORAGE_BUFFER | TRANSFER_SRC | TRANSFER_DST });
  allocateFor(device, { buffer }, { preferred: VkMemoryPropertyFlagBits.DEVICE_LOCAL });
  upload(target, { buffer }, numbers);

  // The shader finds it at binding 0 of set 0.
  const descriptorType = VkDescriptorType.STORAGE_BUFFER;
  const setLayout = device.createDescriptorSetLayout({
    pBindings: [
      { binding: 0, descriptorType, descriptorCount: 1, stageFlags: VkShaderStageFlagBits.COMPUTE },
    ],
  });
  const descriptorPool = device.createDescriptorPool({
    maxSets: 1,
    pPoolSizes: [{ type: descriptorType, descriptorCount: 1 }],
  });
  const [set] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [setLayout] });
  device.updateDescriptorSets(
    [{ dstSet: set, dstBinding: 0, descriptorType, pBufferInfo: [{ buffer, range: size }] }],
    [],
  );

  const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
  const module = device.createShaderModule({ pCode: square });
  const { pPipelines } = device.createComputePipelines(null, [
    { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
  ]);
  runOnce(target, commands => {
    commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
    commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
    commands.cmdDispatch(Math.ceil(numbers.length / WORKGROUP), 1, 1);
  });
  return new Float32Array(readBack(target, { buffer }, size).buffer);
}

const numbers = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0.5, -3);
console.log(`[${numbers.join(', ')}] squared is [${squares(numbers).join(', ')}]`);
