// Opens the driver of trivial functions (native/trivial-driver.c): our objects on it, the addresses of its commands, and the
// sum of all that they were given.
import {
  API_VERSION_1_3,
  type CommandBuffer,
  type Device,
  loadVulkan,
  type PhysicalDevice,
  type Queue,
  type VkBuffer,
  VkBufferUsageFlagBits,
  VkCommandBufferLevel,
  type VkDescriptorSet,
  VkFormat,
  type VkImage,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  type VkPipeline,
  type VkPipelineLayout,
  type VkSemaphore,
  VkShaderStageFlagBits,
  type Vulkan,
} from '../../src/index.ts';
import { openLibrary } from '../../src/native/koffi.ts';
import { square } from '../examples/shaders/spirv.ts';
import { bare } from './bare.ts';
import { CMemory } from './bytes.ts';
import type { Run } from './contest.ts';
import { type Once, repeat } from './loop.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';

export interface TrivialDriver {
  readonly vulkan: Vulkan;
  readonly device: Device;
  readonly queue: Queue;
  readonly commands: CommandBuffer;
  readonly commands2: CommandBuffer;
  readonly image: VkImage;
  readonly buffer: VkBuffer;
  readonly set: VkDescriptorSet;
  readonly semaphores: readonly [VkSemaphore, VkSemaphore];
  readonly layout: VkPipelineLayout;
  readonly pipeline: VkPipeline;
  /** Address of a Vulkan command. */
  command(name: string): bigint;
  /** Address of a function of the library: `race_query`. */
  symbol(name: string): bigint;
  /** A run that returns the sum of what was read from results and of what the driver's commands were given, modulo 2^32. */
  counted(once: Once): Run;
  /** The same by a function of native/race.c, which is given addresses of commands, and values. */
  inC(name: string, commands: readonly string[], values: readonly (number | bigint)[]): Run;
}

export function makeGpu(vulkan: Vulkan): PhysicalDevice {
  const instance = vulkan.createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
  return instance.enumeratePhysicalDevices()[0];
}

export const makeDevice = (gpu: PhysicalDevice): Device =>
  gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: [EXTENSION],
  });

export function loadTrivialDriver(path: string): { vulkan: Vulkan; symbol: (name: string) => bigint } {
  const library = openLibrary(path);
  const symbol = (name: string) => library.symbol(name)!;
  return { vulkan: loadVulkan({ getInstanceProcAddr: symbol('driver_procedure') }), symbol };
}

export function openTrivialDriver(path: string): TrivialDriver {
  const { vulkan, symbol } = loadTrivialDriver(path);
  const device = makeDevice(makeGpu(vulkan));
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const [commands, commands2] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 2,
  });
  const image = device.createImage({
    imageType: VkImageType._2D,
    format: VkFormat.R8G8B8A8_UNORM,
    extent: { width: 256, height: 256, depth: 1 },
    mipLevels: 8,
    arrayLayers: 1,
    samples: 1,
    tiling: VkImageTiling.OPTIMAL,
    usage: VkImageUsageFlagBits.SAMPLED,
  });
  const buffer = device.createBuffer({ size: 65536, usage: VkBufferUsageFlagBits.UNIFORM_BUFFER });
  const descriptorPool = device.createDescriptorPool({ maxSets: 1, pPoolSizes: [] });
  const setLayout = device.createDescriptorSetLayout({});
  const [set] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [setLayout] });
  const layout = device.createPipelineLayout({});
  const module = device.createShaderModule({ pCode: square });
  const {
    pPipelines: [pipeline],
  } = device.createComputePipelines(undefined, [
    { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
  ]);
  const procedure = bare(symbol('driver_procedure'), 'uintptr_t', ['uintptr_t', 'str']);
  const sum = bare(symbol('driver_sum'), 'uint32_t', []);
  const command = (name: string) => BigInt(procedure(0, name));
  const counted =
    (run: Run): Run =>
    times => {
      const before = sum();
      const read = run(times);
      return (sum() - before + read) >>> 0;
    };
  return {
    vulkan,
    device,
    queue: device.getDeviceQueue(0, 0),
    commands,
    commands2,
    image,
    buffer,
    set,
    semaphores: [device.createSemaphore({}), device.createSemaphore({})],
    layout,
    pipeline,
    command,
    symbol,
    counted: once => counted(repeat(once)),
    inC(name, commands, values) {
      const run = bare(symbol(name), 'uint32_t', ['uintptr_t', 'uintptr_t', 'uint32_t']);
      const [functions, given] = [commands.map(command), values.map(BigInt)].map(list => {
        const bytes = new CMemory(8 * list.length);
        bytes.u64.set(list);
        return bytes;
      });
      return counted(times => run(functions.bigint, given.bigint, times));
    },
  };
}

/** What the driver's `range` makes of a subresource range. */
export const rangeSum = (
  aspect: number,
  level: number,
  levels: number,
  layer: number,
  layers: number,
): number => aspect + 2 * level + 3 * levels + 4 * layer + 5 * layers;
