// Measures what cmdPipelineBarrier2 costs with eight image barriers from object literals.
import {
  VkAccessFlagBits2 as Access,
  VkImageLayout as Layout,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits2 as Stage,
  VkStructureType as Type,
} from '../../../src/index.ts';
import { CMemory } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import type { TrivialDriver } from '../trivial-driver.ts';
import { colorLevel } from './pipeline-barrier.ts';

const COMMAND = 'vkCmdPipelineBarrier2';
/** sizeof(VkImageMemoryBarrier2), and of the VkDependencyInfo before them. */
const [BARRIER, INFO] = [96, 64];

const eight = <T>(i: number, of: (level: number) => T): T[] => [
  of(i & 7),
  of((i + 1) & 7),
  of((i + 2) & 7),
  of((i + 3) & 7),
  of((i + 4) & 7),
  of((i + 5) & 7),
  of((i + 6) & 7),
  of((i + 7) & 7),
];

function pipelineBarrier2({ commands, image, inC }: TrivialDriver): RacedCall {
  const { handle } = commands;
  const barrier = (level: number) => ({
    srcStageMask: Stage.COPY,
    srcAccessMask: Access.TRANSFER_WRITE,
    dstStageMask: Stage.FRAGMENT_SHADER,
    dstAccessMask: Access.SHADER_SAMPLED_READ,
    oldLayout: Layout.TRANSFER_DST_OPTIMAL,
    newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
    srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    image,
    subresourceRange: colorLevel(level),
  });
  return {
    title: 'cmdPipelineBarrier2, 8 image barriers from literals',
    commands: [COMMAND],
    ours: i => commands.cmdPipelineBarrier2({ pImageMemoryBarriers: eight(i, barrier) }),
    bare([fn], of) {
      const info = new CMemory(INFO + 8 * BARRIER);
      const pImageMemoryBarriers = info.bigint + BigInt(INFO);
      info.put(0, 'VkDependencyInfo', { imageMemoryBarrierCount: 8, pImageMemoryBarriers });
      for (let k = 0; k < 8; k++) info.put(INFO + k * BARRIER, 'VkImageMemoryBarrier2', barrier(0));
      const [buffer, at, { u32 }] = [of(handle), of(info), info];
      return i => {
        for (let k = 0; k < 8; k++) u32[(INFO + k * BARRIER) / 4 + 19] = (i + k) & 7;
        fn(buffer, at);
      };
    },
    objects:
      ([fn]) =>
      i =>
        fn(handle, {
          sType: Type.DEPENDENCY_INFO,
          imageMemoryBarrierCount: 8,
          pImageMemoryBarriers: eight(i, level => ({
            sType: Type.IMAGE_MEMORY_BARRIER_2,
            ...barrier(level),
          })),
        }),
    addon: addon => i => addon.cmdPipelineBarrier2(handle, { pImageMemoryBarriers: eight(i, barrier) }),
    c: inC('race_barrier2', [COMMAND], [handle, image]),
    targets: [{ of: 'ours', most: 0.5, against: 'addon' }],
  };
}

export const pipelineBarrier2Subject = callSubject('pipeline-barrier2', driver => [pipelineBarrier2(driver)]);
