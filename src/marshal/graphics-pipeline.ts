// What a graphics pipeline must be created with: its stages, and each state that is not dynamic.
import { VkShaderStageFlagBits as Stage } from '../../ffi/rows/bitmasks.ts';
import { VkDynamicState as Dynamic } from '../../ffi/rows/enums.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { type Rule, rule } from '../registry/rule.ts';
import type { StructCheck } from './struct-check.ts';

/** The create info, as far as the rules read it. */
interface Info {
  readonly pStages: readonly { readonly stage: number }[] | null;
  readonly pRasterizationState: { readonly rasterizerDiscardEnable: boolean } | null;
  readonly pViewportState: Readonly<Record<string, unknown>> | null;
  readonly pColorBlendState: Readonly<Record<string, unknown>> | null;
  readonly pDynamicState: { readonly pDynamicStates: readonly number[] } | null;
  readonly renderPass: bigint;
  readonly subpass: number;
}

interface Rendering {
  readonly pColorAttachmentFormats: readonly number[] | null;
  readonly depthAttachmentFormat: number;
  readonly stencilAttachmentFormat: number;
}

/** Structs in whose presence a pipeline may be a part of one, or takes its state from others. */
const PARTIAL = [
  'VkGraphicsPipelineLibraryCreateInfoEXT',
  'VkPipelineLibraryCreateInfoKHR',
  'VkGraphicsPipelineShaderGroupsCreateInfoNV',
];

/** The dynamic states that, all together, replace a state. */
const DYNAMIC = {
  pVertexInputState: [Dynamic.VERTEX_INPUT_EXT],
  pInputAssemblyState: [Dynamic.PRIMITIVE_TOPOLOGY, Dynamic.PRIMITIVE_RESTART_ENABLE],
  pTessellationState: [Dynamic.PATCH_CONTROL_POINTS_EXT],
  pViewportState: [Dynamic.VIEWPORT_WITH_COUNT, Dynamic.SCISSOR_WITH_COUNT],
  pRasterizationState: [
    Dynamic.DEPTH_CLAMP_ENABLE_EXT,
    Dynamic.RASTERIZER_DISCARD_ENABLE,
    Dynamic.POLYGON_MODE_EXT,
    Dynamic.CULL_MODE,
    Dynamic.FRONT_FACE,
    Dynamic.DEPTH_BIAS_ENABLE,
    Dynamic.DEPTH_BIAS,
    Dynamic.LINE_WIDTH,
  ],
  pMultisampleState: [
    Dynamic.RASTERIZATION_SAMPLES_EXT,
    Dynamic.SAMPLE_MASK_EXT,
    Dynamic.ALPHA_TO_COVERAGE_ENABLE_EXT,
  ],
  pDepthStencilState: [
    Dynamic.DEPTH_TEST_ENABLE,
    Dynamic.DEPTH_WRITE_ENABLE,
    Dynamic.DEPTH_COMPARE_OP,
    Dynamic.DEPTH_BOUNDS_TEST_ENABLE,
    Dynamic.STENCIL_TEST_ENABLE,
    Dynamic.STENCIL_OP,
    Dynamic.DEPTH_BOUNDS,
  ],
  pColorBlendState: [
    Dynamic.LOGIC_OP_ENABLE_EXT,
    Dynamic.LOGIC_OP_EXT,
    Dynamic.COLOR_BLEND_ENABLE_EXT,
    Dynamic.COLOR_BLEND_EQUATION_EXT,
    Dynamic.COLOR_WRITE_MASK_EXT,
    Dynamic.BLEND_CONSTANTS,
  ],
} as const;

/** They replace the array of attachments; advanced equations are an extension of their own. */
const DYNAMIC_ATTACHMENTS = [
  Dynamic.COLOR_BLEND_ENABLE_EXT,
  Dynamic.COLOR_BLEND_EQUATION_EXT,
  Dynamic.COLOR_WRITE_MASK_EXT,
];

const missing = (path: string, type: string, vuid: string) =>
  new ArgumentError('type', `expected ${type}, got nothing`).withVuid(vuid).under(`.${path}`);

/** Throws if the stages, or a state that is neither dynamic nor unused, is missing: drivers read it without asking. */
export const graphicsPipelineRule: Rule<StructCheck> = rule(
  [
    'VUID-VkGraphicsPipelineCreateInfo-stageCount-09530',
    'VUID-VkGraphicsPipelineCreateInfo-stage-02096',
    'VUID-VkGraphicsPipelineCreateInfo-pStages-02097',
    'VUID-VkGraphicsPipelineCreateInfo-dynamicPrimitiveTopologyUnrestricted-09031',
    'VUID-VkGraphicsPipelineCreateInfo-pStages-09022',
    'VUID-VkGraphicsPipelineCreateInfo-pRasterizationState-06601',
    'VUID-VkGraphicsPipelineCreateInfo-rasterizerDiscardEnable-09024',
    'VUID-VkGraphicsPipelineCreateInfo-pDynamicStates-04130',
    'VUID-VkGraphicsPipelineCreateInfo-pDynamicStates-04131',
    'VUID-VkGraphicsPipelineCreateInfo-pMultisampleState-09026',
    'VUID-VkGraphicsPipelineCreateInfo-renderPass-06046',
    'VUID-VkGraphicsPipelineCreateInfo-renderPass-09028',
    'VUID-VkGraphicsPipelineCreateInfo-renderPass-09033',
    'VUID-VkGraphicsPipelineCreateInfo-renderPass-09030',
    'VUID-VkGraphicsPipelineCreateInfo-renderPass-09037',
    'VUID-VkPipelineColorBlendStateCreateInfo-pAttachments-07353',
  ],
  (
    stages,
    firstStage,
    vertexInput,
    inputAssembly,
    tessellation,
    rasterization,
    viewport,
    viewports,
    scissors,
    multisample,
    subpassExists,
    depthOfPass,
    depthOfRendering,
    colorOfPass,
    colorOfRendering,
    attachments,
  ) =>
    (decoded, call, chained) => {
      if (PARTIAL.some(chained)) return;
      const info = decoded as unknown as Info;
      const dynamic = new Set(info.pDynamicState?.pDynamicStates);
      const isDynamic = (states: readonly number[]) => states.every(state => dynamic.has(state));
      const require = (member: keyof typeof DYNAMIC, vuid: string) => {
        if (decoded[member] === null && !isDynamic(DYNAMIC[member]))
          throw missing(member, `a VkPipeline${member.slice(1)}CreateInfo object`, vuid);
      };
      const has = (bits: number) => info.pStages!.some(({ stage }) => (stage & bits) !== 0);
      if ((info.pStages ?? []).length === 0)
        throw missing('pStages', 'an array of VkPipelineShaderStageCreateInfo of at least 1', stages);
      if (!has(Stage.VERTEX | Stage.MESH_EXT))
        throw new ArgumentError('range', 'expected a stage that is VERTEX or MESH_EXT')
          .withVuid(firstStage)
          .under('.pStages');
      if (!has(Stage.MESH_EXT)) {
        require('pVertexInputState', vertexInput);
        require('pInputAssemblyState', inputAssembly);
      }
      if (has(Stage.TESSELLATION_CONTROL)) require('pTessellationState', tessellation);
      require('pRasterizationState', rasterization);
      const discards = info.pRasterizationState?.rasterizerDiscardEnable === true;
      if (discards && !dynamic.has(Dynamic.RASTERIZER_DISCARD_ENABLE)) return;
      require('pViewportState', viewport);
      const array = (
        state: 'pViewportState' | 'pColorBlendState',
        count: string,
        [member, type]: [member: string, type: string],
        vuid: string,
      ) => {
        if (Number(info[state]?.[count] ?? 0) > 0 && info[state]?.[member] === null)
          throw missing(`${state}.${member}`, `an array of ${type} of length ${info[state]?.[count]}`, vuid);
      };
      if (!dynamic.has(Dynamic.VIEWPORT) && !dynamic.has(Dynamic.VIEWPORT_WITH_COUNT))
        array('pViewportState', 'viewportCount', ['pViewports', 'VkViewport'], viewports);
      if (!dynamic.has(Dynamic.SCISSOR) && !dynamic.has(Dynamic.SCISSOR_WITH_COUNT))
        array('pViewportState', 'scissorCount', ['pScissors', 'VkRect2D'], scissors);
      require('pMultisampleState', multisample);
      if (info.renderPass === 0n) {
        const rendering = chained('VkPipelineRenderingCreateInfo') as Rendering | undefined;
        if (rendering?.depthAttachmentFormat || rendering?.stencilAttachmentFormat)
          require('pDepthStencilState', depthOfRendering);
        if (rendering?.pColorAttachmentFormats?.some(format => format !== 0))
          require('pColorBlendState', colorOfRendering);
      } else {
        const pass = call.scope.factsOf('VkRenderPass', info.renderPass);
        if (pass !== undefined && info.subpass >= pass.subpasses)
          throw new ArgumentError(
            'range',
            `expected one of the ${pass.subpasses} subpasses of renderPass, got ${info.subpass}`,
          )
            .withVuid(subpassExists)
            .under('.subpass');
        const isIn = (subpasses = 0) => info.subpass < 31 && ((subpasses >> info.subpass) & 1) === 1;
        if (isIn(pass?.depth)) require('pDepthStencilState', depthOfPass);
        if (isIn(pass?.color)) require('pColorBlendState', colorOfPass);
      }
      if (!isDynamic(DYNAMIC_ATTACHMENTS))
        array(
          'pColorBlendState',
          'attachmentCount',
          ['pAttachments', 'VkPipelineColorBlendAttachmentState'],
          attachments,
        );
    },
);
