// `using` ends all objects of a program on a real driver, without a validation message.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import { loadVulkan, VkDescriptorType, VkShaderStageFlagBits } from '../../src/index.ts';
import { createDevice, openLive } from './harness.ts';

describe('live: using', () => {
  it('ends a device with its pipelines, sets and command buffers, and the instance, without a message', function () {
    const live = openLive(this);
    const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-'));
    const script = () => {
      using instance = live.instance;
      using device = createDevice(live.gpu, []);
      const setLayout = device.createDescriptorSetLayout({
        pBindings: [
          {
            binding: 0,
            descriptorType: VkDescriptorType.STORAGE_BUFFER,
            descriptorCount: 1,
            stageFlags: VkShaderStageFlagBits.COMPUTE,
          },
        ],
      });
      const pool = device.createDescriptorPool({
        maxSets: 1,
        pPoolSizes: [{ type: VkDescriptorType.STORAGE_BUFFER, descriptorCount: 1 }],
      });
      device.allocateDescriptorSets({ descriptorPool: pool, pSetLayouts: [setLayout] });
      const layout = device.createPipelineLayout({ pSetLayouts: [setLayout] });
      writeFileSync(join(folder, 'square.spv'), square);
      const pCode = readFileSync(join(folder, 'square.spv'));
      const odd = Buffer.concat([Buffer.alloc(1), pCode]).subarray(1);
      for (const code of [pCode, odd]) {
        const module = device.createShaderModule({ pCode: code });
        device.createComputePipelines(null, [
          { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
        ]);
      }
      const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
      const [commands] = device.allocateCommandBuffers({ commandPool, level: 0, commandBufferCount: 1 });
      commands.beginCommandBuffer({});
      commands.endCommandBuffer();
      device.getDeviceQueue(0, 0).queueSubmit([{ pCommandBuffers: [commands] }]);
      throw new Error(`my own mistake with ${instance.type}`);
    };
    try {
      expect(script).to.throw(/^my own mistake with VkInstance$/);
      expect(live.messages).to.deep.equal([]);
      expect(live.instance.alive).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('destroys by the command of an extension where the version is older than the command', function () {
    openLive(this).end();
    const extension = 'VK_KHR_descriptor_update_template';
    const instance = loadVulkan().createInstance({});
    const [gpu] = instance.enumeratePhysicalDevices();
    const device = createDevice(gpu, [extension]);
    const setLayout = device.createDescriptorSetLayout({
      pBindings: [
        { binding: 0, descriptorType: VkDescriptorType.SAMPLER, descriptorCount: 1, stageFlags: 1 },
      ],
    });
    device.createDescriptorUpdateTemplateKHR({
      pDescriptorUpdateEntries: [
        { dstBinding: 0, descriptorCount: 1, descriptorType: VkDescriptorType.SAMPLER, offset: 0, stride: 0 },
      ],
      templateType: 0,
      descriptorSetLayout: setLayout,
    });
    let warning = '';
    const listen = (warned: Error) => {
      warning = warned.message;
    };
    process.on('warning', listen);
    instance[Symbol.dispose]();
    process.off('warning', listen);
    expect(device.alive || instance.alive).to.equal(false);
    expect(warning).to.equal('');
  });
});
