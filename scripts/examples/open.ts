// In: the LUID of an adapter, where one is known.
// Out: a device that imports Windows handles: of the system's Vulkan, or of the embedded driver where there is none.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import {
  API_VERSION_1_1,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type Vulkan,
} from '../../src/index.ts';
import { findPhysicalDeviceByLuid, type Luid, luidOf } from '../../src/win32/index.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';

export interface Opened {
  readonly device: Device;
  readonly deviceName: string;
  /** The embedded driver, if it is that. */
  readonly embedded: EmbeddedDriver | undefined;
  end(): void;
}

/** The device on that adapter; drivers that give no LUID are believed to have the one adapter that there is. */
export function openSystem(luid?: Luid): Opened {
  const instance = createInstance(loadVulkan());
  try {
    const gpus = instance.enumeratePhysicalDevices();
    const byLuid = luid !== undefined && gpus.some(gpu => luidOf(gpu) !== undefined);
    const gpu = byLuid ? findPhysicalDeviceByLuid(instance, luid) : (gpus.find(hasExtension) ?? gpus[0]);
    if (gpu === undefined) throw new Error('the system has no Vulkan device');
    if (!hasExtension(gpu))
      throw new Error(`${gpu.getPhysicalDeviceProperties().deviceName} does not offer ${EXTENSION}`);
    return openDevice(instance, gpu, undefined);
  } catch (error) {
    instance.destroyInstance();
    throw error;
  }
}

export function openEmbedded(): Opened {
  const driver = createEmbeddedDriver();
  const instance = createInstance(loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr }));
  return openDevice(instance, instance.enumeratePhysicalDevices()[0], driver);
}

/** The system's Vulkan if it can import Windows handles, else the embedded driver, which says so of itself. */
export function openAny(): Opened {
  try {
    return openSystem();
  } catch {
    return openEmbedded();
  }
}

const createInstance = (vulkan: Vulkan) =>
  vulkan.createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });

const hasExtension = (gpu: PhysicalDevice) =>
  gpu.enumerateDeviceExtensionProperties().some(e => e.extensionName === EXTENSION);

function openDevice(instance: Instance, gpu: PhysicalDevice, embedded: EmbeddedDriver | undefined): Opened {
  const device = gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: [EXTENSION],
  });
  return {
    device,
    deviceName: gpu.getPhysicalDeviceProperties().deviceName,
    embedded,
    end() {
      device.destroyDevice();
      instance.destroyInstance();
      embedded?.dispose();
    },
  };
}
