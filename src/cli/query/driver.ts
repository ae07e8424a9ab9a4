// Opens a device with VK_KHR_external_memory_win32, real or embedded.
import type { EmbeddedDriver } from '../../embedded/index.ts';
import type { Device, PhysicalDevice } from '../../index.ts';
import { driverText, type Loaded, nameOf, openFirst, openInstance, pickDevices } from '../open.ts';

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

export const openDriver = (driver: string, wanted: string | undefined): Promise<Opened> =>
  openFirst(driver, loaded => openDevice(loaded, loaded.reason === undefined ? wanted : undefined));

function openDevice(loaded: Loaded, wanted: string | undefined): Opened {
  const { vulkan, source, embedded } = loaded;
  const instance = openInstance(vulkan, []);
  try {
    const gpu = chooseGpu(source, instance.enumeratePhysicalDevices(), wanted);
    const device = gpu.createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: [EXTENSION],
    });
    return {
      device,
      deviceName: nameOf(gpu),
      driver: driverText(loaded),
      embedded,
      end() {
        device.destroyDevice();
        instance.destroyInstance();
        loaded.end();
      },
    };
  } catch (error) {
    instance.destroyInstance();
    throw error;
  }
}

function chooseGpu(source: string, gpus: PhysicalDevice[], wanted: string | undefined): PhysicalDevice {
  if (gpus.length === 0) throw new RefusedError(`${source} has no physical device; install a Vulkan driver`);
  const suitable = gpus.filter(hasExtension);
  const gpu = wanted === undefined ? (suitable[0] ?? gpus[0]) : pickDevices(gpus, wanted)[0];
  if (suitable.includes(gpu)) return gpu;
  throw new RefusedError(
    `${nameOf(gpu)} does not offer ${EXTENSION}; use a Windows driver that does, or try it with --driver embedded`,
  );
}
