// Features asked for on lavapipe under the validation layer: devices are created without a message.
import { expect } from 'chai';
import { deviceRules } from '../../ffi/rows/device-rules.ts';
import { featuresNamed } from '../../src/helpers/feature.ts';
import { chooseGpu, type FeatureName, resolveInstance, showMessages } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_0,
  API_VERSION_1_1,
  API_VERSION_1_3,
  loadVulkan,
  VkStructureType as Type,
} from '../../src/index.ts';
import { parseDeviceRules } from '../../src/registry/device-rule.ts';
import { registry } from '../../src/registry/registry.ts';
import { openLive } from '../live/harness.ts';
import { SIX } from './pretended-gpu.ts';

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
      const { gpu, createInfo: deviceInfo, missing } = chooseGpu(instance, { preferred: { features: SIX } });
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
        .flatMap(({ name, base }) => (base === 'VkBool32' && featuresNamed(name).length > 0 ? [name] : []));
      expect(needing).to.have.length.above(10);
      expect(all).to.have.length.above(300);
      for (const features of [...needing.map(name => [name]), all] as FeatureName[][]) {
        const { gpu, createInfo: deviceInfo } = chooseGpu(instance, { preferred: { features } });
        gpu.createDevice(deviceInfo).destroyDevice();
      }
      expect(messages).to.deep.equal([]);
    });
});
