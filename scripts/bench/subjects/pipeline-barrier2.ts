// What cmdPipelineBarrier2 costs with eight image barriers from object literals.
import koffi from 'koffi';
import {
  VkAccessFlagBits2 as Access,
  VkImageAspectFlagBits as Aspect,
  VkImageLayout as Layout,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits2 as Stage,
  VkStructureType as Type,
} from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare, freshName, koffiFunction } from '../bare.ts';
import { contest, type Run } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { openTarget, rangeSum, type Target, total } from '../target.ts';

const COMMAND = 'vkCmdPipelineBarrier2';
const TITLE = 'cmdPipelineBarrier2, 8 image barriers from object literals';
const COUNT = 8;
/** sizeof(VkImageMemoryBarrier2), and of the VkDependencyInfo before them. */
const BARRIER = 96;
const INFO = 64;

const expectedOf = (image: bigint): Run => {
  const stages = Number(Stage.COPY + 2n * Access.TRANSFER_WRITE + 3n * Stage.FRAGMENT_SHADER);
  const layouts = 5 * Layout.TRANSFER_DST_OPTIMAL + 6 * Layout.SHADER_READ_ONLY_OPTIMAL;
  const access = Number((4n * Access.SHADER_SAMPLED_READ) & 0xffff_ffffn);
  const fixed =
    Type.IMAGE_MEMORY_BARRIER_2 + stages + access + layouts + 15 * QUEUE_FAMILY_IGNORED + 9 * Number(image);
  return times =>
    total(times, i => {
      let sum: number = Type.DEPENDENCY_INFO;
      for (let k = 0; k < COUNT; k++) sum += fixed + rangeSum(Aspect.COLOR, (i + k) & 7, 1, 0, 1);
      return sum;
    });
};

/** The call alone, its barriers written before but for the levels. */
function bareRun(target: Target, form: 'number' | 'bigint'): Run {
  const fn = bare(target.command(COMMAND), 'void', ['uintptr_t', 'uintptr_t']);
  const bytes = new Bytes(INFO + COUNT * BARRIER);
  const { u32, u64 } = bytes;
  u32[0] = Type.DEPENDENCY_INFO;
  u32[12] = COUNT;
  u64[7] = bytes.bigint + BigInt(INFO);
  for (let k = 0; k < COUNT; k++) {
    const at = INFO + k * BARRIER;
    u32[at / 4] = Type.IMAGE_MEMORY_BARRIER_2;
    u64.set(
      [Stage.COPY, Access.TRANSFER_WRITE, Stage.FRAGMENT_SHADER, Access.SHADER_SAMPLED_READ],
      at / 8 + 2,
    );
    u32.set([Layout.TRANSFER_DST_OPTIMAL, Layout.SHADER_READ_ONLY_OPTIMAL], at / 4 + 12);
    u32.set([QUEUE_FAMILY_IGNORED, QUEUE_FAMILY_IGNORED], at / 4 + 14);
    u64[at / 8 + 8] = target.image;
    u32.set([Aspect.COLOR, 0, 1, 0, 1], at / 4 + 18);
  }
  const { handle } = target.commands;
  const commands = form === 'number' ? Number(handle) : handle;
  const address = bytes[form];
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++) {
        for (let k = 0; k < COUNT; k++) u32[(INFO + k * BARRIER) / 4 + 19] = (i + k) & 7;
        fn(commands, address);
      }
    });
}

function koffiObjects(target: Target): Run {
  const [i32, u32, u64, address] = ['int32_t', 'uint32_t', 'uint64_t', 'void *'];
  const Range = koffi.struct(freshName(), {
    aspectMask: u32,
    baseMipLevel: u32,
    levelCount: u32,
    baseArrayLayer: u32,
    layerCount: u32,
  });
  const Barrier = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    srcStageMask: u64,
    srcAccessMask: u64,
    dstStageMask: u64,
    dstAccessMask: u64,
    oldLayout: i32,
    newLayout: i32,
    srcQueueFamilyIndex: u32,
    dstQueueFamilyIndex: u32,
    image: u64,
    subresourceRange: Range,
  });
  const Info = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    dependencyFlags: u32,
    memoryBarrierCount: u32,
    pMemoryBarriers: address,
    bufferMemoryBarrierCount: u32,
    pBufferMemoryBarriers: address,
    imageMemoryBarrierCount: u32,
    pImageMemoryBarriers: koffi.pointer(Barrier),
  });
  const fn = koffiFunction(target.command(COMMAND), 'void', ['void *', koffi.pointer(Info)]);
  const { handle } = target.commands;
  const barrier = literals(target);
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++)
        fn(handle, {
          sType: Type.DEPENDENCY_INFO,
          imageMemoryBarrierCount: COUNT,
          pImageMemoryBarriers: eight(i, level => ({
            sType: Type.IMAGE_MEMORY_BARRIER_2,
            ...barrier(level),
          })),
        });
    });
}

/** The literal that a program would write. */
const literals =
  ({ image }: Target) =>
  (level: number) => ({
    srcStageMask: Stage.COPY,
    srcAccessMask: Access.TRANSFER_WRITE,
    dstStageMask: Stage.FRAGMENT_SHADER,
    dstAccessMask: Access.SHADER_SAMPLED_READ,
    oldLayout: Layout.TRANSFER_DST_OPTIMAL,
    newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
    srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
    image,
    subresourceRange: {
      aspectMask: Aspect.COLOR,
      baseMipLevel: level,
      levelCount: 1,
      baseArrayLayer: 0,
      layerCount: 1,
    },
  });

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

export const pipelineBarrier2: Subject = {
  name: 'pipeline-barrier2',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const target = openTarget(tools.target.path);
    const { commands, image } = target;
    const { handle } = commands;
    const inC = bare(target.symbol('race_barrier2'), 'void', [
      'uintptr_t',
      'uintptr_t',
      'uint64_t',
      'uint32_t',
    ]);
    const barrier = literals(target);
    return [
      contest({
        title: TITLE,
        baseline: 'bare koffi',
        rounds,
        expected: expectedOf(image),
        contestants: [
          {
            name: 'ours',
            run: times =>
              target.sumOf(() => {
                for (let i = 0; i < times; i++)
                  commands.cmdPipelineBarrier2({ pImageMemoryBarriers: eight(i, barrier) });
              }),
          },
          { name: 'bare koffi, bigint', group: 'bare koffi', run: bareRun(target, 'bigint') },
          { name: 'bare koffi, number', group: 'bare koffi', run: bareRun(target, 'number') },
          { name: 'koffi struct objects', run: koffiObjects(target) },
          ...addonContestants(
            tools,
            [COMMAND],
            target.command,
            addon => times =>
              target.sumOf(() => {
                for (let i = 0; i < times; i++)
                  addon.cmdPipelineBarrier2(handle, { pImageMemoryBarriers: eight(i, barrier) });
              }),
          ),
          { name: 'C', run: times => target.sumOf(() => inC(target.command(COMMAND), handle, image, times)) },
        ],
        targets: [{ of: 'ours', most: 0.5, against: 'addon' }],
      }),
    ];
  },
};
