// Enumerating twice causes no warning of the validation layer's best practices.
import { expect } from 'chai';
import {
  API_VERSION_1_3,
  type Instance,
  loadVulkan,
  VkDebugUtilsMessageSeverityFlagBitsEXT as Severity,
  VkDebugUtilsMessageTypeFlagBitsEXT as Type,
  VkFormat,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkSampleCountFlagBits,
  VkStructureType,
  VkValidationFeatureEnableEXT,
} from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { createDevice } from './harness.ts';

describe('enumerations under best practices', () => {
  let instance: Instance;
  const messages: string[] = [];

  before(function () {
    try {
      instance = loadVulkan().createInstance({
        pApplicationInfo: { apiVersion: API_VERSION_1_3 },
        ppEnabledExtensionNames: ['VK_EXT_debug_utils', 'VK_EXT_validation_features', 'VK_KHR_surface'],
        ppEnabledLayerNames: ['VK_LAYER_KHRONOS_validation'],
        pNext: [
          {
            sType: VkStructureType.VALIDATION_FEATURES_EXT,
            pEnabledValidationFeatures: [VkValidationFeatureEnableEXT.BEST_PRACTICES],
          },
        ],
      });
    } catch (error) {
      skipOrFail(this, (error as Error).message);
    }
  });
  after(() => instance?.[Symbol.dispose]());

  it('room that sufficed before is never more than was told, and is given to the same object alone', () => {
    const messenger = instance.createDebugUtilsMessengerEXT({
      messageSeverity: Severity.WARNING | Severity.ERROR,
      messageType: Type.GENERAL | Type.VALIDATION | Type.PERFORMANCE,
      pfnUserCallback: (_severity, _types, data) => {
        messages.push(`${data?.pMessageIdName}`);
        return false;
      },
    });
    for (let round = 0; round < 3; round++) {
      const [gpu] = instance.enumeratePhysicalDevices();
      expect(instance.enumeratePhysicalDeviceGroups()).to.have.length(1);
      expect(gpu.enumerateDeviceExtensionProperties().length).to.be.greaterThan(10);
      const families = gpu.getPhysicalDeviceQueueFamilyProperties();
      expect(families).to.have.length.above(0);
      expect(gpu.getPhysicalDeviceQueueFamilyProperties2()).to.have.length(families.length);
      gpu.getPhysicalDeviceToolProperties();
      gpu.getPhysicalDeviceSparseImageFormatProperties(
        VkFormat.R8G8B8A8_UNORM,
        VkImageType._2D,
        VkSampleCountFlagBits._1,
        VkImageUsageFlagBits.SAMPLED,
        VkImageTiling.OPTIMAL,
      );
      const device = createDevice(gpu, []);
      for (const cache of [device.createPipelineCache({}), device.createPipelineCache({})]) {
        expect(device.getPipelineCacheData(cache).length).to.be.greaterThan(0);
        device.destroyPipelineCache(cache);
      }
      device.destroyDevice();
    }
    instance.destroyDebugUtilsMessengerEXT(messenger);
    expect(messages.filter(id => /Count|DevLimit/.test(id))).to.deep.equal([]);
  });
});
