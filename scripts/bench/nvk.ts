// nvk with an instance, a device and a command buffer of its own on the system's Vulkan.
import { createRequire } from 'node:module';
import type { Contestant } from './contest.ts';
import { countItself } from './lavapipe.ts';
import type { Tool } from './tools.ts';

// biome-ignore lint/suspicious/noExplicitAny: its types declare globals.
type Nvk = any;

export interface OpenedNvk {
  readonly nvk: Nvk;
  readonly gpu: Nvk;
  readonly device: Nvk;
  readonly commands: Nvk;
  readonly layout: Nvk;
  readonly missing?: undefined;
  recording(record: (times: number) => void): Pick<Contestant, 'run' | 'expected'>;
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
  const done = (result: number) => {
    if (result !== nvk.VK_SUCCESS) throw new Error(`VkResult ${result}`);
  };
  const instance = new nvk.VkInstance();
  const pApplicationInfo = new nvk.VkApplicationInfo({ apiVersion: nvk.VK_MAKE_VERSION(1, 1, 0) });
  done(nvk.vkCreateInstance(new nvk.VkInstanceCreateInfo({ pApplicationInfo }), null, instance));
  const count = { $: 0 };
  done(nvk.vkEnumeratePhysicalDevices(instance, count, null));
  const gpus = Array.from({ length: count.$ }, () => new nvk.VkPhysicalDevice());
  done(nvk.vkEnumeratePhysicalDevices(instance, count, gpus));
  const gpu = gpus.find(g => nameOf(nvk, g).includes('llvmpipe')) ?? gpus[0];
  const device = new nvk.VkDevice();
  const queueInfo = new nvk.VkDeviceQueueCreateInfo({
    queueFamilyIndex: 0,
    queueCount: 1,
    pQueuePriorities: new Float32Array([1]),
  });
  const deviceInfo = new nvk.VkDeviceCreateInfo({ queueCreateInfoCount: 1, pQueueCreateInfos: [queueInfo] });
  done(nvk.vkCreateDevice(gpu, deviceInfo, null, device));
  const pool = new nvk.VkCommandPool();
  const poolInfo = new nvk.VkCommandPoolCreateInfo({
    flags: nvk.VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
    queueFamilyIndex: 0,
  });
  done(nvk.vkCreateCommandPool(device, poolInfo, null, pool));
  const commands = new nvk.VkCommandBuffer();
  const allocateInfo = new nvk.VkCommandBufferAllocateInfo({
    commandPool: pool,
    level: nvk.VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    commandBufferCount: 1,
  });
  done(nvk.vkAllocateCommandBuffers(device, allocateInfo, [commands]));
  const range = new nvk.VkPushConstantRange({
    stageFlags: nvk.VK_SHADER_STAGE_COMPUTE_BIT,
    offset: 0,
    size: 64,
  });
  const layout = new nvk.VkPipelineLayout();
  const layoutInfo = new nvk.VkPipelineLayoutCreateInfo({
    pushConstantRangeCount: 1,
    pPushConstantRanges: [range],
  });
  done(nvk.vkCreatePipelineLayout(device, layoutInfo, null, layout));
  const beginInfo = new nvk.VkCommandBufferBeginInfo();
  return {
    nvk,
    gpu,
    device,
    commands,
    layout,
    recording: record => ({
      run(times) {
        done(nvk.vkBeginCommandBuffer(commands, beginInfo));
        record(times);
        done(nvk.vkEndCommandBuffer(commands));
        done(nvk.vkResetCommandBuffer(commands, 0));
        return times;
      },
      expected: countItself,
    }),
  };
}

function nameOf(nvk: Nvk, gpu: Nvk): string {
  const properties = new nvk.VkPhysicalDeviceProperties();
  nvk.vkGetPhysicalDeviceProperties(gpu, properties);
  return properties.deviceName;
}
