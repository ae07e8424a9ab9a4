// In: the path of a PNG file, triangle.png where none is named.
// Out: that file with a triangle, drawn without a window: dynamic rendering into an image, copied to a buffer.
import { writeFileSync } from 'node:fs';
import {
  API_VERSION_1_3,
  type CommandBuffer,
  type Device,
  loadVulkan,
  mapMemory,
  VkAccessFlagBits,
  VkAttachmentLoadOp,
  VkAttachmentStoreOp,
  VkBufferUsageFlagBits,
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
  VkPipelineStageFlagBits,
  VkPrimitiveTopology,
  VkSampleCountFlagBits,
  VkShaderStageFlagBits,
  VkStructureType,
} from '../../src/index.ts';
import { encodePng } from './png.ts';
import { allocate, submit } from './run.ts';
import { triangleFragment, triangleVertex } from './shaders/spirv.ts';

const [WIDTH, HEIGHT] = [512, 512];
const FORMAT = VkFormat.R8G8B8A8_UNORM;
const { DEVICE_LOCAL, HOST_VISIBLE, HOST_COHERENT } = VkMemoryPropertyFlagBits;
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
        pViewports: [{ width: WIDTH, height: HEIGHT, maxDepth: 1 }],
        pScissors: [{ extent: { width: WIDTH, height: HEIGHT } }],
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

/** Waits for what was written with `from`, and gives the image the layout that `to` reads or writes it in. */
function transition(
  commands: CommandBuffer,
  image: VkImage,
  from: { layout: VkImageLayout; stage: number; access: number },
  to: { layout: VkImageLayout; stage: number; access: number },
): void {
  commands.cmdPipelineBarrier(
    from.stage,
    to.stage,
    0,
    [],
    [],
    [
      {
        srcAccessMask: from.access,
        dstAccessMask: to.access,
        oldLayout: from.layout,
        newLayout: to.layout,
        image,
        subresourceRange: COLOR,
      },
    ],
  );
}

const UNTOUCHED = { layout: VkImageLayout.UNDEFINED, stage: VkPipelineStageFlagBits.TOP_OF_PIPE, access: 0 };
const DRAWN = {
  layout: VkImageLayout.COLOR_ATTACHMENT_OPTIMAL,
  stage: VkPipelineStageFlagBits.COLOR_ATTACHMENT_OUTPUT,
  access: VkAccessFlagBits.COLOR_ATTACHMENT_WRITE,
};
const COPIED = {
  layout: VkImageLayout.TRANSFER_SRC_OPTIMAL,
  stage: VkPipelineStageFlagBits.TRANSFER,
  access: VkAccessFlagBits.TRANSFER_READ,
};

function drawTriangle(): Uint8Array {
  const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: API_VERSION_1_3 } });
  const [gpu] = instance.enumeratePhysicalDevices();
  const device = gpu.createDevice({
    pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }],
    pNext: [{ sType: VkStructureType.PHYSICAL_DEVICE_DYNAMIC_RENDERING_FEATURES, dynamicRendering: true }],
  });

  const image = device.createImage({
    imageType: VkImageType._2D,
    format: FORMAT,
    extent: { width: WIDTH, height: HEIGHT, depth: 1 },
    mipLevels: 1,
    arrayLayers: 1,
    samples: VkSampleCountFlagBits._1,
    tiling: VkImageTiling.OPTIMAL,
    usage: VkImageUsageFlagBits.COLOR_ATTACHMENT | VkImageUsageFlagBits.TRANSFER_SRC,
  });
  const imageMemory = allocate(device, device.getImageMemoryRequirements(image), DEVICE_LOCAL);
  device.bindImageMemory(image, imageMemory, 0);
  const imageView = device.createImageView({
    image,
    viewType: VkImageViewType._2D,
    format: FORMAT,
    subresourceRange: COLOR,
  });

  const size = WIDTH * HEIGHT * 4;
  const buffer = device.createBuffer({ size, usage: VkBufferUsageFlagBits.TRANSFER_DST });
  const memory = allocate(device, device.getBufferMemoryRequirements(buffer), HOST_VISIBLE | HOST_COHERENT);
  device.bindBufferMemory(buffer, memory, 0);

  const layout = device.createPipelineLayout({});
  const pipeline = createPipeline(device, layout);
  submit(device, commands => {
    transition(commands, image, UNTOUCHED, DRAWN);
    commands.cmdBeginRendering({
      renderArea: { extent: { width: WIDTH, height: HEIGHT } },
      layerCount: 1,
      pColorAttachments: [
        {
          imageView,
          imageLayout: DRAWN.layout,
          loadOp: VkAttachmentLoadOp.CLEAR,
          storeOp: VkAttachmentStoreOp.STORE,
          clearValue: { color: { float32: [0.08, 0.08, 0.1, 1] } },
        },
      ],
    });
    commands.cmdBindPipeline(VkPipelineBindPoint.GRAPHICS, pipeline);
    commands.cmdDraw(3, 1, 0, 0);
    commands.cmdEndRendering();
    transition(commands, image, DRAWN, COPIED);
    commands.cmdCopyImageToBuffer(image, COPIED.layout, buffer, [
      {
        imageSubresource: { aspectMask: COLOR.aspectMask, layerCount: 1 },
        imageExtent: { width: WIDTH, height: HEIGHT, depth: 1 },
      },
    ]);
    commands.cmdPipelineBarrier(
      VkPipelineStageFlagBits.TRANSFER,
      VkPipelineStageFlagBits.HOST,
      0,
      [{ srcAccessMask: VkAccessFlagBits.TRANSFER_WRITE, dstAccessMask: VkAccessFlagBits.HOST_READ }],
      [],
      [],
    );
  });
  const mapped = mapMemory(device, memory, size);
  const pixels = mapped.read();

  mapped.unmap();
  device.destroyPipeline(pipeline);
  device.destroyPipelineLayout(layout);
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  device.destroyImageView(imageView);
  device.destroyImage(image);
  device.freeMemory(imageMemory);
  device.destroyDevice();
  instance.destroyInstance();
  return pixels;
}

const path = process.argv[2] ?? 'triangle.png';
writeFileSync(path, encodePng(WIDTH, HEIGHT, drawTriangle()));
console.log(`${path}: ${WIDTH} × ${HEIGHT} pixels`);
