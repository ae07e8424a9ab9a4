// What createGraphicsPipelines refuses to leave out, and what may be left out: dynamic states, parts, what is not drawn.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';
import { ValidUsageError, VkDynamicState, VkShaderStageFlagBits, VkStructureType } from '../../src/index.ts';

describe('a graphics pipeline', () => {
  const { VkDevice: device } = new Fixture('null').objects;
  const layout = device.createPipelineLayout({});
  const stage = (bit: number) => ({ stage: bit, pName: 'main' });
  const pass = device.createRenderPass({
    pAttachments: [
      { format: 37, samples: 1, initialLayout: 0, finalLayout: 2 },
      { format: 126, samples: 1, initialLayout: 0, finalLayout: 3 },
    ],
    pSubpasses: [
      { pColorAttachments: [{ attachment: 0, layout: 2 }] },
      { pDepthStencilAttachment: { attachment: 1, layout: 3 } },
      { pColorAttachments: [{ attachment: 0xffff_ffff, layout: 2 }] },
    ],
  } as never);
  const rendering = (formats: object) => ({
    renderPass: null,
    pNext: [{ sType: VkStructureType.PIPELINE_RENDERING_CREATE_INFO, viewMask: 0, ...formats }],
  });
  const complete = {
    layout,
    renderPass: pass,
    subpass: 0,
    pStages: [stage(VkShaderStageFlagBits.VERTEX)],
    pVertexInputState: {},
    pInputAssemblyState: { topology: 3 },
    pViewportState: { pViewports: [{ width: 1, height: 1 }], pScissors: [{}] },
    pRasterizationState: { lineWidth: 1 },
    pMultisampleState: { rasterizationSamples: 1 },
    pColorBlendState: { pAttachments: [{}] },
  };
  const libraries = (...pLibraries: never[]) => ({
    pNext: [{ sType: VkStructureType.PIPELINE_LIBRARY_CREATE_INFO_KHR, pLibraries }],
  });
  /** A part of a pipeline, from nothing but its layout. */
  const part = (flags: number, changes = {}) => ({
    ...Object.fromEntries(Object.keys(complete).map(key => [key, null])),
    ...{ layout, subpass: 0 },
    ...changes,
    pNext: [{ sType: VkStructureType.GRAPHICS_PIPELINE_LIBRARY_CREATE_INFO_EXT, flags }],
  });
  const subpass = { pColorAttachments: [{ attachment: 0, layout: 2 }] };
  const long = device.createRenderPass({
    pAttachments: [{ format: 37, samples: 1, initialLayout: 0, finalLayout: 2 }],
    pSubpasses: Array.from({ length: 40 }, () => subpass),
  } as never);
  const create = (changes: object) =>
    device.createGraphicsPipelines(null, [{ ...complete, ...changes }] as never);
  const dynamic = (...names: (keyof typeof VkDynamicState)[]) => ({
    pDynamicState: { pDynamicStates: names.map(name => VkDynamicState[name]) },
  });
  const state = (name: string) => `expected a VkPipeline${name}CreateInfo object, got nothing`;

  const refused: [what: string, changes: object, message: string, vuid: string][] = [
    [
      'without stages',
      { pStages: [] },
      'pStages: expected an array of VkPipelineShaderStageCreateInfo',
      'stageCount-09530',
    ],
    [
      'of a fragment shader alone',
      { pStages: [stage(16)] },
      'pStages: expected a stage that is VERTEX or MESH_EXT',
      'stage-02096',
    ],
    [
      'without vertex input',
      { pVertexInputState: null },
      `pVertexInputState: ${state('VertexInputState')}`,
      'pStages-02097',
    ],
    [
      'without input assembly',
      { pInputAssemblyState: null },
      `pInputAssemblyState: ${state('InputAssemblyState')}`,
      'dynamicPrimitiveTopologyUnrestricted-09031',
    ],
    [
      'without tessellation',
      { pStages: [stage(1), stage(2), stage(4)] },
      `pTessellationState: ${state('TessellationState')}`,
      'pStages-09022',
    ],
    [
      'without rasterization',
      { pRasterizationState: null },
      `pRasterizationState: ${state('RasterizationState')}`,
      'pRasterizationState-06601',
    ],
    [
      'without viewports',
      { pViewportState: null },
      `pViewportState: ${state('ViewportState')}`,
      'rasterizerDiscardEnable-09024',
    ],
    [
      'with viewports counted alone',
      { pViewportState: { viewportCount: 2, scissorCount: 2 } },
      'pViewportState.pViewports: expected an array of VkViewport of length 2, got nothing',
      'pDynamicStates-04130',
    ],
    [
      'with scissors counted alone',
      { ...dynamic('VIEWPORT'), pViewportState: { viewportCount: 1, scissorCount: 1 } },
      'pViewportState.pScissors: expected an array of VkRect2D of length 1, got nothing',
      'pDynamicStates-04131',
    ],
    [
      'without multisampling',
      { pMultisampleState: null },
      `pMultisampleState: ${state('MultisampleState')}`,
      'pMultisampleState-09026',
    ],
    [
      'without blending of a color attachment',
      { pColorBlendState: null },
      `pColorBlendState: ${state('ColorBlendState')}`,
      'renderPass-09030',
    ],
    [
      'without blending of a color format',
      { pColorBlendState: null, ...rendering({ pColorAttachmentFormats: [37] }) },
      `pColorBlendState: ${state('ColorBlendState')}`,
      'renderPass-09037',
    ],
    [
      'with blended attachments counted alone',
      { pColorBlendState: { attachmentCount: 1 } },
      'pColorBlendState.pAttachments: expected an array of VkPipelineColorBlendAttachmentState of length 1, got nothing',
      'pAttachments-07353',
    ],
    [
      'without depth of a depth attachment',
      { subpass: 1 },
      `pDepthStencilState: ${state('DepthStencilState')}`,
      'renderPass-09028',
    ],
    [
      'without depth of a depth format',
      rendering({ depthAttachmentFormat: 126 }),
      `pDepthStencilState: ${state('DepthStencilState')}`,
      'renderPass-09033',
    ],
    [
      'of a subpass that is not there',
      { subpass: 3 },
      'subpass: expected one of the 3 subpasses of renderPass, got 3',
      'renderPass-06046',
    ],
  ];
  refused.push(
    [
      'without evaluating tessellation',
      { pStages: [stage(1), stage(2)] },
      'pStages: expected TESSELLATION_EVALUATION beside TESSELLATION_CONTROL',
      'pStages-00729',
    ],
    [
      'without controlling tessellation',
      { pStages: [stage(1), stage(4)] },
      'pStages: expected TESSELLATION_CONTROL beside TESSELLATION_EVALUATION',
      'pStages-00730',
    ],
    [
      'of no libraries, without stages',
      { ...libraries(), pStages: [] },
      'pStages: expected an array',
      'stageCount-09530',
    ],
    [
      'of no libraries, without layout',
      { ...libraries(), layout: null },
      'layout: expected a VkPipelineLayout',
      'None-07826',
    ],
    ['as a part with vertices, without their input', part(1), 'pVertexInputState: expected', 'pStages-02097'],
    ['as a part with vertex shaders, without stages', part(2), 'pStages: expected', 'stageCount-09530'],
    [
      'as a part with vertex shaders, without rasterization',
      part(2, { pStages: [stage(1)] }),
      'pRasterizationState: expected',
      'pRasterizationState-06601',
    ],
    [
      'as a part with fragments, without layout',
      part(4, { pStages: [stage(16)], layout: null }),
      'layout: expected',
      'flags-06642',
    ],
    [
      'as a part with fragments, without depth',
      part(4, { pStages: [stage(16)], renderPass: pass, subpass: 1 }),
      'pDepthStencilState: expected',
      'renderPass-09028',
    ],
    [
      'as a part with outputs, without multisampling',
      part(8),
      'pMultisampleState: expected',
      'pMultisampleState-09026',
    ],
    [
      'as a part with outputs, without blending',
      part(8, { renderPass: pass, pMultisampleState: { rasterizationSamples: 1 } }),
      'pColorBlendState: expected',
      'renderPass-09030',
    ],
    [
      'of a late subpass, without blending',
      { renderPass: long, subpass: 39, pColorBlendState: null },
      'pColorBlendState: expected',
      'renderPass-09030',
    ],
  );
  for (const [what, changes, message, vuid] of refused)
    it(`is refused ${what}`, () => {
      for (let time = 0; time < 3; time++)
        expect(() => create(changes))
          .to.throw(ValidUsageError, `vkCreateGraphicsPipelines.pCreateInfos[0].${message}`)
          .with.property('vuid')
          .that.matches(new RegExp(`-${vuid}$`));
    });

  const taken: [what: string, changes: object][] = [
    ['that is complete', {}],
    [
      'whose states are dynamic',
      {
        ...dynamic(
          'VERTEX_INPUT_EXT',
          'PRIMITIVE_TOPOLOGY',
          'PRIMITIVE_RESTART_ENABLE',
          'VIEWPORT_WITH_COUNT',
          'SCISSOR_WITH_COUNT',
        ),
        pVertexInputState: null,
        pInputAssemblyState: null,
        pViewportState: null,
      },
    ],
    [
      'whose viewports are dynamic',
      { ...dynamic('VIEWPORT', 'SCISSOR'), pViewportState: { viewportCount: 1, scissorCount: 1 } },
    ],
    [
      'that discards what it would rasterize',
      {
        pRasterizationState: { rasterizerDiscardEnable: true, lineWidth: 1 },
        pViewportState: null,
        pMultisampleState: null,
        pColorBlendState: null,
      },
    ],
    [
      'of meshes, which have no vertices',
      {
        pStages: [stage(VkShaderStageFlagBits.MESH_EXT)],
        pVertexInputState: null,
        pInputAssemblyState: null,
      },
    ],
    ['of a subpass whose color attachment is unused', { subpass: 2, pColorBlendState: null }],
    ['that renders no color', { ...rendering({}), pColorBlendState: null }],
    [
      'that is a part',
      {
        layout: null,
        pStages: [],
        pNext: [{ sType: VkStructureType.GRAPHICS_PIPELINE_LIBRARY_CREATE_INFO_EXT, flags: 1 }],
      },
    ],
  ];
  taken.push(
    [
      'made of libraries',
      { ...libraries(create({}).pPipelines[0] as never), layout: null, pStages: [], pVertexInputState: null },
    ],
    [
      'that is a part of vertices alone',
      part(1, { pVertexInputState: {}, pInputAssemblyState: { topology: 3 } }),
    ],
    ['that is a part of fragments alone', part(4, { pStages: [stage(16)] })],
  );
  for (const [what, changes] of taken)
    it(`is taken ${what}`, () => {
      for (let time = 0; time < 3; time++) create(changes);
    });
});
