// Our objects on the system's Vulkan, lavapipe where it has that, and the addresses of its commands; or why there
// is none.
import {
  API_VERSION_1_1,
  type CommandBuffer,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  VkCommandBufferLevel,
  VkCommandPoolCreateFlagBits,
  type VkPipelineLayout,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { openVulkanLibrary } from '../../src/native/library.ts';
import { bare } from './bare.ts';
import type { Contestant, Run } from './contest.ts';

export interface Lavapipe {
  readonly instance: Instance;
  readonly gpu: PhysicalDevice;
  readonly device: Device;
  /** The driver's own words. */
  readonly name: string;
  /** Address of an instance-level command. */
  instanceCommand(name: string): bigint;
  /** Address of a device-level command. */
  deviceCommand(name: string): bigint;
}

export type OpenedLavapipe = Lavapipe & { readonly missing?: undefined };

export function openLavapipe(): OpenedLavapipe | { readonly missing: string } {
  try {
    return open();
  } catch (error) {
    return { missing: (error as Error).message.split('\n')[0].replace(/\.? Tried:$/, '') };
  }
}

function open(): OpenedLavapipe {
  const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });
  const gpus = instance.enumeratePhysicalDevices();
  const nameOf = (gpu: PhysicalDevice) => gpu.getPhysicalDeviceProperties().deviceName;
  const gpu = gpus.find(g => nameOf(g).includes('llvmpipe')) ?? gpus[0];
  if (gpu === undefined) throw new Error('Vulkan knows no physical device');
  const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
  const { getInstanceProcAddr } = openVulkanLibrary();
  const asker = (address: bigint, handle: bigint) => {
    const ask = bare(address, 'uintptr_t', ['uintptr_t', 'str']);
    return (name: string) => BigInt(ask(handle, name));
  };
  const instanceCommand = asker(getInstanceProcAddr, instance.handle);
  const deviceCommand = asker(instanceCommand('vkGetDeviceProcAddr'), device.handle);
  return { instance, gpu, device, name: nameOf(gpu), instanceCommand, deviceCommand };
}

export interface Recorder {
  readonly commands: CommandBuffer;
  readonly layout: VkPipelineLayout;
  /** A run that records so many commands and throws them away: what proves it is that the driver took them. */
  recording(record: (times: number) => void): Pick<Contestant, 'run' | 'expected'>;
}

export const countItself: Run = times => times;

export function openRecorder({ device }: Lavapipe): Recorder {
  const commandPool = device.createCommandPool({
    queueFamilyIndex: 0,
    flags: VkCommandPoolCreateFlagBits.RESET_COMMAND_BUFFER,
  });
  const [commands] = device.allocateCommandBuffers({
    commandPool,
    level: VkCommandBufferLevel.PRIMARY,
    commandBufferCount: 1,
  });
  const stageFlags = VkShaderStageFlagBits.COMPUTE;
  const layout = device.createPipelineLayout({ pPushConstantRanges: [{ stageFlags, offset: 0, size: 64 }] });
  return {
    commands,
    layout,
    recording: record => ({
      run(times) {
        commands.beginCommandBuffer({});
        record(times);
        commands.endCommandBuffer();
        commands.resetCommandBuffer();
        return times;
      },
      expected: countItself,
    }),
  };
}
