// A cube that turns by the number of the frame: its pipeline, and the commands that draw it.
import {
  type CommandBuffer,
  type Device,
  VkPipelineStageFlagBits as Stage,
  VkAccessFlagBits,
  VkAttachmentLoadOp,
  VkAttachmentStoreOp,
  VkColorComponentFlagBits,
  VkCompareOp,
  VkDynamicState,
  type VkFormat,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkPipelineBindPoint,
  VkPrimitiveTopology,
  VkSampleCountFlagBits,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../../src/index.ts';
import { cubeVertex, triangleFragment } from '../shaders/spirv.ts';
import { DEPTH_FORMAT, type FrameTarget, type Swapchain } from './swapchain.ts';

const { R, G, B, A } = VkColorComponentFlagBits;
const RADIANS_A_FRAME = 0.02;
const CORNERS = 36;

/** What draws: the swapchain's size is not in it, so that it outlives every swapchain. */
type Cube = ReturnType<typeof createCube>;

export function createCube(device: Device, format: VkFormat) {
  const layout = device.createPipelineLayout({
    pPushConstantRanges: [{ stageFlags: VkShaderStageFlagBits.VERTEX, offset: 0, size: 8 }],
  });
  const [vertex, fragment] = [cubeVertex, triangleFragment].map(pCode =>
    device.createShaderModule({ pCode }),
  );
  const { pPipelines } = device.createGraphicsPipelines(null, [
    {
      pNext: [
        {
          sType: VkStructureType.PIPELINE_RENDERING_CREATE_INFO,
          pColorAttachmentFormats: [format],
          depthAttachmentFormat: DEPTH_FORMAT,
        },
      ],
      pStages: [
        { stage: VkShaderStageFlagBits.VERTEX, module: vertex, pName: 'main' },
        { stage: VkShaderStageFlagBits.FRAGMENT, module: fragment, pName: 'main' },
      ],
      pVertexInputState: {},
      pInputAssemblyState: { topology: VkPrimitiveTopology.TRIANGLE_LIST },
      pViewportState: { viewportCount: 1, scissorCount: 1 },
      pRasterizationState: { lineWidth: 1 },
      pMultisampleState: { rasterizationSamples: VkSampleCountFlagBits._1 },
      pDepthStencilState: { depthTestEnable: true, depthWriteEnable: true, depthCompareOp: VkCompareOp.LESS },
      pColorBlendState: { pAttachments: [{ colorWriteMask: R | G | B | A }] },
      pDynamicState: { pDynamicStates: [VkDynamicState.VIEWPORT, VkDynamicState.SCISSOR] },
      layout,
    },
  ]);
  device.destroyShaderModule(vertex);
  device.destroyShaderModule(fragment);
  return { layout, pipeline: pPipelines[0] };
}

/** Records the frame of a number into a command buffer that has begun. */
export function drawCube(
  commands: CommandBuffer,
  { layout, pipeline }: Cube,
  { extent, depthImage, depthView }: Swapchain,
  { image, view }: FrameTarget,
  frame: number,
): void {
  const subresourceRange = { aspectMask: VkImageAspectFlagBits.COLOR, levelCount: 1, layerCount: 1 };
  const depthTests = Stage.EARLY_FRAGMENT_TESTS | Stage.LATE_FRAGMENT_TESTS;
  const written = VkAccessFlagBits.COLOR_ATTACHMENT_WRITE;
  const depthWritten = VkAccessFlagBits.DEPTH_STENCIL_ATTACHMENT_WRITE;
  const drawing = Stage.COLOR_ATTACHMENT_OUTPUT | depthTests;
  // The depth buffer is one for all frames: each waits for the one before.
  commands.cmdPipelineBarrier(
    drawing,
    drawing,
    0,
    [],
    [],
    [
      {
        srcAccessMask: 0,
        dstAccessMask: written,
        oldLayout: VkImageLayout.UNDEFINED,
        newLayout: VkImageLayout.COLOR_ATTACHMENT_OPTIMAL,
        image,
        subresourceRange,
      },
      {
        srcAccessMask: depthWritten,
        dstAccessMask: depthWritten | VkAccessFlagBits.DEPTH_STENCIL_ATTACHMENT_READ,
        oldLayout: VkImageLayout.UNDEFINED,
        newLayout: VkImageLayout.DEPTH_ATTACHMENT_OPTIMAL,
        image: depthImage,
        subresourceRange: { ...subresourceRange, aspectMask: VkImageAspectFlagBits.DEPTH },
      },
    ],
  );
  commands.cmdBeginRendering({
    renderArea: { extent },
    layerCount: 1,
    pColorAttachments: [
      {
        imageView: view,
        imageLayout: VkImageLayout.COLOR_ATTACHMENT_OPTIMAL,
        loadOp: VkAttachmentLoadOp.CLEAR,
        storeOp: VkAttachmentStoreOp.STORE,
        clearValue: { color: { float32: [0.08, 0.08, 0.1, 1] } },
      },
    ],
    pDepthAttachment: {
      imageView: depthView,
      imageLayout: VkImageLayout.DEPTH_ATTACHMENT_OPTIMAL,
      loadOp: VkAttachmentLoadOp.CLEAR,
      storeOp: VkAttachmentStoreOp.DONT_CARE,
      clearValue: { depthStencil: { depth: 1 } },
    },
  });
  commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pipeline);
  commands.cmdSetViewport(0, [{ ...extent, maxDepth: 1 }]);
  commands.cmdSetScissor(0, [{ extent }]);
  const push = Float32Array.of(frame * RADIANS_A_FRAME, extent.width / extent.height);
  commands.cmdPushConstants(layout, VkShaderStageFlagBits.VERTEX, 0, push);
  commands.cmdDraw(CORNERS, 1, 0, 0);
  commands.cmdEndRendering();
  commands.cmdPipelineBarrier(
    Stage.COLOR_ATTACHMENT_OUTPUT,
    Stage.BOTTOM_OF_PIPE,
    0,
    [],
    [],
    [
      {
        srcAccessMask: written,
        dstAccessMask: 0,
        oldLayout: VkImageLayout.COLOR_ATTACHMENT_OPTIMAL,
        newLayout: VkImageLayout.PRESENT_SRC_KHR,
        image,
        subresourceRange,
      },
    ],
  );
}
