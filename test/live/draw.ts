// Draws one picture into an image of its own, and gives its pixels.
import { allocateFor, runOnce } from '../../src/helpers/index.ts';
import {
  VkAccessFlagBits as Access,
  VkBufferUsageFlagBits as BufferUsage,
  type CommandBuffer,
  type Device,
  VkImageUsageFlagBits as ImageUsage,
  VkImageLayout as Layout,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkAttachmentLoadOp,
  VkAttachmentStoreOp,
  VkFormat,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageViewType,
} from '../../src/index.ts';
import { image2D } from '../image-2d.ts';

export const HOST = Property.HOST_VISIBLE | Property.HOST_COHERENT;
/** Of the picture. */
export const FORMAT = VkFormat.R8G8B8A8_UNORM;
/** All of an image of one colour, level and layer. */
export const COLOR = { aspectMask: VkImageAspectFlagBits.COLOR, levelCount: 1, layerCount: 1 } as const;

/** What was written is there for the host. */
export function toHost(commands: CommandBuffer, stage: number, srcAccessMask: number): void {
  const wrote = { srcAccessMask, dstAccessMask: Access.HOST_READ };
  commands.cmdPipelineBarrier(stage, Stage.HOST, 0, [wrote], [], []);
}

/** Records on queue 0 of family 0, submits and waits. */
export function submit(device: Device, record: (commands: CommandBuffer) => void): void {
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  runOnce({ device, queue: device.getDeviceQueue(0, 0), commandPool }, record);
  device.destroyCommandPool(commandPool);
}

/**
 * @param device with dynamic rendering
 * @param size width and height
 * @param background red, green and blue
 * @param draw records what is drawn into FORMAT
 * @returns RGBA, rows without padding
 */
export function drawPicture(
  device: Device,
  size: number,
  background: readonly [number, number, number],
  draw: (commands: CommandBuffer) => void,
): Uint8Array {
  const extent = { width: size, height: size };
  const image = device.createImage(
    image2D(extent, ImageUsage.COLOR_ATTACHMENT | ImageUsage.TRANSFER_SRC, FORMAT),
  );
  const { memory: imageMemory } = allocateFor(device, { image }, { required: Property.DEVICE_LOCAL });
  const imageView = device.createImageView({
    image,
    viewType: VkImageViewType._2D,
    format: FORMAT,
    subresourceRange: COLOR,
  });
  const buffer = device.createBuffer({ size: size * size * 4, usage: BufferUsage.TRANSFER_DST });
  const { memory } = allocateFor(device, { buffer }, { required: HOST });
  submit(device, commands => {
    transition(commands, image, Layout.UNDEFINED, Layout.COLOR_ATTACHMENT_OPTIMAL);
    commands.cmdBeginRendering({
      renderArea: { extent },
      layerCount: 1,
      pColorAttachments: [
        {
          imageView,
          imageLayout: Layout.COLOR_ATTACHMENT_OPTIMAL,
          loadOp: VkAttachmentLoadOp.CLEAR,
          storeOp: VkAttachmentStoreOp.STORE,
          clearValue: { color: { float32: [...background, 1] } },
        },
      ],
    });
    draw(commands);
    commands.cmdEndRendering();
    transition(commands, image, Layout.COLOR_ATTACHMENT_OPTIMAL, Layout.TRANSFER_SRC_OPTIMAL);
    commands.cmdCopyImageToBuffer(image, Layout.TRANSFER_SRC_OPTIMAL, buffer, [
      {
        imageSubresource: { aspectMask: COLOR.aspectMask, layerCount: 1 },
        imageExtent: { ...extent, depth: 1 },
      },
    ]);
    toHost(commands, Stage.TRANSFER, Access.TRANSFER_WRITE);
  });
  const mapped = mapMemory(device, memory, size * size * 4);
  const pixels = mapped.read();
  mapped.unmap();
  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  device.destroyImageView(imageView);
  device.destroyImage(image);
  device.freeMemory(imageMemory);
  return pixels;
}

function transition(commands: CommandBuffer, image: VkImage, oldLayout: Layout, newLayout: Layout): void {
  const drawn = oldLayout === Layout.COLOR_ATTACHMENT_OPTIMAL;
  commands.cmdPipelineBarrier(
    drawn ? Stage.COLOR_ATTACHMENT_OUTPUT : Stage.TOP_OF_PIPE,
    drawn ? Stage.TRANSFER : Stage.COLOR_ATTACHMENT_OUTPUT,
    0,
    [],
    [],
    [
      {
        srcAccessMask: drawn ? Access.COLOR_ATTACHMENT_WRITE : 0,
        dstAccessMask: drawn ? Access.TRANSFER_READ : Access.COLOR_ATTACHMENT_WRITE,
        oldLayout,
        newLayout,
        image,
        subresourceRange: COLOR,
      },
    ],
  );
}
