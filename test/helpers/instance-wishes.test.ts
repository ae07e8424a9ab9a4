// resolveInstance enables the extensions, the layers and the version that are asked for.
import { expect } from 'chai';
import { createEmbeddedDriver } from '../../src/embedded/index.ts';
import { resolveInstance } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_0,
  API_VERSION_1_2,
  API_VERSION_1_3,
  API_VERSION_1_4,
  loadVulkan,
} from '../../src/index.ts';
import { lacksOf } from './pretended-gpu.ts';

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
      preferred: {
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
    ).to.equal(
      'resolveInstance: (given address) lacks version 1.4.0 (it has 1.3.0), layer VK_LAYER_none (not installed)',
    );
    expect(() => resolveInstance(vulkan, { required: { extensions: ['VK_KHR_swapchain'] } })).to.throw(
      TypeError,
      'resolveInstance.wishes.required.extensions[0]: VK_KHR_swapchain is an extension of devices: pass it to resolveDevice',
    );
    expect(resolveInstance(vulkan, {}).createInfo.pApplicationInfo.apiVersion).to.equal(API_VERSION_1_0);
  });
});
