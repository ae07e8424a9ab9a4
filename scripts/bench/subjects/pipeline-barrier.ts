// Measures what cmdPipelineBarrier costs with one image barrier from an object literal.
import {
  VkAccessFlagBits as Access,
  VkImageAspectFlagBits as Aspect,
  VkImageLayout as Layout,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkStructureType,
} from '../../../src/index.ts';
import { memoryOf } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import type { TrivialDriver } from '../trivial-driver.ts';

const COMMAND = 'vkCmdPipelineBarrier';
const STYPE = VkStructureType.IMAGE_MEMORY_BARRIER;

export const colorLevel = (baseMipLevel: number) => ({
  aspectMask: Aspect.COLOR,
  baseMipLevel,
  levelCount: 1,
  baseArrayLayer: 0,
  layerCount: 1,
});

/** The literal that a program would write. */
export const imageBarrier = (image: TrivialDriver['image'], level: number) => ({
  srcAccessMask: Access.TRANSFER_WRITE,
  dstAccessMask: Access.SHADER_READ,
  oldLayout: Layout.TRANSFER_DST_OPTIMAL,
  newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
  srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
  image,
  subresourceRange: colorLevel(level),
});

export function pipelineBarrier({ commands, image, inC }: TrivialDriver): RacedCall {
  const { handle } = commands;
  return {
    title: 'cmdPipelineBarrier, 1 image barrier from a literal',
    commands: [COMMAND],
    ours: i =>
      commands.cmdPipelineBarrier(
        Stage.TRANSFER,
        Stage.FRAGMENT_SHADER,
        0,
        [],
        [],
        [imageBarrier(image, i & 7)],
      ),
    bare([fn], of) {
      const barrier = memoryOf('VkImageMemoryBarrier', imageBarrier(image, 0));
      const [buffer, none, at, { u32 }] = [of(handle), of(0n), of(barrier), barrier];
      return i => {
        u32[13] = i & 7;
        fn(buffer, Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, 0, none, 0, none, 1, at);
      };
    },
    objects:
      ([fn]) =>
      i =>
        fn(handle, Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, 0, null, 0, null, 1, [
          { sType: STYPE, pNext: null, ...imageBarrier(image, i & 7) },
        ]),
    addon: addon => i =>
      addon.cmdPipelineBarrier(
        handle,
        Stage.TRANSFER,
        Stage.FRAGMENT_SHADER,
        0,
        [],
        [],
        [imageBarrier(image, i & 7)],
      ),
    c: inC('race_barrier', [COMMAND], [handle, image]),
    targets: [
      { of: 'ours', most: 1.5, against: 'bare koffi' },
      { of: 'ours', most: 0.3, against: 'addon' },
    ],
  };
}

export const pipelineBarrierSubject = callSubject('pipeline-barrier', driver => [pipelineBarrier(driver)]);
