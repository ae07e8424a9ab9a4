// A shader object computes without a pipeline.
import { expect } from 'chai';
import { square } from '../../scripts/examples/shaders/spirv.ts';
import {
  VkBufferUsageFlagBits as BufferUsage,
  VkStructureType as T,
  VkPipelineBindPoint,
  VkShaderCodeTypeEXT,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { storageSet } from './compute.ts';
import { floats, hostBuffer, NUMBERS, newerSuite, SQUARES, submit } from './newer.ts';

describe('live: shader objects', () => {
  const openDevice = newerSuite();

  it('a shader object computes without a pipeline', function () {
    const device = openDevice(
      this,
      ['VK_EXT_shader_object'],
      [
        { sType: T.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
        { sType: T.PHYSICAL_DEVICE_SHADER_OBJECT_FEATURES_EXT, shaderObject: true },
      ],
      null,
    );
    const { buffer, mapped } = hostBuffer(device, NUMBERS.byteLength, BufferUsage.STORAGE_BUFFER);
    mapped.write(NUMBERS);
    const { set, setLayout, layout } = storageSet(device, buffer, NUMBERS.byteLength);
    const { pShaders } = device.createShadersEXT([
      {
        stage: VkShaderStageFlagBits.COMPUTE,
        codeType: VkShaderCodeTypeEXT.SPIRV,
        pCode: square,
        pName: 'main',
        pSetLayouts: [setLayout],
      },
    ]);
    submit(device, commands => {
      commands.cmdBindShadersEXT([VkShaderStageFlagBits.COMPUTE], pShaders);
      commands.cmdBindDescriptorSets(VkPipelineBindPoint.COMPUTE, layout, 0, [set], []);
      commands.cmdDispatch(1, 1, 1);
    });
    expect(floats(mapped)).to.deep.equal(SQUARES);
  });
});
