// What a graphics pipeline must be created with: its stages, and each state that is not dynamic.
import {
  VkGraphicsPipelineLibraryFlagBitsEXT as Part,
  VkShaderStageFlagBits as Stage,
} from '../../ffi/rows/bitmasks.ts';
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
  readonly layout: bigint;
  readonly renderPass: bigint;
  readonly subpass: number;
}

interface Rendering {
  readonly pColorAttachmentFormats: readonly number[] | null;
  readonly depthAttachmentFormat: number;
  readonly stencilAttachmentFormat: number;
}

/** All parts of a pipeline, which libraries may have one by one. */
const EVERY_PART =
  Part.VERTEX_INPUT_INTERFACE |
  Part.PRE_RASTERIZATION_SHADERS |
  Part.FRAGMENT_SHADER |
  Part.FRAGMENT_OUTPUT_INTERFACE;

/** The parts that the create info itself must describe. */
function partsOf(chained: Parameters<StructCheck>[2]): number {
  // Each of its groups has states of its own.
  if (chained('VkGraphicsPipelineShaderGroupsCreateInfoNV')) return 0;
  const own = chained('VkGraphicsPipelineLibraryCreateInfoEXT');
  if (own !== undefined) return own.flags as number;
  return chained('VkPipelineLibraryCreateInfoKHR')?.libraryCount ? 0 : EVERY_PART;
}

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
const wrong = (member: string, message: string, vuid: string) =>
  new ArgumentError('range', message).withVuid(vuid).under(`.${member}`);

/** Throws if the stages, or a state that is neither dynamic nor unused, is missing: drivers read it without asking. */
export const graphicsPipelineRule: Rule<StructCheck> = rule(
  [
    'VUID-VkGraphicsPipelineCreateInfo-stageCount-09530',
    'VUID-VkGraphicsPipelineCreateInfo-None-07826',
    'VUID-VkGraphicsPipelineCreateInfo-flags-06642',
    'VUID-VkGraphicsPipelineCreateInfo-stage-02096',
    'VUID-VkGraphicsPipelineCreateInfo-pStages-00729',
    'VUID-VkGraphicsPipelineCreateInfo-pStages-00730',
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
    layout,
    layoutOfPart,
    firstStage,
    evaluation,
    control,
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
      const part = partsOf(chained);
      const info = decoded as unknown as Info;
      const dynamic = new Set(info.pDynamicState?.pDynamicStates);
      const isDynamic = (states: readonly number[]) => states.every(state => dynamic.has(state));
      const require = (member: keyof typeof DYNAMIC, vuid: string) => {
        if (decoded[member] === null && !isDynamic(DYNAMIC[member]))
          throw missing(member, `a VkPipeline${member.slice(1)}CreateInfo object`, vuid);
      };
      const array = (
        state: 'pViewportState' | 'pColorBlendState',
        count: string,
        [member, type]: [member: string, type: string],
        vuid: string,
      ) => {
        if (Number(info[state]?.[count] ?? 0) > 0 && info[state]?.[member] === null)
          throw missing(`${state}.${member}`, `an array of ${type} of length ${info[state]?.[count]}`, vuid);
      };
      const has = (bits: number) => (info.pStages ?? []).some(({ stage }) => (stage & bits) !== 0);
      if ((part & (Part.PRE_RASTERIZATION_SHADERS | Part.FRAGMENT_SHADER)) !== 0) {
        if ((info.pStages ?? []).length === 0)
          throw missing('pStages', 'an array of VkPipelineShaderStageCreateInfo of at least 1', stages);
        if (info.layout === 0n && !chained('VkPipelineCreateFlags2CreateInfo'))
          throw wrong(
            'layout',
            'expected a VkPipelineLayout, got VK_NULL_HANDLE',
            part === EVERY_PART ? layout : layoutOfPart,
          );
      }
      if ((part & Part.VERTEX_INPUT_INTERFACE) !== 0 && !has(Stage.MESH_EXT)) {
        require('pVertexInputState', vertexInput);
        require('pInputAssemblyState', inputAssembly);
      }
      const discards =
        info.pRasterizationState?.rasterizerDiscardEnable === true &&
        !dynamic.has(Dynamic.RASTERIZER_DISCARD_ENABLE);
      if ((part & Part.PRE_RASTERIZATION_SHADERS) !== 0) {
        if (!has(Stage.VERTEX | Stage.MESH_EXT))
          throw wrong('pStages', 'expected a stage that is VERTEX or MESH_EXT', firstStage);
        if (has(Stage.TESSELLATION_CONTROL) && !has(Stage.TESSELLATION_EVALUATION))
          throw wrong('pStages', 'expected TESSELLATION_EVALUATION beside TESSELLATION_CONTROL', evaluation);
        if (has(Stage.TESSELLATION_EVALUATION) && !has(Stage.TESSELLATION_CONTROL))
          throw wrong('pStages', 'expected TESSELLATION_CONTROL beside TESSELLATION_EVALUATION', control);
        if (has(Stage.TESSELLATION_CONTROL)) require('pTessellationState', tessellation);
        require('pRasterizationState', rasterization);
        if (!discards) {
          require('pViewportState', viewport);
          if (!dynamic.has(Dynamic.VIEWPORT) && !dynamic.has(Dynamic.VIEWPORT_WITH_COUNT))
            array('pViewportState', 'viewportCount', ['pViewports', 'VkViewport'], viewports);
          if (!dynamic.has(Dynamic.SCISSOR) && !dynamic.has(Dynamic.SCISSOR_WITH_COUNT))
            array('pViewportState', 'scissorCount', ['pScissors', 'VkRect2D'], scissors);
        }
      }
      const pass = call.scope.factsOf('VkRenderPass', info.renderPass);
      if (pass !== undefined && info.subpass >= pass.subpasses)
        throw wrong(
          'subpass',
          `expected one of the ${pass.subpasses} subpasses of renderPass, got ${info.subpass}`,
          subpassExists,
        );
      if (discards) return;
      const rendering =
        info.renderPass === 0n
          ? (chained('VkPipelineRenderingCreateInfo') as Rendering | undefined)
          : undefined;
      if ((part & Part.FRAGMENT_SHADER) !== 0) {
        if (rendering?.depthAttachmentFormat || rendering?.stencilAttachmentFormat)
          require('pDepthStencilState', depthOfRendering);
        if (pass?.[`depth ${info.subpass}`]) require('pDepthStencilState', depthOfPass);
      }
      if ((part & Part.FRAGMENT_OUTPUT_INTERFACE) === 0) return;
      require('pMultisampleState', multisample);
      if (rendering?.pColorAttachmentFormats?.some(format => format !== 0))
        require('pColorBlendState', colorOfRendering);
      if (pass?.[`color ${info.subpass}`]) require('pColorBlendState', colorOfPass);
      if (!isDynamic(DYNAMIC_ATTACHMENTS))
        array(
          'pColorBlendState',
          'attachmentCount',
          ['pAttachments', 'VkPipelineColorBlendAttachmentState'],
          attachments,
        );
    },
);
