// Makes a driver with as much of VK_EXT_metal_objects as an import needs; it records what images are created with.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import { type Device, loadVulkan } from '../../src/index.ts';

export const METAL_OBJECTS = 'VK_EXT_metal_objects';

interface Created {
  readonly initialLayout: number;
  readonly pNext: readonly { readonly sType: number; readonly ioSurface: bigint }[];
}

/** The driver, and the create info of each image. */
export function metalDriver(): { driver: EmbeddedDriver; created: Created[] } {
  const driver = createEmbeddedDriver();
  const created: Created[] = [];
  driver.override('vkEnumerateDeviceExtensionProperties', (real, ...args) => [
    ...(real(...args) as object[]),
    { extensionName: METAL_OBJECTS, specVersion: 2 },
  ]);
  driver.override('vkCreateImage', (real, device, info) => {
    created.push(info);
    return real(device, info);
  });
  driver.override('vkExportMetalObjectsEXT', () => undefined);
  return { driver, created };
}

/** Runs with a device of it; nothing that was created may be left then. */
export function withDevice(
  driver: EmbeddedDriver,
  extensions: string[],
  use: (device: Device) => void,
): void {
  const instance = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr }).createInstance({});
  const [gpu] = instance.enumeratePhysicalDevices();
  const device = gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    ppEnabledExtensionNames: extensions,
  });
  const counted = () => JSON.stringify({ ...driver.counts(), VkQueue: undefined });
  const before = counted();
  use(device);
  if (counted() !== before) throw new Error(`there were ${before}, and now are ${counted()}`);
  device.destroyDevice();
  instance.destroyInstance();
}
