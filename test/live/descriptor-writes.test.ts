// Descriptor writes that would crash a driver are refused before the call.
import { expect } from 'chai';
import type { Device } from '../../src/index.ts';
import { VkDescriptorType, VkShaderStageFlagBits } from '../../src/index.ts';
import { liveSuite } from './harness.ts';

describe('updateDescriptorSets', () => {
  let device: Device;
  liveSuite(opened => {
    ({ device } = opened);
  });

  it('refuses a null set, of which only push descriptors take one', () => {
    const descriptorType = VkDescriptorType.SAMPLER;
    const bindings = [
      { binding: 0, descriptorType, descriptorCount: 1, stageFlags: VkShaderStageFlagBits.COMPUTE },
    ];
    const layout = device.createDescriptorSetLayout({ pBindings: bindings });
    const descriptorPool = device.createDescriptorPool({
      maxSets: 1,
      pPoolSizes: [{ type: descriptorType, descriptorCount: 1 }],
    });
    const [dstSet] = device.allocateDescriptorSets({ descriptorPool, pSetLayouts: [layout] });
    const sampler = device.createSampler({});
    const write = {
      dstBinding: 0,
      dstArrayElement: 0,
      descriptorType,
      pImageInfo: [{ sampler, imageLayout: 0 }],
    };
    for (let i = 0; i < 40; i++) {
      device.updateDescriptorSets([{ ...write, dstSet }], []);
      expect(() =>
        device.updateDescriptorSets(
          [
            { ...write, dstSet },
            { ...write, dstSet: 0n as never },
          ],
          [],
        ),
      ).to.throw(/^vkUpdateDescriptorSets\.pDescriptorWrites\[1\]\.dstSet: expected a VkDescriptorSet/);
    }
    device.destroySampler(sampler);
    device.destroyDescriptorPool(descriptorPool);
    device.destroyDescriptorSetLayout(layout);
  });
});
