// GPUs as the embedded driver pretends to be them: with the features and extensions that a test names.
import { createEmbeddedDriver, type EmbeddedDriver } from '../../src/embedded/index.ts';
import { link } from '../../src/embedded/received.ts';
import { type FeatureName, NotOfferedError } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_1,
  API_VERSION_1_3,
  type Instance,
  loadVulkan,
  type PhysicalDevice,
  type VkPhysicalDeviceType,
} from '../../src/index.ts';

/** Of new and old versions, of extensions and of Vulkan 1.0. */
export const SIX: FeatureName[] = [
  'rayQuery',
  'meshShader',
  'dynamicRendering',
  'timelineSemaphore',
  'samplerAnisotropy',
  'bufferDeviceAddress',
];

/** A GPU as the embedded driver pretends to be one. */
export interface Pretended {
  readonly apiVersion?: number;
  readonly deviceName?: string;
  readonly deviceType?: VkPhysicalDeviceType;
  readonly extensions?: readonly string[];
  /** By struct: each member's name. */
  readonly features?: Readonly<Record<string, readonly string[]>>;
}

/** An instance whose GPUs are these. */
export function pretend(
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
export const RAY_TRACER: Pretended = {
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

export const NEW_RAY_TRACER: Pretended = {
  ...RAY_TRACER,
  apiVersion: API_VERSION_1_3,
  features: {
    ...RAY_TRACER.features,
    VkPhysicalDeviceVulkan12Features: ['timelineSemaphore', 'bufferDeviceAddress', 'drawIndirectCount'],
    VkPhysicalDeviceVulkan13Features: ['dynamicRendering', 'synchronization2'],
  },
};

/** The message of its NotOfferedError; '' where it throws none. */
export const lacksOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof NotOfferedError) return error.message;
    throw error;
  }
  return '';
};
