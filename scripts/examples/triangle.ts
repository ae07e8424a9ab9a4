// Draws a triangle without a window, by dynamic rendering into an image, and writes it to a PNG (triangle.png without a path).
import { writeFileSync } from 'node:fs';
import { allocateFor, chooseGpu, readBack, resolveInstance, runOnce } from '../../src/helpers/index.ts';
import {
  API_VERSION_1_3,
  type CommandBuffer,
  type Device,
  loadVulkan,
  VkPipelineStageFlagBits as Stage,
  VkAccessFlagBits,
  VkAttachmentLoadOp,
  VkAttachmentStoreOp,
  VkColorComponentFlagBits,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
  VkImageTiling,
  VkImageType,
  VkImageUsageFlagBits,
  VkImageViewType,
  VkMemoryPropertyFlagBits,
  VkPipelineBindPoint,
  type VkPipelineLayout,
  VkPrimitiveTopology,
  VkQueueFlagBits,
  VkSampleCountFlagBits,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { encodePng } from './png.ts';
import { triangleFragment, triangleVertex } from './shaders/spirv.ts';

const EXTENT = { width: 512, height: 512 };
const FORMAT = VkFormat.R8G8B8A8_UNORM;
const { R, G, B, A } = VkColorComponentFlagBits;
const COLOR = {
  aspectMask: VkImageAspectFlagBits.COLOR,
  levelCount: 1,
  layerCount: 1,
} as const;

function createPipeline(device: Device, layout: VkPipelineLayout) {
  const [vertex, fragment] = [triangleVertex, triangleFragment].map(pCode =>
    device.createShaderModule({ pCode }),
  );
  const { pPipelines } = device.createGraphicsPipelines(null, [
    {
      pNext: [{ sType: VkStructureType.PIPELINE_RENDERING_CREATE_INFO, pColorAttachmentFormats: [FORMAT] }],
      pStages: [
        { stage: VkShaderStageFlagBits.VERTEX, module: vertex, pName: 'main' },
        { stage: VkShaderStageFlagBits.FRAGMENT, module: fragment, pName: 'main' },
      ],
      // No vertex buffers: the vertex shader knows the corners.
      pVertexInputState: {},
      pInputAssemblyState: { topology: VkPrimitiveTopology.TRIANGLE_LIST },
      pViewportState: {
        pViewports: [{ ...EXTENT, maxDepth: 1 }],
        pScissors: [{ extent: EXTENT }],
      },
      pRasterizationState: { lineWidth: 1 },
      pMultisampleState: { rasterizationSamples: VkSampleCountFlagBits._1 },
      pColorBlendState: { pAttachments: [{ colorWriteMask: R | G | B | A }] },
      layout,
    },
  ]);
  device.destroyShaderModule(vertex);
  device.destroyShaderModule(fragment);
  return pPipelines[0];
}

/** What the image is for before it is drawn into. */
function toDraw(commands: CommandBuffer, image: VkImage): void {
  commands.cmdPipelineBarrier(
    Stage.TOP_OF_PIPE,
    Stage.COLOR_ATTACHMENT_OUTPUT,
    0,
    [],
    [],
    [
      {
        srcAccessMask: 0,
        dstAccessMask: VkAccessFlagBits.COLOR_ATTACHMENT_WRITE,
        oldLayout: VkImageLayout.UNDEFINED,
        newLayout: VkImageLayout.COLOR_ATTACHMENT_OPTIMAL,
        image,
        subresourceRange: COLOR,
      },
    ],
  );
}

function drawTriangle(): Uint8Array {
  // Both end with the function, and all that is made from them.
  const vulkan = loadVulkan();
  const wishes = resolveInstance(vulkan, { required: { apiVersion: API_VERSION_1_3 } });
  using instance = vulkan.createInstance(wishes.createInfo);
  const { gpu, createInfo, queueFamilyIndex } = chooseGpu(instance, {
    required: { features: ['dynamicRendering'] },
    queue: { flags: VkQueueFlagBits.GRAPHICS },
  });
  using device = gpu.createDevice(createInfo);
  const queue = device.getDeviceQueue(queueFamilyIndex, 0);
  const target = { device, queue, commandPool: device.createCommandPool({ queueFamilyIndex }) };

  const image = device.createImage({
    imageType: VkImageType._2D,
    format: FORMAT,
    extent: { ...EXTENT, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: VkImageUsageFlagBits.COLOR_ATTACHMENT | VkImageUsageFlagBits.TRANSFER_SRC,
  });
  allocateFor(device, { image }, { required: VkMemoryPropertyFlagBits.DEVICE_LOCAL });
  const imageView = device.createImageView({
    image,
    viewType: VkImageViewType._2D,
    format: FORMAT,
    subresourceRange: COLOR,
  });
  const pipeline = createPipeline(device, device.createPipelineLayout({}));
  const layout = VkImageLayout.COLOR_ATTACHMENT_OPTIMAL;
  runOnce(target, commands => {
    toDraw(commands, image);
    commands.cmdBeginRendering({
      renderArea: { extent: EXTENT },
      layerCount: 1,
      pColorAttachments: [
        {
          imageView,
          imageLayout: layout,
          loadOp: VkAttachmentLoadOp.CLEAR,
          storeOp: VkAttachmentStoreOp.STORE,
          clearValue: { color: { float32: [0.08, 0.08, 0.1, 1] } },
        },
      ],
    });
    commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pipeline);
    commands.cmdDraw(3, 1, 0, 0);
    commands.cmdEndRendering();
  });
  return readBack(
    target,
    { image, layout, imageExtent: { ...EXTENT, depth: 1 } },
    EXTENT.width * EXTENT.height * 4,
  );
}

const path = process.argv[2] ?? 'triangle.png';
writeFileSync(path, encodePng(EXTENT.width, EXTENT.height, drawTriangle()));
console.log(`${path}: ${EXTENT.width} × ${EXTENT.height} pixels`);
