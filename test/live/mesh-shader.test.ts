// A mesh shader draws a picture without vertices.
import { expect } from 'chai';
import {
  VkStructureType as T,
  VkPipelineBindPoint,
  VkSampleCountFlagBits,
  VkShaderStageFlagBits,
} from '../../src/index.ts';
import { drawPicture, FORMAT } from './draw.ts';
import { compileShader } from './glsl.ts';
import { newerSuite } from './newer.ts';

const SIZE = 16;

describe('live: mesh shaders', () => {
  const openDevice = newerSuite();

  it('a mesh shader draws a picture without a vertex', function () {
    const device = openDevice(
      this,
      ['VK_EXT_mesh_shader'],
      [
        { sType: T.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true },
        { sType: T.PHYSICAL_DEVICE_MAINTENANCE_4_FEATURES, maintenance4: true },
        { sType: T.PHYSICAL_DEVICE_MESH_SHADER_FEATURES_EXT, meshShader: true },
      ],
    );
    const [mesh, fragment] = ['whole.mesh', 'color.frag'].map(name =>
      device.createShaderModule({ pCode: compileShader(this, name) }),
    );
    const layout = device.createPipelineLayout({});
    const extent = { width: SIZE, height: SIZE };
    const { pPipelines } = device.createGraphicsPipelines(null, [
      {
        pNext: [{ sType: T.PIPELINE_RENDERING_CREATE_INFO, pColorAttachmentFormats: [FORMAT] }],
        pStages: [
          { stage: VkShaderStageFlagBits.MESH_EXT, module: mesh, pName: 'main' },
          { stage: VkShaderStageFlagBits.FRAGMENT, module: fragment, pName: 'main' },
        ],
        pViewportState: { pViewports: [{ ...extent, maxDepth: 1 }], pScissors: [{ extent }] },
        pRasterizationState: { lineWidth: 1 },
        pMultisampleState: { rasterizationSamples: VkSampleCountFlagBits._1 },
        pColorBlendState: { pAttachments: [{ colorWriteMask: 15 }] },
        layout,
      },
    ]);
    const picture = drawPicture(device, SIZE, [1, 0, 0], commands => {
      commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pPipelines[0]);
      commands.cmdDrawMeshTasksEXT(1, 1, 1);
    });
    expect(new Set(new Uint32Array(picture.buffer))).to.deep.equal(new Set([0xff_99_66_33]));
  });
});
