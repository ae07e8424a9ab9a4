// Errors of VK_ERROR_…_NOT_PRESENT name what is not present, and nothing else.
import { expect } from 'chai';
import { VkInstanceCreateFlagBits, VkResult, VkStructureType, VulkanError } from '../../src/index.ts';
import { type Opened, open } from './driver-open.ts';

const queues = [{ queueFamilyIndex: 0, pQueuePriorities: [1] }];

describe('what is not present is named', () => {
  let opened: Opened;
  beforeEach(() => {
    opened = open();
  });
  afterEach(() => {
    opened.close();
  });

  function errorOf(call: () => unknown): VulkanError {
    try {
      call();
    } catch (error) {
      if (error instanceof VulkanError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  }

  it('extensions of an instance', () => {
    const { vulkan } = opened;
    const ppEnabledExtensionNames = ['VK_EXT_debug_utils', 'VK_EXT_debug_utilz', 'VK_KHR_swapchain'];
    const error = errorOf(() => vulkan.createInstance({ ppEnabledExtensionNames }));
    expect(error.message).to.equal(
      'vkCreateInstance: VK_ERROR_EXTENSION_NOT_PRESENT: VK_EXT_debug_utilz is not offered by this Vulkan library (did you mean VK_EXT_debug_utils?); VK_KHR_swapchain is an extension of devices: give it to createDevice',
    );
    expect(error.causes).to.have.length(2);
  });

  it('extensions of a device', () => {
    const { gpu } = opened;
    const ppEnabledExtensionNames = ['VK_KHR_external_memory', 'VK_KHR_surface', 'VK_NOT_there'];
    const error = errorOf(() => gpu.createDevice({ pQueueCreateInfos: queues, ppEnabledExtensionNames }));
    expect(error.causes).to.deep.equal([
      'VK_KHR_surface is an extension of instances: give it to createInstance',
      'VK_NOT_there is not offered by this physical device',
    ]);
  });

  it('layers', () => {
    const { vulkan, gpu, driver } = opened;
    const error = errorOf(() => vulkan.createInstance({ ppEnabledLayerNames: ['VK_LAYER_X'] }));
    expect(error.message).to.equal(
      'vkCreateInstance: VK_ERROR_LAYER_NOT_PRESENT: VK_LAYER_X is not installed',
    );
    for (const call of [
      () => vulkan.enumerateInstanceExtensionProperties('VK_LAYER_Y'),
      () => gpu.enumerateDeviceExtensionProperties('VK_LAYER_Y'),
    ]) {
      const { code, causes } = errorOf(call);
      expect([code, causes.length]).to.deep.equal(['VK_ERROR_LAYER_NOT_PRESENT', 1]);
      expect(causes[0]).to.match(/^VK_LAYER_Y is/);
    }
    // Nothing is guessed where all that was asked for is there.
    driver.fail('vkCreateInstance', VkResult.ERROR_LAYER_NOT_PRESENT);
    expect(errorOf(() => vulkan.createInstance({})).message).to.match(/; likely a layer in/);
  });

  it('features, wherever they are enabled', () => {
    const { gpu } = opened;
    const vulkan12 = VkStructureType.PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    const features2 = VkStructureType.PHYSICAL_DEVICE_FEATURES_2;
    const mesh = VkStructureType.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_EXT;
    const one = errorOf(() =>
      gpu.createDevice({ pQueueCreateInfos: queues, pEnabledFeatures: { geometryShader: true } }),
    );
    expect(one.message).to.equal(
      'vkCreateDevice: VK_ERROR_FEATURE_NOT_PRESENT: this physical device has no VkPhysicalDeviceFeatures.geometryShader',
    );
    const several = errorOf(() =>
      gpu.createDevice({
        pQueueCreateInfos: queues,
        pNext: [
          { sType: vulkan12, timelineSemaphore: true, bufferDeviceAddress: true },
          { sType: features2, features: { wideLines: true } },
          { sType: mesh, taskShader: true, meshShader: false },
        ],
      }),
    );
    expect(several.causes).to.deep.equal([
      'this physical device has no VkPhysicalDeviceFeatures.wideLines',
      'this physical device has no VkPhysicalDeviceVulkan12Features.bufferDeviceAddress',
      'this physical device has no VkPhysicalDeviceMeshShaderFeaturesEXT.taskShader',
    ]);
  });

  it('on macOS, what drivers are found with', () => {
    const { vulkan, driver } = opened;
    const platform = Object.getOwnPropertyDescriptor(process, 'platform')!;
    const fails = (info: object) => {
      driver.fail('vkCreateInstance', VkResult.ERROR_INCOMPATIBLE_DRIVER);
      return errorOf(() => vulkan.createInstance(info)).message;
    };
    expect(fails({})).to.match(/; likely no Vulkan driver is installed/);
    try {
      Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
      expect(fails({})).to.equal(
        'vkCreateInstance: VK_ERROR_INCOMPATIBLE_DRIVER: the drivers of macOS (MoltenVK) are found only with VK_KHR_portability_enumeration in ppEnabledExtensionNames and VkInstanceCreateFlagBits.ENUMERATE_PORTABILITY_KHR in flags',
      );
      const flags = VkInstanceCreateFlagBits.ENUMERATE_PORTABILITY_KHR;
      const ppEnabledExtensionNames = ['VK_KHR_portability_enumeration'];
      expect(fails({ flags })).to.match(
        /only with VK_KHR_portability_enumeration in ppEnabledExtensionNames$/,
      );
      expect(fails({ ppEnabledExtensionNames })).to.match(/only with VkInstanceCreateFlagBits\S* in flags$/);
      expect(fails({ flags, ppEnabledExtensionNames })).to.match(/; likely no Vulkan driver is installed/);
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
  });
});
