// A device that imports Windows handles: of the system's Vulkan, or of the embedded driver where there is none.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import { chooseGpu, resolveDevice } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  type Device,
  loadVulkan,
  type PhysicalDevice,
  type Vulkan,
} from '../../src/index.ts';
import { findPhysicalDeviceByLuid, type Luid, luidOf } from '../../src/win32/index.ts';

const WISHES = { required: { extensions: ['VK_KHR_external_memory_win32'] } };

export interface OpenedDevice {
  readonly device: Device;
  readonly deviceName: string;
  /** The embedded driver, if it is that. */
  readonly embedded: EmbeddedDriver | undefined;
  end(): void;
}

/** The device on that adapter; a driver that gives no LUID is taken to be on the only adapter. */
export function openSystem(luid?: Luid): OpenedDevice {
  const instance = createInstance(loadVulkan());
  try {
    const gpus = instance.enumeratePhysicalDevices();
    const byLuid = luid !== undefined && gpus.some(gpu => luidOf(gpu) !== undefined);
    return openDevice(byLuid ? findPhysicalDeviceByLuid(instance, luid) : chooseGpu(instance, WISHES).gpu);
  } catch (error) {
    instance.destroyInstance();
    throw error;
  }
}

export function openEmbedded(): OpenedDevice {
  const driver = createEmbeddedDriver();
  const instance = createInstance(loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr }));
  return openDevice(instance.enumeratePhysicalDevices()[0], driver);
}

/** The system's Vulkan if it can import Windows handles, else the embedded driver. */
export function openAny(): OpenedDevice {
  try {
    return openSystem();
  } catch {
    return openEmbedded();
  }
}

const createInstance = (vulkan: Vulkan) =>
  vulkan.createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_1 } });

function openDevice(gpu: PhysicalDevice, embedded?: EmbeddedDriver): OpenedDevice {
  const device = gpu.createDevice(resolveDevice(gpu, WISHES).createInfo);
  return {
    device,
    deviceName: gpu.getPhysicalDeviceProperties().deviceName,
    embedded,
    end() {
      device.destroyDevice();
      gpu.instance.destroyInstance();
      embedded?.dispose();
    },
  };
}
