// The pixels of an imported image of four bytes a pixel: taken over from D3D, copied out, given back.
import { readBack, runOnce } from '../../src/helpers/index.ts';
import {
  type Device,
  VkPipelineStageFlagBits as Stage,
  VkAccessFlagBits,
  type VkExtent2D,
  type VkImage,
  VkImageLayout,
} from '../../src/index.ts';
import { acquireFromExternal, releaseToExternal } from '../../src/win32/index.ts';

export function copyOut(device: Device, image: VkImage, { width, height }: Required<VkExtent2D>): Uint8Array {
  const queue = device.getDeviceQueue(0, 0);
  const commandPool = device.createCommandPool({ queueFamilyIndex: 0 });
  const target = { device, queue, commandPool };
  const use = { queueFamilyIndex: 0, accessMask: VkAccessFlagBits.TRANSFER_READ };
  runOnce(target, commands =>
    commands.cmdPipelineBarrier(
      Stage.TOP_OF_PIPE,
      Stage.TRANSFER,
      0,
      [],
      [],
      [acquireFromExternal(image, use)],
    ),
  );
  const region = { image, layout: VkImageLayout.GENERAL, imageExtent: { width, height, depth: 1 } };
  const pixels = readBack(target, region, width * height * 4);
  runOnce(target, commands =>
    commands.cmdPipelineBarrier(
      Stage.TRANSFER,
      Stage.BOTTOM_OF_PIPE,
      0,
      [],
      [],
      [releaseToExternal(image, use)],
    ),
  );
  device.destroyCommandPool(commandPool);
  return pixels;
}
