// Commands of the system's Vulkan that an instance extension gives to devices, or that only a layer offers, are there.
import { expect } from 'chai';
import {
  API_VERSION_1_1,
  type Instance,
  loadVulkan,
  NotAvailableError,
  type PhysicalDevice,
  VkObjectType,
  VkStructureType,
} from '../../src/index.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { createDevice } from './harness.ts';

const LAYER = 'VK_LAYER_KHRONOS_validation';

describe('what is enabled where', () => {
  let instance: Instance;
  let gpu: PhysicalDevice;

  before(function () {
    try {
      instance = loadVulkan().createInstance({
        pApplicationInfo: { apiVersion: API_VERSION_1_1 },
        ppEnabledExtensionNames: ['VK_EXT_debug_utils', 'VK_KHR_surface'],
        ppEnabledLayerNames: [LAYER],
      });
    } catch (error) {
      skipOrFail(this, (error as Error).message);
    }
    [gpu] = instance.enumeratePhysicalDevices();
  });
  after(() => instance?.destroyInstance());

  it('debug utils of devices, queues and command buffers come with the instance', () => {
    const device = createDevice(gpu, []);
    const queue = device.getDeviceQueue(0, 0);
    const name = { objectType: VkObjectType.DEVICE, objectHandle: device.handle };
    device.setDebugUtilsObjectNameEXT({ ...name, pObjectName: 'd' });
    device.setDebugUtilsObjectTagEXT({ ...name, tagName: 1, pTag: Uint8Array.of(1) });
    queue.queueBeginDebugUtilsLabelEXT({ pLabelName: 'work' });
    queue.queueInsertDebugUtilsLabelEXT({ pLabelName: 'now' });
    queue.queueEndDebugUtilsLabelEXT();
    const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
    const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
    commands.beginCommandBuffer({});
    commands.cmdBeginDebugUtilsLabelEXT({ pLabelName: 'work' });
    commands.cmdInsertDebugUtilsLabelEXT({ pLabelName: 'now' });
    commands.cmdEndDebugUtilsLabelEXT();
    commands.endCommandBuffer();
    device.destroyCommandPool(commandPool);
    device.destroyDevice();
  });

  it('device groups on Vulkan 1.0 come with VK_KHR_device_group and the surface of the instance', function () {
    // The validation layer hides them.
    using old = loadVulkan().createInstance({
      ppEnabledExtensionNames: ['VK_KHR_surface', 'VK_KHR_device_group_creation'],
    });
    const [physicalDevice] = old.enumeratePhysicalDevices();
    const device = createDevice(physicalDevice, ['VK_KHR_device_group']);
    try {
      expect(device.getDeviceGroupPresentCapabilitiesKHR().presentMask[0]).to.equal(1);
    } catch (error) {
      // NVIDIA's driver.
      if (/the driver gives no address/.test((error as Error).message))
        skipHere(this, (error as Error).message);
      throw error;
    }
  });

  it('an extension that only a layer offers counts as offered', function () {
    const offered = gpu.enumerateDeviceExtensionProperties().map(e => e.extensionName);
    if (offered.includes('VK_EXT_tooling_info'))
      skipHere(this, 'the driver itself offers VK_EXT_tooling_info');
    const tools = gpu.getPhysicalDeviceToolPropertiesEXT();
    expect(tools.map(tool => tool.name)).to.include('Khronos Validation Layer');
  });

  it('a number that is no surface is refused by physical devices and devices as not of the instance', () => {
    const device = createDevice(gpu, ['VK_KHR_swapchain']);
    const none = /surface: expected a live VkSurfaceKHR of this VkInstance, got 0x5/;
    expect(() => gpu.getPhysicalDeviceSurfaceFormatsKHR(5n as never)).to.throw(RangeError, none);
    expect(() => device.createSwapchainKHR({ surface: 5n } as never)).to.throw(RangeError, none);
    device.destroyDevice();
  });

  it('what nobody offers is not advised, and what a newer version has is named', () => {
    expect(() => instance.createWin32SurfaceKHR({} as never)).to.throw(
      NotAvailableError,
      process.platform === 'win32' ? /VK_KHR_win32_surface/ : /exists on Windows only/,
    );
    const device = createDevice(gpu, []);
    expect(() => device.getDeviceBufferMemoryRequirements({} as never)).to.throw(
      NotAvailableError,
      /ask for Vulkan 1\.3 \(now 1\.1\), by createInstance\(.*API_VERSION_1_3 \} \}\); or enable VK_KHR_maintenance4 on this device, by createDevice\(.*\) and call vkGetDeviceBufferMemoryRequirementsKHR/,
    );
    device.destroyDevice();
  });

  it('errors of what is not present name it, and nothing that is', () => {
    const messageOf = (call: () => unknown): string => {
      try {
        call();
      } catch (error) {
        return (error as Error).message;
      }
      return 'done';
    };
    const vulkan = loadVulkan();
    const surface = 'VK_KHR_surface';
    expect(
      messageOf(() => vulkan.createInstance({ ppEnabledExtensionNames: [surface, 'VK_KHR_surfacf'] })),
    ).to.equal(
      `vkCreateInstance: VK_ERROR_EXTENSION_NOT_PRESENT: VK_KHR_surfacf is not offered by this Vulkan library (did you mean ${surface}?)`,
    );
    expect(
      messageOf(() => vulkan.createInstance({ ppEnabledLayerNames: [LAYER, 'VK_LAYER_not_there'] })),
    ).to.equal('vkCreateInstance: VK_ERROR_LAYER_NOT_PRESENT: VK_LAYER_not_there is not installed');
    expect(messageOf(() => vulkan.enumerateInstanceExtensionProperties('VK_LAYER_not_there'))).to.match(
      /VK_ERROR_LAYER_NOT_PRESENT: VK_LAYER_not_there is not installed$/,
    );
    expect(messageOf(() => createDevice(gpu, ['VK_KHR_maintenance1', 'VK_NOT_there']))).to.equal(
      'vkCreateDevice: VK_ERROR_EXTENSION_NOT_PRESENT: VK_NOT_there is not offered by this physical device',
    );
    const { features } = gpu.getPhysicalDeviceFeatures2();
    const absent = Object.entries(features).find(([, there]) => !there)?.[0];
    const sType = VkStructureType.PHYSICAL_DEVICE_PROTECTED_MEMORY_FEATURES;
    const [{ protectedMemory }] = gpu.getPhysicalDeviceFeatures2({ pNext: [sType] }).pNext;
    if (absent === undefined || protectedMemory) return;
    expect(
      messageOf(() =>
        gpu.createDevice({
          pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
          pEnabledFeatures: { [absent]: true, robustBufferAccess: true },
          pNext: [{ sType, protectedMemory: true }],
        }),
      ),
    ).to.equal(
      `vkCreateDevice: VK_ERROR_FEATURE_NOT_PRESENT: this physical device has no VkPhysicalDeviceFeatures.${absent}; this physical device has no VkPhysicalDeviceProtectedMemoryFeatures.protectedMemory`,
    );
  });
});
