// A driver with a device on it, for rounds of several calls: the embedded one, or the machine's own.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import {
  API_VERSION_1_3,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type Queue,
  type VkDeviceCreateInfo,
  VkStructureType,
  type Vulkan,
} from '../../src/index.ts';
import { UnavailableError } from './ground.ts';

/** The extension that VK_EXT_debug_utils replaced. */
export const DEBUG_REPORT = 'VK_EXT_debug_report';
const VALIDATION = 'VK_LAYER_KHRONOS_validation';

export class Stage {
  readonly driver: EmbeddedDriver | undefined;
  readonly vulkan: Vulkan;
  instance: Instance;
  gpu: PhysicalDevice;
  device: Device;
  queue: Queue;
  readonly #layers: readonly string[];

  /** @param layered with the validation layer, which calls back for each mistake; the embedded driver does so itself */
  constructor(on: string, layered = false) {
    this.driver = on === 'embedded' ? createEmbeddedDriver() : undefined;
    try {
      this.vulkan = loadVulkan({ getInstanceProcAddr: this.driver?.getInstanceProcAddr });
      const names = this.vulkan.enumerateInstanceLayerProperties().map(l => l.layerName);
      if (layered && on === 'live' && !names.includes(VALIDATION))
        throw new Error(`${VALIDATION} is not installed`);
      this.#layers = layered && on === 'live' ? [VALIDATION] : [];
      this.instance = this.createInstance();
      const [gpu] = this.instance.enumeratePhysicalDevices();
      if (gpu === undefined) throw new Error('no physical device');
      this.gpu = gpu;
      this.device = this.createDevice();
    } catch (error) {
      throw new UnavailableError((error as Error).message.split('\n')[0]);
    }
    this.queue = this.device.getDeviceQueue(0, 0);
  }

  createInstance(): Instance {
    const offered = this.vulkan.enumerateInstanceExtensionProperties().map(e => e.extensionName);
    return this.vulkan.createInstance({
      pApplicationInfo: { apiVersion: API_VERSION_1_3 },
      ppEnabledExtensionNames: ['VK_EXT_debug_utils', DEBUG_REPORT].filter(name => offered.includes(name)),
      ppEnabledLayerNames: this.#layers,
    });
  }

  /** @param more structs of its chain */
  createDevice(...more: NonNullable<VkDeviceCreateInfo['pNext']>): Device {
    return this.gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      pNext: [
        { sType: VkStructureType.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true },
        ...more,
      ],
    });
  }
}
