// Features and extensions asked for by name: what is enabled for them.
import { expect } from 'chai';
import { type DeviceWishes, resolveDevice } from '../../src/helpers/index.ts';
import { API_VERSION_1_1, API_VERSION_1_3, VkStructureType as Type } from '../../src/index.ts';
import { lacksOf, NEW_RAY_TRACER, type Pretended, pretend, RAY_TRACER, SIX } from './pretended-gpu.ts';

describe('wishes of a device (embedded driver)', () => {
  it('by 1.1 become the extensions that brought them, with all that those depend on', () => {
    using world = pretend([RAY_TRACER], API_VERSION_1_1);
    const { createInfo, missing, queueFamilyIndex } = resolveDevice(world.gpus[0], {
      required: { features: SIX },
    });
    expect(missing).to.deep.equal([]);
    expect(queueFamilyIndex).to.equal(0);
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal([
      'VK_KHR_shader_float_controls',
      'VK_KHR_spirv_1_4',
      'VK_EXT_descriptor_indexing',
      'VK_KHR_buffer_device_address',
      'VK_KHR_deferred_host_operations',
      'VK_KHR_acceleration_structure',
      'VK_KHR_ray_query',
      'VK_EXT_mesh_shader',
      'VK_KHR_create_renderpass2',
      'VK_KHR_depth_stencil_resolve',
      'VK_KHR_dynamic_rendering',
      'VK_KHR_timeline_semaphore',
    ]);
    expect(createInfo.pEnabledFeatures).to.deep.equal({ samplerAnisotropy: true });
    expect(createInfo.pNext).to.deep.equal([
      { sType: Type.PHYSICAL_DEVICE_RAY_QUERY_FEATURES_KHR, rayQuery: true },
      { sType: Type.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_EXT, meshShader: true },
      { sType: Type.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
      { sType: Type.PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES, timelineSemaphore: true },
      { sType: Type.PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES, bufferDeviceAddress: true },
    ]);
  });

  it('by 1.3 become what the version has, in its own structs, and fewer extensions', () => {
    using world = pretend([NEW_RAY_TRACER]);
    const { createInfo } = resolveDevice(world.gpus[0], { required: { features: SIX } });
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal([
      'VK_KHR_deferred_host_operations',
      'VK_KHR_acceleration_structure',
      'VK_KHR_ray_query',
      'VK_EXT_mesh_shader',
    ]);
    expect(createInfo.pNext).to.deep.equal([
      { sType: Type.PHYSICAL_DEVICE_RAY_QUERY_FEATURES_KHR, rayQuery: true },
      { sType: Type.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_EXT, meshShader: true },
      { sType: Type.PHYSICAL_DEVICE_VULKAN_1_3_FEATURES, dynamicRendering: true },
      { sType: Type.PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, timelineSemaphore: true, bufferDeviceAddress: true },
    ]);
  });

  it('are limited by the version that the instance was created for', () => {
    using world = pretend([NEW_RAY_TRACER], API_VERSION_1_1);
    const { createInfo } = resolveDevice(world.gpus[0], { required: { features: ['timelineSemaphore'] } });
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal(['VK_KHR_timeline_semaphore']);
    expect(
      lacksOf(() => resolveDevice(world.gpus[0], { required: { apiVersion: API_VERSION_1_3 } })),
    ).to.match(/lacks version 1\.3\.0 \(the instance was created for 1\.1\.0\)$/);
    using old = pretend([{ ...RAY_TRACER, apiVersion: API_VERSION_1_1 }]);
    expect(lacksOf(() => resolveDevice(old.gpus[0], { required: { apiVersion: API_VERSION_1_3 } }))).to.match(
      /lacks version 1\.3\.0 \(it has 1\.1\.0\)$/,
    );
  });

  it('may name the struct where two extensions have a feature of one name', () => {
    using world = pretend([RAY_TRACER], API_VERSION_1_1);
    const { createInfo } = resolveDevice(world.gpus[0], {
      required: { features: ['VkPhysicalDeviceMeshShaderFeaturesNV.meshShader'] },
    });
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal(['VK_NV_mesh_shader']);
    expect(createInfo.pNext).to.deep.equal([
      { sType: Type.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_NV, meshShader: true },
    ]);
    // Which of both is there decides where none is named.
    using other = pretend([{ ...RAY_TRACER, extensions: ['VK_NV_mesh_shader'] }], API_VERSION_1_1);
    expect(
      resolveDevice(other.gpus[0], { required: { features: ['meshShader'] } }).createInfo
        .ppEnabledExtensionNames,
    ).to.deep.equal(['VK_NV_mesh_shader']);
  });

  it('for extensions that the version has are fulfilled, also where the GPU does not name them any more', () => {
    using world = pretend([{ ...NEW_RAY_TRACER, extensions: ['VK_KHR_timeline_semaphore'] }]);
    const { createInfo } = resolveDevice(world.gpus[0], {
      required: {
        extensions: ['VK_KHR_timeline_semaphore', 'VK_KHR_maintenance1', 'VK_EXT_subgroup_size_control'],
      },
    });
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal(['VK_KHR_timeline_semaphore']);
  });

  it('for an extension that a version took over as a feature enable that too, where the version has the say', () => {
    const features = {
      VkPhysicalDeviceVulkan12Features: ['drawIndirectCount', 'timelineSemaphore', 'shaderOutputLayer'],
    };
    const extensions = ['VK_KHR_draw_indirect_count'];
    const resolved = (gpu: Pretended, wish: DeviceWishes['required']) => {
      using world = pretend([{ apiVersion: API_VERSION_1_3, ...gpu }]);
      const { ppEnabledExtensionNames, pNext } = resolveDevice(world.gpus[0], { required: wish }).createInfo;
      return { ppEnabledExtensionNames, pNext };
    };
    const sType = Type.PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    // VUID-VkDeviceCreateInfo-ppEnabledExtensionNames-02831
    expect(resolved({ features, extensions }, { extensions, features: ['timelineSemaphore'] })).to.deep.equal(
      {
        ppEnabledExtensionNames: extensions,
        pNext: [{ sType, timelineSemaphore: true, drawIndirectCount: true }],
      },
    );
    expect(resolved({ features, extensions }, { extensions })).to.deep.equal({
      ppEnabledExtensionNames: extensions,
      pNext: [],
    });
    expect(resolved({ features }, { extensions })).to.deep.equal({
      ppEnabledExtensionNames: [],
      pNext: [{ sType, drawIndirectCount: true }],
    });
    expect(
      lacksOf(() => resolved({ features }, { extensions: ['VK_EXT_shader_viewport_index_layer'] })),
    ).to.match(
      /lacks feature VkPhysicalDeviceVulkan12Features\.shaderOutputViewportIndex \(not supported, says VkPhysicalDeviceVulkan12Features\)$/,
    );
    // VUID-VkDeviceCreateInfo-pNext-02830
    expect(
      resolved({ features }, { features: ['VkPhysicalDeviceTimelineSemaphoreFeatures.timelineSemaphore'] })
        .pNext,
    ).to.deep.equal([{ sType, timelineSemaphore: true }]);
  });

  it('of a device that is a portability subset enable that', () => {
    using world = pretend([{ extensions: ['VK_KHR_portability_subset'] }]);
    expect(resolveDevice(world.gpus[0], {}).createInfo.ppEnabledExtensionNames).to.deep.equal([
      'VK_KHR_portability_subset',
    ]);
  });
});
