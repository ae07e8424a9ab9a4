// Features and extensions that need or exclude each other, as the specification says.
import { expect } from 'chai';
import { type DeviceWishes, type FeatureName, resolveDevice } from '../../src/helpers/index.ts';
import { API_VERSION_1_0, API_VERSION_1_3, VkStructureType as Type } from '../../src/index.ts';
import { lacksOf, type Pretended, pretend } from './pretended-gpu.ts';

describe('wishes that need or exclude others (embedded driver)', () => {
  it('of which two exclude each other are told so, by what the specification says', () => {
    const bda = ['VK_KHR_buffer_device_address', 'VK_EXT_buffer_device_address'];
    const resolved = (gpu: Pretended, wishes: DeviceWishes, apiVersion = API_VERSION_1_3) => {
      using world = pretend([{ apiVersion, ...gpu }], apiVersion);
      return resolveDevice(world.gpus[0], wishes);
    };
    // VUID-VkDeviceCreateInfo-ppEnabledExtensionNames-03328
    expect(lacksOf(() => resolved({ extensions: bda }, { required: { extensions: bda } }))).to.match(
      /lacks extension VK_EXT_buffer_device_address \(it needs a device without VK_KHR_buffer_device_address\)$/,
    );
    // What is required goes before what is preferred.
    const { createInfo, missing } = resolved(
      { extensions: bda },
      { required: { extensions: [bda[1]] }, preferred: { extensions: [bda[0]] } },
    );
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal([bda[1]]);
    expect(missing.map(({ name }) => name)).to.deep.equal([bda[0]]);
    // VUID-VkDeviceCreateInfo-pNext-04748: another struct has the feature too.
    const features = {
      VkPhysicalDeviceVulkan12Features: ['bufferDeviceAddress', 'timelineSemaphore'],
      VkPhysicalDeviceBufferDeviceAddressFeatures: ['bufferDeviceAddress'],
      VkPhysicalDeviceBufferDeviceAddressFeaturesEXT: ['bufferDeviceAddress'],
    };
    const wish = { features: ['timelineSemaphore', 'bufferDeviceAddress'], extensions: [bda[1]] } as const;
    expect(resolved({ extensions: bda, features }, { required: wish }).createInfo.pNext).to.deep.equal([
      { sType: Type.PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, timelineSemaphore: true },
      { sType: Type.PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES_EXT, bufferDeviceAddress: true },
    ]);
    // VUID-VkDeviceCreateInfo-ppEnabledExtensionNames-01840: the GPU's version counts.
    const negative = ['VK_AMD_negative_viewport_height'];
    const old = { extensions: negative };
    expect(lacksOf(() => resolved(old, { required: { extensions: negative } }))).to.include(
      'without Vulkan 1.1',
    );
    expect(resolved(old, { required: old }, API_VERSION_1_0).missing).to.deep.equal([]);
    // VUID-VkDeviceCreateInfo-shadingRateImage-04478
    const rates = {
      extensions: ['VK_NV_shading_rate_image', 'VK_KHR_fragment_shading_rate'],
      features: {
        VkPhysicalDeviceShadingRateImageFeaturesNV: ['shadingRateImage'],
        VkPhysicalDeviceFragmentShadingRateFeaturesKHR: ['pipelineFragmentShadingRate'],
      },
    };
    const both: FeatureName[] = ['shadingRateImage', 'pipelineFragmentShadingRate'];
    expect(resolved(rates, { preferred: { features: both } }).missing).to.deep.equal([
      { kind: 'feature', name: both[1], reason: 'it needs a device without shadingRateImage' },
    ]);
  });

  it('for a feature that needs another enable both', () => {
    // VUID-VkDeviceCreateInfo-None-04896
    const atomics = ['shaderImageInt64Atomics', 'sparseImageInt64Atomics'];
    const extensions = ['VK_EXT_shader_image_atomic_int64'];
    const features = { VkPhysicalDeviceShaderImageAtomicInt64FeaturesEXT: atomics };
    using world = pretend([{ extensions, features }]);
    const wishes = { required: { features: ['sparseImageInt64Atomics'] } } as const;
    expect(resolveDevice(world.gpus[0], wishes).createInfo.pNext).to.deep.equal([
      {
        sType: Type.PHYSICAL_DEVICE_SHADER_IMAGE_ATOMIC_INT64_FEATURES_EXT,
        sparseImageInt64Atomics: true,
        shaderImageInt64Atomics: true,
      },
    ]);
  });

  it('for a feature whose own struct says that it needs another enable both, and that one alone where it cannot be', () => {
    // VUID-VkPhysicalDeviceRobustness2FeaturesKHR-robustBufferAccess2-04000, VUID-…MeshShaderFeaturesEXT-…-07032
    const robustness = { VkPhysicalDeviceRobustness2FeaturesKHR: ['robustBufferAccess2'] };
    const extensions = ['VK_EXT_robustness2', 'VK_EXT_mesh_shader'];
    const meshes = { VkPhysicalDeviceMeshShaderFeaturesEXT: ['multiviewMeshShader'] };
    using world = pretend([
      { extensions, features: { ...robustness, VkPhysicalDeviceFeatures: ['robustBufferAccess'] } },
      { extensions, features: { ...robustness, ...meshes } },
      { extensions, features: { VkPhysicalDeviceFeatures: ['robustBufferAccess'] } },
    ]);
    const [able, without, old] = world.gpus;
    const { createInfo } = resolveDevice(able, { required: { features: ['robustBufferAccess2'] } });
    expect(createInfo.pEnabledFeatures).to.deep.equal({ robustBufferAccess: true });
    expect(createInfo.pNext).to.deep.equal([
      { sType: Type.PHYSICAL_DEVICE_ROBUSTNESS_2_FEATURES_KHR, robustBufferAccess2: true },
    ]);
    const answer = resolveDevice(without, {
      preferred: { features: ['robustBufferAccess2', 'multiviewMeshShader'] },
    });
    expect(answer.createInfo.pNext).to.deep.equal([]);
    expect(answer.missing.map(({ name, reason }) => `${name}: ${reason}`)).to.deep.equal([
      'robustBufferAccess2: it needs robustBufferAccess: not supported, says VkPhysicalDeviceFeatures',
      'multiviewMeshShader: it needs multiview: not supported, says VkPhysicalDeviceVulkan11Features',
    ]);
    // What only the other would need is not enabled for nothing.
    expect(
      resolveDevice(old, { preferred: { features: ['robustBufferAccess2'] } }).createInfo.pEnabledFeatures,
    ).to.deep.equal({});
  });
});
