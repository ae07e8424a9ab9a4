// On an instance of Vulkan 1.0, an import's error says which extensions are needed, and with these it works.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { loadVulkan, NotAvailableError } from '../../src/index.ts';
import { importTextureWin32 } from '../../src/win32/index.ts';
import { d3d11, MEMORY, SIZE, texture } from './embedded.ts';

describe('win32: an instance of Vulkan 1.0', () => {
  const instanceExtensions = [
    'VK_KHR_get_physical_device_properties2',
    'VK_KHR_external_memory_capabilities',
  ];
  const deviceExtensions = [
    'VK_KHR_external_memory',
    'VK_KHR_get_memory_requirements2',
    'VK_KHR_dedicated_allocation',
  ];

  /** Imports a texture with what is enabled. */
  function attempt(ofInstance: readonly string[], ofDevice: readonly string[]): void {
    const driver = createEmbeddedDriver();
    const instance = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr }).createInstance({
      ppEnabledExtensionNames: ofInstance,
    });
    const device = instance.enumeratePhysicalDevices()[0].createDevice({
      pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
      ppEnabledExtensionNames: [MEMORY, ...ofDevice],
    });
    const handle = driver.createExternalHandle(d3d11, { size: SIZE });
    try {
      importTextureWin32(device, { ...texture, handleType: d3d11, handle })[Symbol.dispose]();
    } finally {
      driver.closeExternalHandle(handle);
      device.destroyDevice();
      instance.destroyInstance();
      driver.dispose();
    }
  }

  it('says in one sentence all that would do, and that does', () => {
    expect(() => attempt([], [])).to.throw(
      NotAvailableError,
      'importTextureWin32 is not available: ask for Vulkan 1.1 in VkApplicationInfo.apiVersion, or enable ' +
        'VK_KHR_get_physical_device_properties2, VK_KHR_external_memory_capabilities on the instance and ' +
        'VK_KHR_external_memory, VK_KHR_get_memory_requirements2, VK_KHR_dedicated_allocation on the device',
    );
    expect(() => attempt(instanceExtensions, deviceExtensions.slice(0, 2))).to.throw(
      'or enable VK_KHR_dedicated_allocation on the device',
    );
    attempt(instanceExtensions, deviceExtensions);
  });
});
