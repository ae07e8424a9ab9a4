// Opens a device with VK_KHR_external_memory_win32, real or embedded.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../embedded/index.ts';
import {
  API_VERSION_1_1,
  type Device,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type Vulkan,
} from '../../index.ts';
import { nameOf, pickDevices, shortReason } from '../open.ts';
import { UsageError } from '../usage-error.ts';

const EXTENSION = 'VK_KHR_external_memory_win32';

export interface Opened {
  readonly device: Device;
  readonly deviceName: string;
  /** Where it comes from, and why it is the embedded driver if that was not asked for. */
  readonly driver: string;
  readonly embedded: EmbeddedDriver | undefined;
  end(): void;
}

/** Thrown if Vulkan cannot do what is asked: printed in one sentence, exit code 1. */
export class RefusedError extends Error {}

const hasExtension = (gpu: PhysicalDevice) =>
  gpu.enumerateDeviceExtensionProperties().some(e => e.extensionName === EXTENSION);

export function openDriver(driver: string, wanted: string | undefined): Opened {
  if (driver === 'embedded') return openEmbedded(wanted, 'embedded driver (simulated)');
  if (driver !== 'auto') return openSystem(driver === 'system' ? undefined : driver, wanted);
  try {
    return openSystem(undefined, wanted);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return openEmbedded(undefined, `embedded driver (simulated), since ${shortReason(error)}`);
  }
}

function openSystem(library: string | undefined, wanted: string | undefined): Opened {
  const vulkan = loadVulkan(library === undefined ? {} : { library });
  const instance = createInstance(vulkan);
  try {
    const gpus = instance.enumeratePhysicalDevices();
    if (gpus.length === 0)
      throw new RefusedError(`${vulkan.path} has no physical device; install a Vulkan driver`);
    const suitable = gpus.filter(hasExtension);
    const gpu = wanted === undefined ? (suitable[0] ?? gpus[0]) : pickDevices(gpus, wanted)[0];
    if (!suitable.includes(gpu))
      throw new RefusedError(
        `${nameOf(gpu)} does not offer ${EXTENSION}; use a Windows driver that does, or try it with --driver embedded`,
      );
    return openDevice(instance, gpu, vulkan.path, undefined, () => {});
  } catch (error) {
    instance.destroyInstance();
    throw error;
  }
}

function openEmbedded(wanted: string | undefined, driver: string): Opened {
  const embedded = createEmbeddedDriver();
  const instance = createInstance(loadVulkan({ getInstanceProcAddr: embedded.getInstanceProcAddr }));
  const [gpu] = pickDevices(instance.enumeratePhysicalDevices(), wanted);
  return openDevice(instance, gpu, driver, embedded, () => embedded.dispose());
}

const createInstance = (vulkan: Vulkan) =>
  vulkan.createInstance({
    pApplicationInfo: { pApplicationName: 'koffi-vulkan query', apiVersion: API_VERSION_1_1 },
  });

function openDevice(
  instance: Instance,
  gpu: PhysicalDevice,
  driver: string,
  embedded: EmbeddedDriver | undefined,
  after: () => void,
): Opened {
  const device = gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: [EXTENSION],
  });
  const end = () => {
    device.destroyDevice();
    instance.destroyInstance();
    after();
  };
  return { device, deviceName: nameOf(gpu), driver, embedded, end };
}
