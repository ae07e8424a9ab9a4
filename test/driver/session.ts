// Opens the driver in C: the library, an instance, a device, a queue and a command buffer, with every extension enabled.
import {
  API_VERSION_1_4,
  type CommandBuffer,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type Queue,
  type Vulkan,
} from '../../src/index.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow } from '../../src/registry/rows.ts';
import { DISPATCHABLE_CLASSES } from '../../src/registry/shape.ts';
import type { Judge } from './judge.ts';

export class Session {
  readonly vulkan: Vulkan;
  readonly VkInstance: Instance;
  readonly VkPhysicalDevice: PhysicalDevice;
  readonly VkDevice: Device;
  readonly VkQueue: Queue;
  readonly VkCommandBuffer: CommandBuffer;

  constructor(judge: Judge) {
    judge.answer({});
    this.vulkan = loadVulkan({ library: judge.library });
    this.VkInstance = this.instance();
    [this.VkPhysicalDevice] = this.VkInstance.enumeratePhysicalDevices();
    this.VkDevice = this.device();
    const commandPool = this.VkDevice.createCommandPool({ queueFamilyIndex: 0 });
    [this.VkCommandBuffer] = this.VkDevice.allocateCommandBuffers({
      commandPool,
      level: 0,
      commandBufferCount: 1,
    });
    this.VkQueue = this.VkDevice.getDeviceQueue(0, 0);
  }

  instance(
    ppEnabledExtensionNames: readonly string[] = registry.tables.extensions.names(),
    apiVersion: number = API_VERSION_1_4,
  ): Instance {
    return this.vulkan.createInstance({ pApplicationInfo: { apiVersion }, ppEnabledExtensionNames });
  }

  device(
    ppEnabledExtensionNames: readonly string[] = registry.tables.extensions.names(),
    gpu: PhysicalDevice = this.VkPhysicalDevice,
  ): Device {
    return gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames,
    });
  }

  /** The object that a command is called on; a new one if the call destroys it. */
  owner(row: CommandRow): unknown {
    if (row.name === 'vkDestroyInstance') return this.instance();
    if (row.name === 'vkDestroyDevice') return this.device();
    const [first] = row.params;
    if (first !== undefined && first.pointers === '' && DISPATCHABLE_CLASSES.includes(first.base))
      return (this as unknown as Record<string, unknown>)[first.base];
    return row.level === 'device' ? this.VkDevice : this.vulkan;
  }
}
