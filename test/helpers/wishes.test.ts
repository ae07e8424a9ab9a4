// Features and extensions asked for by name: what is enabled for them, and what is said of those that are missing.
import { expect } from 'chai';
import { deviceRules } from '../../ffi/rows/device-rules.ts';
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import { link } from '../../src/embedded/received.ts';
import { placesOf } from '../../src/helpers/feature.ts';
import {
  chooseGpu,
  type DeviceWishes,
  type FeatureName,
  NotOfferedError,
  resolveDevice,
  resolveInstance,
  showMessages,
} from '../../src/helpers/index.ts';
import {
  API_VERSION_1_0,
  API_VERSION_1_1,
  API_VERSION_1_2,
  API_VERSION_1_3,
  API_VERSION_1_4,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  VkStructureType as Type,
  VkPhysicalDeviceType,
  VkQueueFlagBits,
} from '../../src/index.ts';
import { parseDeviceRules } from '../../src/registry/device-rule.ts';
import { registry } from '../../src/registry/registry.ts';
import { openLive } from '../live/harness.ts';

const SIX: FeatureName[] = [
  'rayQuery',
  'meshShader',
  'dynamicRendering',
  'timelineSemaphore',
  'samplerAnisotropy',
  'bufferDeviceAddress',
];

/** A GPU as the embedded driver pretends to be one. */
interface Pretended {
  readonly apiVersion?: number;
  readonly deviceName?: string;
  readonly deviceType?: VkPhysicalDeviceType;
  readonly extensions?: readonly string[];
  /** By struct: each member's name. */
  readonly features?: Readonly<Record<string, readonly string[]>>;
}

/** An instance whose GPUs are these. */
function pretend(
  gpus: readonly Pretended[],
  apiVersion = API_VERSION_1_3,
): { instance: Instance; gpus: PhysicalDevice[]; driver: EmbeddedDriver; [Symbol.dispose](): void } {
  const driver = createEmbeddedDriver({ physicalDevices: gpus.length });
  const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
  const instance = vulkan.createInstance({ pApplicationInfo: { apiVersion } });
  const found = instance.enumeratePhysicalDevices();
  const of = (handle: unknown) => gpus[found.findIndex(g => g.handle === handle)];
  driver.override('vkGetPhysicalDeviceProperties', (real, handle, ...rest) => {
    const { extensions: _e, features: _f, ...own } = of(handle);
    return { ...(real(handle, ...rest) as object), ...own };
  });
  driver.override('vkEnumerateDeviceExtensionProperties', (_real, handle) =>
    (of(handle).extensions ?? []).map(extensionName => ({ extensionName, specVersion: 1 })),
  );
  const flags = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, true]));
  driver.override('vkGetPhysicalDeviceFeatures2', (_real, handle) => {
    const { VkPhysicalDeviceFeatures: first = [], ...rest } = of(handle).features ?? {};
    return {
      features: flags(first),
      pNext: Object.entries(rest).map(([struct, names]) => link(struct, flags(names))),
    };
  });
  return {
    instance,
    gpus: found,
    driver,
    [Symbol.dispose]() {
      instance.destroyInstance();
      driver.dispose();
    },
  };
}

/** What a ray-tracing GPU of 2021 says. */
const RAY_TRACER: Pretended = {
  apiVersion: API_VERSION_1_1,
  extensions: [
    'VK_KHR_ray_query',
    'VK_KHR_acceleration_structure',
    'VK_KHR_deferred_host_operations',
    'VK_KHR_spirv_1_4',
    'VK_KHR_shader_float_controls',
    'VK_EXT_descriptor_indexing',
    'VK_KHR_maintenance3',
    'VK_KHR_buffer_device_address',
    'VK_EXT_mesh_shader',
    'VK_NV_mesh_shader',
    'VK_KHR_timeline_semaphore',
    'VK_KHR_dynamic_rendering',
    'VK_KHR_depth_stencil_resolve',
    'VK_KHR_create_renderpass2',
    'VK_KHR_multiview',
    'VK_KHR_maintenance2',
  ],
  features: {
    VkPhysicalDeviceFeatures: ['samplerAnisotropy'],
    VkPhysicalDeviceRayQueryFeaturesKHR: ['rayQuery'],
    VkPhysicalDeviceMeshShaderFeaturesEXT: ['meshShader', 'taskShader'],
    VkPhysicalDeviceMeshShaderFeaturesNV: ['meshShader'],
    VkPhysicalDeviceDynamicRenderingFeatures: ['dynamicRendering'],
    VkPhysicalDeviceTimelineSemaphoreFeatures: ['timelineSemaphore'],
    VkPhysicalDeviceBufferDeviceAddressFeatures: ['bufferDeviceAddress'],
  },
};

const NEW_RAY_TRACER: Pretended = {
  ...RAY_TRACER,
  apiVersion: API_VERSION_1_3,
  features: {
    ...RAY_TRACER.features,
    VkPhysicalDeviceVulkan12Features: ['timelineSemaphore', 'bufferDeviceAddress', 'drawIndirectCount'],
    VkPhysicalDeviceVulkan13Features: ['dynamicRendering', 'synchronization2'],
  },
};

const lacksOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof NotOfferedError) return error.message;
    throw error;
  }
  return '';
};

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

  it('that are required and missing are named all at once, those desired in the answer', () => {
    const { extensions = [], features } = RAY_TRACER;
    const poor = {
      ...RAY_TRACER,
      deviceName: 'Poor GPU',
      extensions: extensions.filter(name => !/deferred|mesh|depth_stencil/.test(name)),
      features: { ...features, VkPhysicalDeviceTimelineSemaphoreFeatures: [] },
    };
    using world = pretend([poor], API_VERSION_1_1);
    const wish = { features: SIX, extensions: ['VK_KHR_swapchain', 'VK_KHR_no_such_thing'] };
    const expected = [
      ['extension', 'VK_KHR_swapchain', 'not offered'],
      ['extension', 'VK_KHR_no_such_thing', 'not offered'],
      [
        'feature',
        'rayQuery',
        'it needs VK_KHR_deferred_host_operations (for VK_KHR_acceleration_structure) (for VK_KHR_ray_query)',
      ],
      ['feature', 'meshShader', 'it needs VK_EXT_mesh_shader or VK_NV_mesh_shader'],
      ['feature', 'dynamicRendering', 'it needs Vulkan 1.3 or Vulkan 1.2 (for VK_KHR_dynamic_rendering)'],
      ['feature', 'timelineSemaphore', 'not supported, says VkPhysicalDeviceTimelineSemaphoreFeatures'],
    ];
    const { missing, createInfo } = resolveDevice(world.gpus[0], { desired: wish });
    expect(missing.map(m => [m.kind, m.name, m.reason])).to.deep.equal(expected);
    expect(createInfo.ppEnabledExtensionNames).to.deep.equal(['VK_KHR_buffer_device_address']);
    expect(lacksOf(() => resolveDevice(world.gpus[0], { required: wish }))).to.equal(
      `Poor GPU lacks ${expected.map(([kind, name, reason]) => `${kind} ${name} (${reason})`).join(', ')}`,
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
    // What is required goes before what is desired.
    const { createInfo, missing } = resolved(
      { extensions: bda },
      { required: { extensions: [bda[1]] }, desired: { extensions: [bda[0]] } },
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
    expect(resolved(rates, { desired: { features: both } }).missing).to.deep.equal([
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
      desired: { features: ['robustBufferAccess2', 'multiviewMeshShader'] },
    });
    expect(answer.createInfo.pNext).to.deep.equal([]);
    expect(answer.missing.map(({ name, reason }) => `${name}: ${reason}`)).to.deep.equal([
      'robustBufferAccess2: it needs robustBufferAccess: not supported, says VkPhysicalDeviceFeatures',
      'multiviewMeshShader: it needs multiview: not supported, says VkPhysicalDeviceVulkan11Features',
    ]);
    // What only the other would need is not enabled for nothing.
    expect(
      resolveDevice(old, { desired: { features: ['robustBufferAccess2'] } }).createInfo.pEnabledFeatures,
    ).to.deep.equal({});
  });

  it('of a device that is a portability subset enable that', () => {
    using world = pretend([{ extensions: ['VK_KHR_portability_subset'] }]);
    expect(resolveDevice(world.gpus[0], {}).createInfo.ppEnabledExtensionNames).to.deep.equal([
      'VK_KHR_portability_subset',
    ]);
  });

  it('for an extension that needs one of the instance say so', () => {
    using world = pretend([{ extensions: ['VK_KHR_swapchain'] }]);
    expect(
      lacksOf(() => resolveDevice(world.gpus[0], { required: { extensions: ['VK_KHR_swapchain'] } })),
    ).to.match(/extension VK_KHR_swapchain \(it needs VK_KHR_surface on the instance\)$/);
  });

  it('for a queue choose the first family that can do it', () => {
    using world = pretend([{}]);
    world.driver.override('vkGetPhysicalDeviceQueueFamilyProperties', () =>
      [
        VkQueueFlagBits.TRANSFER,
        VkQueueFlagBits.COMPUTE,
        VkQueueFlagBits.GRAPHICS | VkQueueFlagBits.COMPUTE,
      ].map(queueFlags => ({
        queueFlags,
        queueCount: 1,
        timestampValidBits: 0,
        minImageTransferGranularity: {},
      })),
    );
    const familyOf = (flags: number) => resolveDevice(world.gpus[0], { queue: { flags } }).queueFamilyIndex;
    const { TRANSFER, COMPUTE, GRAPHICS, VIDEO_DECODE_KHR } = VkQueueFlagBits;
    expect([0, TRANSFER, COMPUTE | TRANSFER, GRAPHICS].map(familyOf)).to.deep.equal([0, 0, 1, 2]);
    expect(lacksOf(() => familyOf(VIDEO_DECODE_KHR))).to.match(
      /lacks queue with flags 0x20 \(no family has all of it\)$/,
    );
  });

  it('are refused where nobody knows them', () => {
    using world = pretend([{}]);
    const refused = (wishes: unknown) =>
      expect(() => resolveDevice(world.gpus[0], wishes as DeviceWishes)).to.throw(TypeError);
    refused({ required: { features: ['timelineSemafore'] } })
      .with.property('message')
      .that.equals(
        `resolveDevice.wishes.required.features[0]: expected the name of a feature, such as 'timelineSemaphore', got "timelineSemafore"; did you mean timelineSemaphore?`,
      );
    refused({ required: { features: ['pNext'] } });
    refused({ required: { features: ['VkPhysicalDeviceVulkan12Features.dynamicRendering'] } });
    refused({ required: { extensions: ['VK_KHR_surface'] } })
      .with.property('message')
      .that.equals(
        'resolveDevice.wishes.required.extensions[0]: VK_KHR_surface is an extension of instances: resolveInstance takes it',
      );
    refused({ requires: {} })
      .with.property('message')
      .that.equals(
        'resolveDevice.wishes.requires: there is no such option; there are required, desired, queue',
      );
    refused({ desired: { apiVersion: 1 } });
    refused(undefined);
  });

  it('are refused with their path where they are of no such kind', () => {
    using world = pretend([{}]);
    const { gpus, instance } = world;
    const vulkan = loadVulkan({ getInstanceProcAddr: world.driver.getInstanceProcAddr });
    const bad: [string, unknown, RegExp][] = [
      ['required.features', null, /expected an array of names, got null$/],
      ['required.features', 'timelineSemaphore', /expected an array of names, got "timelineSemaphore"$/],
      ['desired.features', { timelineSemaphore: true }, /expected an array of names, got an object$/],
      ['desired.extensions', 'VK_KHR_swapchain', /expected an array of names, got "VK_KHR_swapchain"$/],
      ['required.extensions', ['VK_KHR_swapchain', 5], /\[1\]: expected a name, got 5$/],
      [
        'required.apiVersion',
        1.3,
        /expected a version as API_VERSION_1_3 or makeApiVersion gives it, got 1.3$/,
      ],
      ['required.apiVersion', '1.3', /expected a version .*, got "1.3"$/],
      ['queue.flags', 'COMPUTE', /expected flags of VkQueueFlagBits, got "COMPUTE"$/],
    ];
    for (const [path, value, words] of bad) {
      const [part, member] = path.split('.');
      const wishes = { [part]: { [member]: value } };
      for (const [name, resolve] of [
        ['resolveDevice', () => resolveDevice(gpus[0], wishes)],
        ['chooseGpu', () => chooseGpu(instance, wishes)],
        ['resolveInstance', () => resolveInstance(vulkan, wishes as never)],
      ] as const) {
        if (name === 'resolveInstance' && /queue|features/.test(path)) continue;
        expect(resolve, path)
          .to.throw(TypeError, words)
          .with.property('message')
          .that.satisfies((message: string) => message.startsWith(`${name}.wishes.${path}`));
      }
    }
    expect(() => resolveDevice(instance as never, {})).to.throw(
      'resolveDevice.gpu: expected a PhysicalDevice',
    );
    expect(() => chooseGpu(gpus[0] as never, {})).to.throw('chooseGpu.instance: expected an Instance');
    expect(() => resolveInstance(null as never, {})).to.throw(
      'resolveInstance.vulkan: expected what loadVulkan',
    );
  });

  it('say once what two extensions lack', () => {
    const extensions = [
      'VK_KHR_ray_query',
      'VK_KHR_acceleration_structure',
      'VK_KHR_deferred_host_operations',
    ];
    using world = pretend([{ extensions }], API_VERSION_1_0);
    const { missing } = resolveDevice(world.gpus[0], { desired: { features: ['rayQuery'] } });
    expect(missing.map(({ reason }) => reason)).to.deep.equal(['it needs Vulkan 1.2 (for VK_KHR_ray_query)']);
  });

  it('for extensions are told the name that was meant, and named once', () => {
    using world = pretend([{}]);
    const extensions = ['VK_KHR_swapchian', 'VK_KHR_swapchian', 'VK_ACME_thing'];
    expect(lacksOf(() => resolveDevice(world.gpus[0], { required: { extensions } }))).to.match(
      /lacks extension VK_KHR_swapchian \(not offered; did you mean VK_KHR_swapchain\?\), extension VK_ACME_thing \(not offered\)$/,
    );
  });

  it('choose the GPU: what is required first, then its kind, then what is desired', () => {
    const { DISCRETE_GPU, INTEGRATED_GPU, CPU } = VkPhysicalDeviceType;
    const gpus = [
      { deviceName: 'software', deviceType: CPU, ...NEW_RAY_TRACER },
      { ...NEW_RAY_TRACER, deviceName: 'laptop', deviceType: INTEGRATED_GPU, extensions: [] },
      { ...NEW_RAY_TRACER, deviceName: 'old card', deviceType: DISCRETE_GPU, features: {} },
      { ...NEW_RAY_TRACER, deviceName: 'card', deviceType: DISCRETE_GPU, extensions: [] },
      { ...NEW_RAY_TRACER, deviceName: 'same card', deviceType: DISCRETE_GPU, extensions: [] },
    ];
    using world = pretend(gpus);
    const chosen = (wishes: DeviceWishes) => {
      const { gpu, missing } = chooseGpu(world.instance, wishes);
      return [gpu.getPhysicalDeviceProperties().deviceName, ...missing.map(m => m.name)];
    };
    expect(chosen({})).to.deep.equal(['old card']);
    expect(chosen({ required: { features: ['timelineSemaphore'] } })).to.deep.equal(['card']);
    expect(chosen({ required: { features: ['rayQuery'] } })).to.deep.equal(['software']);
    expect(chosen({ desired: { features: ['timelineSemaphore', 'rayQuery'] } })).to.deep.equal([
      'card',
      'rayQuery',
    ]);
    expect(lacksOf(() => chosen({ required: { features: ['multiview'] } }))).to.match(
      /^0: software lacks feature multiview \(.*\); 1: laptop lacks .*; 2: old card lacks .*; 4: same card lacks /,
    );
    using none = pretend([]);
    expect(lacksOf(() => chooseGpu(none.instance, {}))).to.equal('there is no GPU');
  });
});

describe('wishes of an instance (embedded driver)', () => {
  it('are resolved with what they depend on, what a layer offers, and portability', () => {
    using driver = createEmbeddedDriver();
    const vulkan = loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr });
    const extensions = (names: string[]) => names.map(extensionName => ({ extensionName, specVersion: 1 }));
    driver.override('vkEnumerateInstanceLayerProperties', () => [
      { layerName: 'VK_LAYER_KHRONOS_validation', specVersion: 1, implementationVersion: 1, description: '' },
    ]);
    driver.override('vkEnumerateInstanceExtensionProperties', (_real, layer) =>
      extensions(
        layer === 'VK_LAYER_KHRONOS_validation'
          ? ['VK_EXT_layer_settings']
          : ['VK_KHR_surface', 'VK_KHR_get_surface_capabilities2', 'VK_KHR_portability_enumeration'],
      ),
    );
    const layers = ['VK_LAYER_KHRONOS_validation'];
    const { createInfo, missing } = resolveInstance(vulkan, {
      required: { apiVersion: API_VERSION_1_2, extensions: ['VK_KHR_get_surface_capabilities2'], layers },
      desired: {
        apiVersion: API_VERSION_1_4,
        extensions: ['VK_EXT_layer_settings', 'VK_EXT_debug_utils', 'VK_EXT_surface_maintenance1'],
        layers: ['VK_LAYER_none'],
      },
    });
    expect(createInfo).to.deep.equal({
      pApplicationInfo: { apiVersion: API_VERSION_1_3 },
      ppEnabledLayerNames: layers,
      ppEnabledExtensionNames: [
        'VK_KHR_surface',
        'VK_KHR_get_surface_capabilities2',
        'VK_EXT_layer_settings',
        'VK_KHR_portability_enumeration',
      ],
      flags: 1,
    });
    expect(missing.map(m => `${m.kind} ${m.name}: ${m.reason}`)).to.deep.equal([
      'version 1.4.0: it has 1.3.0',
      'layer VK_LAYER_none: not installed',
      'extension VK_EXT_debug_utils: not offered',
      'extension VK_EXT_surface_maintenance1: not offered',
    ]);
    expect(
      lacksOf(() =>
        resolveInstance(vulkan, { required: { layers: ['VK_LAYER_none'], apiVersion: API_VERSION_1_4 } }),
      ),
    ).to.equal('(given address) lacks version 1.4.0 (it has 1.3.0), layer VK_LAYER_none (not installed)');
    expect(() => resolveInstance(vulkan, { required: { extensions: ['VK_KHR_swapchain'] } })).to.throw(
      TypeError,
      'resolveInstance.wishes.required.extensions[0]: VK_KHR_swapchain is an extension of devices: resolveDevice takes it',
    );
    expect(resolveInstance(vulkan, {}).createInfo.pApplicationInfo.apiVersion).to.equal(API_VERSION_1_0);
  });
});

describe('wishes (lavapipe)', () => {
  for (const apiVersion of [API_VERSION_1_0, API_VERSION_1_1, API_VERSION_1_3])
    it(`six features by 1.${(apiVersion >> 12) & 0x3ff}: created without a message`, function () {
      openLive(this).end();
      const vulkan = loadVulkan();
      const { createInfo } = resolveInstance(vulkan, {
        required: { apiVersion, layers: ['VK_LAYER_KHRONOS_validation'], extensions: ['VK_EXT_debug_utils'] },
      });
      const messages: (string | null)[] = [];
      using instance = vulkan.createInstance({
        ...createInfo,
        pNext: [
          {
            sType: Type.DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            messageSeverity: 0x1100,
            messageType: 7,
            pfnUserCallback: (_severity, _types, data) => {
              messages.push(data.pMessage);
            },
          },
        ],
      });
      const { gpu, createInfo: deviceInfo, missing } = chooseGpu(instance, { desired: { features: SIX } });
      using device = gpu.createDevice(deviceInfo);
      const fulfilled = SIX.filter(name => !missing.some(m => m.name === name));
      expect(fulfilled).to.include('samplerAnisotropy');
      if (apiVersion > API_VERSION_1_0) {
        expect(fulfilled).to.include.members([
          'dynamicRendering',
          'timelineSemaphore',
          'bufferDeviceAddress',
        ]);
        // A mesh shader and ray queries came to lavapipe later, and then with their extensions.
        expect(fulfilled.includes('rayQuery')).to.equal(
          deviceInfo.ppEnabledExtensionNames.includes('VK_KHR_ray_query'),
        );
      }
      device.deviceWaitIdle();
      expect(messages).to.deep.equal([]);
    });

  for (const apiVersion of [API_VERSION_1_1, API_VERSION_1_3])
    it(`each feature that needs another, and all features at once, by 1.${(apiVersion >> 12) & 0x3ff}: created without a message`, function () {
      openLive(this).end();
      const vulkan = loadVulkan();
      const { createInfo } = resolveInstance(vulkan, {
        required: { apiVersion, layers: ['VK_LAYER_KHRONOS_validation'], extensions: ['VK_EXT_debug_utils'] },
      });
      using instance = vulkan.createInstance(createInfo);
      const messages: string[] = [];
      // A layer that is older than the driver says so of what it does not know.
      const isOfAge = (text: string) => /not supported by this layer|unknown VkStructureType/.test(text);
      showMessages(instance, { to: ({ id, text }) => isOfAge(text) || messages.push(`${id}: ${text}`) });
      const needing = parseDeviceRules(deviceRules).flatMap(({ first, excludes }) =>
        excludes ? [] : [first],
      );
      const all = registry
        .struct('VkDeviceCreateInfo')
        .extendedBy.flatMap(name => registry.struct(name).members)
        .flatMap(({ name, base }) => (base === 'VkBool32' && placesOf(name).length > 0 ? [name] : []));
      expect(needing).to.have.length.above(10);
      expect(all).to.have.length.above(300);
      for (const features of [...needing.map(name => [name]), all] as FeatureName[][]) {
        const { gpu, createInfo: deviceInfo } = chooseGpu(instance, { desired: { features } });
        gpu.createDevice(deviceInfo).destroyDevice();
      }
      expect(messages).to.deep.equal([]);
    });
});
