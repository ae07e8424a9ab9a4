// Data of descriptor update templates must be as large as the template says.
import { expect } from 'chai';
import type { RandomValues } from '../../scripts/fuzz/values.ts';
import {
  type Device,
  ValidUsageError,
  VkDescriptorType,
  VkDescriptorUpdateTemplateType,
} from '../../src/index.ts';
import { compileStruct } from '../../src/marshal/compile-struct.ts';
import { compiledEncoder, interpretStruct } from '../../src/marshal/encode.ts';
import { planOf } from '../../src/marshal/plan.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Opened } from './driver-open.ts';
import { encoded } from './encoded.ts';
import { valuesSuite } from './values-suite.ts';

describe('descriptor update templates (embedded driver)', () => {
  let opened: Opened;
  let device: Device;
  let values: RandomValues;

  valuesSuite((...given) => {
    [opened, values] = given;
    device = opened.device;
  });

  it('data of update templates are as large as the template says', () => {
    const { driver } = opened;
    driver.override('vkCreateDescriptorUpdateTemplate', () => 0x888n);
    driver.override('vkUpdateDescriptorSetWithTemplate', () => undefined);
    driver.override('vkDestroyDescriptorUpdateTemplate', () => undefined);
    const entry = (descriptorType: number, offset: number, descriptorCount: number, stride: number) => ({
      dstBinding: 0,
      dstArrayElement: 0,
      descriptorType,
      descriptorCount,
      offset: BigInt(offset),
      stride: BigInt(stride),
    });
    const descriptorSetLayout = values.handle('VkDescriptorSetLayout') as never;
    const set = values.handle('VkDescriptorSet') as never;
    const entries = [
      [entry(VkDescriptorType.STORAGE_BUFFER, 0, 1, 0), 24],
      [entry(VkDescriptorType.STORAGE_BUFFER, 8, 3, 32), 8 + 64 + 24],
      [entry(VkDescriptorType.SAMPLER, 8, 1, 0), 32],
      [entry(VkDescriptorType.UNIFORM_TEXEL_BUFFER, 0, 2, 8), 16],
      [entry(VkDescriptorType.INLINE_UNIFORM_BLOCK, 16, 64, 0), 80],
      [entry(VkDescriptorType.ACCELERATION_STRUCTURE_KHR, 0, 2, 8), 16],
    ] as const;
    for (const [one, wanted] of entries) {
      const template = device.createDescriptorUpdateTemplate({
        pDescriptorUpdateEntries: [one],
        templateType: VkDescriptorUpdateTemplateType.DESCRIPTOR_SET,
        descriptorSetLayout,
      });
      device.updateDescriptorSetWithTemplate(set, template, new Uint8Array(wanted));
      expect(() =>
        device.updateDescriptorSetWithTemplate(set, template, new Uint8Array(wanted - 1)),
      ).to.throw(
        ValidUsageError,
        `vkUpdateDescriptorSetWithTemplate.pData: expected at least ${wanted} bytes, got ${wanted - 1} (VUID-vkUpdateDescriptorSetWithTemplate-pData-01685)`,
      );
      for (const nothing of [undefined, null, 0n, new Uint8Array(0)])
        expect(() => device.updateDescriptorSetWithTemplate(set, template, nothing as never)).to.throw(
          'vkUpdateDescriptorSetWithTemplate.pData: expected',
        );
      const row = registry.struct('VkPushDescriptorSetWithTemplateInfo');
      const layout = values.handle('VkPipelineLayout');
      for (const encode of [interpretStruct(planOf(row)), compileStruct(planOf(row), compiledEncoder)]) {
        const push = (size: number) =>
          encoded(encode, row, device.scope, {
            descriptorUpdateTemplate: template,
            layout,
            set: 0,
            pData: new Uint8Array(size),
          });
        expect(push(wanted)).not.to.match(/Error/);
        expect(push(wanted - 1)).to.include(`pData: expected at least ${wanted} bytes, got ${wanted - 1}`);
      }
      device.destroyDescriptorUpdateTemplate(template);
    }
  });
});
