// In: an imported image of four bytes a pixel.
// Out: its pixels: taken over from D3D, copied to memory that the CPU sees, given back.
import {
  type Device,
  mapMemory,
  VkMemoryPropertyFlagBits as Property,
  VkPipelineStageFlagBits as Stage,
  VkAccessFlagBits,
  VkBufferUsageFlagBits,
  type VkExtent2D,
  type VkImage,
  VkImageAspectFlagBits,
  VkImageLayout,
} from '../../src/index.ts';
import { acquireFromExternal, releaseToExternal } from '../../src/win32/index.ts';
import { allocate, submit } from './run.ts';

export function copyOut(device: Device, image: VkImage, { width, height }: Required<VkExtent2D>): Uint8Array {
  const size = width * height * 4;
  const buffer = device.createBuffer({ size, usage: VkBufferUsageFlagBits.TRANSFER_DST });
  const requirements = device.getBufferMemoryRequirements(buffer);
  const memory = allocate(device, requirements, Property.HOST_VISIBLE | Property.HOST_COHERENT);
  device.bindBufferMemory(buffer, memory, 0);

  const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
  const imageSubresource = { aspectMask: VkImageAspectFlagBits.COLOR, mipLevel: 0, layerCount: 1 };
  const region = { imageSubresource, imageExtent: { width, height, depth: 1 } };
  const written = {
    srcAccessMask: VkAccessFlagBits.TRANSFER_WRITE,
    dstAccessMask: VkAccessFlagBits.HOST_READ,
  };
  submit(device, commands => {
    const acquire = acquireFromExternal(image, use);
    commands.cmdPipelineBarrier(Stage.TOP_OF_PIPE, Stage.TRANSFER, 0, [], [], [acquire]);
    commands.cmdCopyImageToBuffer(image, VkImageLayout.GENERAL, buffer, [region]);
    const release = releaseToExternal(image, use);
    commands.cmdPipelineBarrier(Stage.TRANSFER, Stage.HOST, 0, [written], [], [release]);
  });
  const mapped = mapMemory(device, memory, size);
  const pixels = mapped.read();
  mapped.unmap();

  device.destroyBuffer(buffer);
  device.freeMemory(memory);
  return pixels;
}
