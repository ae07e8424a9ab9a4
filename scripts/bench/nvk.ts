// Opens nvk on the system's Vulkan, with all that is needed to record dispatches.
import { createRequire } from 'node:module';
import { square } from '../examples/shaders/spirv.ts';
import { repeat } from './loop.ts';
import { countItself, PUSHED, type Recording, STAGE } from './recorder.ts';
import type { Tool } from './tools.ts';

// biome-ignore lint/suspicious/noExplicitAny: its types declare globals.
type Nvk = any;

export interface OpenedNvk {
  readonly nvk: Nvk;
  readonly gpu: Nvk;
  readonly device: Nvk;
  readonly commands: Nvk;
  readonly layout: Nvk;
  readonly pipeline: Nvk;
  readonly set: Nvk;
  readonly buffer: Nvk;
  readonly recording: Recording;
  readonly missing?: undefined;
}

export function openNvk({ path, missing }: Tool): OpenedNvk | { readonly missing: string } {
  if (path === undefined) return { missing };
  try {
    return open(createRequire(import.meta.url)(path));
  } catch (error) {
    return { missing: `nvk does not work here: ${(error as Error)?.message ?? error}` };
  }
}

function open(nvk: Nvk): OpenedNvk {
  const succeeds = (result: number) => {
    if (result !== nvk.VK_SUCCESS) throw new Error(`VkResult ${result}`);
  };
  const { gpu, device } = openDevice(nvk, succeeds);
  /** What vkCreate… makes of a type. */
  const create = (type: string, info: Nvk) => {
    const made = new nvk[`Vk${type}`]();
    succeeds(nvk[`vkCreate${type}`](device, new nvk[`Vk${type}CreateInfo`](info), null, made));
    return made;
  };
  const descriptorType = nvk.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
  const binding = { binding: 0, descriptorType, descriptorCount: 1, stageFlags: STAGE };
  const setLayout = create('DescriptorSetLayout', {
    bindingCount: 1,
    pBindings: [new nvk.VkDescriptorSetLayoutBinding(binding)],
  });
  const layout = create('PipelineLayout', {
    setLayoutCount: 1,
    pSetLayouts: [setLayout],
    pushConstantRangeCount: 1,
    pPushConstantRanges: [new nvk.VkPushConstantRange({ stageFlags: STAGE, offset: 0, size: PUSHED })],
  });
  const pCode = new Uint8Array(square.buffer);
  const module = create('ShaderModule', { codeSize: pCode.byteLength, pCode });
  const stage = new nvk.VkPipelineShaderStageCreateInfo({ stage: STAGE, module, pName: 'main' });
  const pipeline = new nvk.VkPipeline();
  const pipelineInfo = new nvk.VkComputePipelineCreateInfo({ stage, layout });
  succeeds(nvk.vkCreateComputePipelines(device, null, 1, [pipelineInfo], null, [pipeline]));
  const descriptorPool = create('DescriptorPool', {
    maxSets: 1,
    poolSizeCount: 1,
    pPoolSizes: [new nvk.VkDescriptorPoolSize({ type: descriptorType, descriptorCount: 1 })],
  });
  const set = new nvk.VkDescriptorSet();
  const setInfo = { descriptorPool, descriptorSetCount: 1, pSetLayouts: [setLayout] };
  succeeds(nvk.vkAllocateDescriptorSets(device, new nvk.VkDescriptorSetAllocateInfo(setInfo), [set]));
  const usage = nvk.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  const buffer = create('Buffer', { size: 4096, usage });
  const needed = new nvk.VkMemoryRequirements();
  nvk.vkGetBufferMemoryRequirements(device, buffer, needed);
  const memoryTypeIndex = 31 - Math.clz32(needed.memoryTypeBits & -needed.memoryTypeBits);
  const memory = new nvk.VkDeviceMemory();
  const memoryInfo = new nvk.VkMemoryAllocateInfo({ allocationSize: needed.size, memoryTypeIndex });
  succeeds(nvk.vkAllocateMemory(device, memoryInfo, null, memory));
  succeeds(nvk.vkBindBufferMemory(device, buffer, memory, 0));
  const flags = nvk.VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
  const commandPool = create('CommandPool', { flags, queueFamilyIndex: 0 });
  const commands = new nvk.VkCommandBuffer();
  const level = nvk.VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  const allocateInfo = new nvk.VkCommandBufferAllocateInfo({ commandPool, level, commandBufferCount: 1 });
  succeeds(nvk.vkAllocateCommandBuffers(device, allocateInfo, [commands]));
  const beginInfo = new nvk.VkCommandBufferBeginInfo();
  const recording: Recording = once => {
    const loop = repeat(once);
    return {
      run(times) {
        succeeds(nvk.vkBeginCommandBuffer(commands, beginInfo));
        loop(times);
        succeeds(nvk.vkEndCommandBuffer(commands));
        succeeds(nvk.vkResetCommandBuffer(commands, 0));
        return times;
      },
      expected: countItself,
    };
  };
  return { nvk, gpu, device, commands, layout, pipeline, set, buffer, recording };
}

/** On lavapipe if the system has it, as ours is. */
function openDevice(nvk: Nvk, succeeds: (result: number) => void): { gpu: Nvk; device: Nvk } {
  const instance = new nvk.VkInstance();
  const pApplicationInfo = new nvk.VkApplicationInfo({ apiVersion: nvk.VK_MAKE_VERSION(1, 1, 0) });
  succeeds(nvk.vkCreateInstance(new nvk.VkInstanceCreateInfo({ pApplicationInfo }), null, instance));
  const count = { $: 0 };
  succeeds(nvk.vkEnumeratePhysicalDevices(instance, count, null));
  const gpus = Array.from({ length: count.$ }, () => new nvk.VkPhysicalDevice());
  succeeds(nvk.vkEnumeratePhysicalDevices(instance, count, gpus));
  const nameOf = (gpu: Nvk): string => {
    const properties = new nvk.VkPhysicalDeviceProperties();
    nvk.vkGetPhysicalDeviceProperties(gpu, properties);
    return properties.deviceName;
  };
  const gpu = gpus.find(g => nameOf(g).includes('llvmpipe')) ?? gpus[0];
  const device = new nvk.VkDevice();
  const queueInfo = new nvk.VkDeviceQueueCreateInfo({
    queueFamilyIndex: 0,
    queueCount: 1,
    pQueuePriorities: new Float32Array([1]),
  });
  const deviceInfo = new nvk.VkDeviceCreateInfo({ queueCreateInfoCount: 1, pQueueCreateInfos: [queueInfo] });
  succeeds(nvk.vkCreateDevice(gpu, deviceInfo, null, device));
  return { gpu, device };
}
