// In: an array of numbers.
// Out: their squares, computed on the GPU (shaders/square.comp), as an array again.
import {
  API_VERSION_1_1,
  loadVulkan,
  mapMemory,
  VkAccessFlagBits,
  VkBufferUsageFlagBits,
  VkDescriptorType,
  VkMemoryPropertyFlagBits,
  VkPipelineBindPoint,
  VkPipelineStageFlagBits,
  VkShaderStageFlagBits,
  VkSharingMode,
} from '../../src/index.ts';
import { allocate, submit } from './run.ts';
import { square } from './shaders/spirv.ts';

const WORKGROUP = 64;

function squares(numbers: Float32Array): Float32Array {
  const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
  const [gpu] = instance.enumeratePhysicalDevices();
  const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });

  // The array goes into memory that both sides see.
  const { HOST_VISIBLE, HOST_COHERENT } = VkMemoryPropertyFlagBits;
  const buffer = device.createBuffer({
    size: numbers.byteLength,
    usage: VkBufferUsageFlagBits.STORAGE_BUFFER,
    sharingMode: VkSharingMode.EXCLUSIVE,
  });
  const memory = allocate(device, device.getBufferMemoryRequirements(buffer), HOST_VISIBLE | HOST_COHERENT);
  device.bindBufferMemory(buffer, memory, 0);
  const mapped = mapMemory(device, memory, numbers.byteLength);
  mapped.write(numbers);

  // The shader finds it at binding 0 of set 0.
  const setLayout = device.createDescriptorSetLayout({
    pBindings: [
      {
        binding: 0,
        descriptorType: VkDescriptorType.STORAGE_BUFFER,
        descriptorCount: 1,
        stageFlags: VkShaderStageFlagBits.COMPUTE,
      },
    ],
  });
  const pool = device.createDescriptorPool({
    maxSets: 1,
    pPoolSizes: [{ type: VkDescriptorType.STORAGE_BUFFER, descriptorCount: 1 }],
  });
  const [set] = device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [setLayout] });
  device.updateDescriptorSets(
    [
      {
        dstSet: set,
        dstBinding: 0,
        descriptorType: VkDescriptorType.STORAGE_BUFFER,
        pBufferInfo: [{ buffer, range: numbers.byteLength }],
      },
    ],
    [],
  );

  const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
  const module = device.createShaderModule({ pCode: square });
  const { pPipelines } = device.createComputePipelines(null, [
    { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
  ]);
  submit(device, commands => {
    commands.cmdBindPipeline(VkPipelineBindPoint.COMPUTE, pPipelines[0]);
    commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
    commands.cmdDispatch(Math.ceil(numbers.length / WORKGROUP), 1, 1);
    // What the shader wrote shall be seen by the CPU.
    commands.cmdPipelineBarrier(
      VkPipelineStageFlagBits.COMPUTE_SHADER,
      VkPipelineStageFlagBits.HOST,
      0,
      [{ srcAccessMask: VkAccessFlagBits.SHADER_WRITE, dstAccessMask: VkAccessFlagBits.HOST_READ }],
      [],
      [],
    );
  });
  const result = new Float32Array(mapped.read().buffer);

  mapped.unmap();
  device.destroyPipeline(pPipelines[0]);
  device.destroyShaderModule(module);
  device.destroyPipelineLayout(layout);
  device.destroyDescriptorPool(pool);
  device.destroyDescriptorSetLayout(setLayout);
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  device.destroyDevice();
  instance.destroyInstance();
  return result;
}

const numbers = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0.5, -3);
console.log(`[${numbers.join(', ')}] squared is [${squares(numbers).join(', ')}]`);
