// What cmdPipelineBarrier costs with one image barrier from an object literal.
import koffi from 'koffi';
import {
  VkAccessFlagBits as Access,
  VkImageAspectFlagBits as Aspect,
  VkImageLayout as Layout,
  QUEUE_FAMILY_IGNORED,
  VkPipelineStageFlagBits as Stage,
  VkStructureType,
} from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare, freshName, koffiFunction } from '../bare.ts';
import { contest, type Run } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { openTarget, rangeSum, type Target, total } from '../target.ts';

const COMMAND = 'vkCmdPipelineBarrier';
const TITLE = 'cmdPipelineBarrier, one image barrier from an object literal';
const STYPE = VkStructureType.IMAGE_MEMORY_BARRIER;

/** Its members beside the image and the range. */
const FIELDS = {
  srcAccessMask: Access.TRANSFER_WRITE,
  dstAccessMask: Access.SHADER_READ,
  oldLayout: Layout.TRANSFER_DST_OPTIMAL,
  newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
};

const expectedOf = (image: bigint): Run => {
  const families = (6 + 7) * QUEUE_FAMILY_IGNORED;
  const { srcAccessMask, dstAccessMask, oldLayout, newLayout } = FIELDS;
  const fields = 2 * srcAccessMask + 3 * dstAccessMask + 4 * oldLayout + 5 * newLayout + families;
  const fixed = Stage.TRANSFER + 2 * Stage.FRAGMENT_SHADER + STYPE + fields + 8 * Number(image);
  return times => total(times, i => fixed + rangeSum(Aspect.COLOR, i & 7, 1, 0, 1));
};

/** The call alone, its barrier written before but for the level. */
function bareRun(target: Target, form: 'number' | 'bigint'): Run {
  const u32 = 'uint32_t';
  const pointer = 'uintptr_t';
  const types = [pointer, u32, u32, u32, u32, pointer, u32, pointer, u32, pointer];
  const fn = bare(target.command(COMMAND), 'void', types);
  const bytes = new Bytes(72);
  const { u32: words, u64 } = bytes;
  const { srcAccessMask, dstAccessMask, oldLayout, newLayout } = FIELDS;
  words.set([STYPE, 0, 0, 0, srcAccessMask, dstAccessMask, oldLayout, newLayout]);
  words.set([QUEUE_FAMILY_IGNORED, QUEUE_FAMILY_IGNORED], 8);
  u64[5] = target.image;
  words.set([Aspect.COLOR, 0, 1, 0, 1], 12);
  const { handle } = target.commands;
  const commands = form === 'number' ? Number(handle) : handle;
  const none = form === 'number' ? 0 : 0n;
  const address = bytes[form];
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++) {
        words[13] = i & 7;
        fn(commands, Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, 0, none, 0, none, 1, address);
      }
    });
}

function koffiObjects(target: Target): Run {
  const u32 = 'uint32_t';
  const Range = koffi.struct(freshName(), {
    aspectMask: u32,
    baseMipLevel: u32,
    levelCount: u32,
    baseArrayLayer: u32,
    layerCount: u32,
  });
  const Barrier = koffi.struct(freshName(), {
    sType: 'int32_t',
    pNext: 'void *',
    srcAccessMask: u32,
    dstAccessMask: u32,
    oldLayout: 'int32_t',
    newLayout: 'int32_t',
    srcQueueFamilyIndex: u32,
    dstQueueFamilyIndex: u32,
    image: 'uint64_t',
    subresourceRange: Range,
  });
  const types = ['void *', u32, u32, u32, u32, 'void *', u32, 'void *', u32, koffi.pointer(Barrier)];
  const fn = koffiFunction(target.command(COMMAND), 'void', types);
  const { image } = target;
  const { handle } = target.commands;
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++)
        fn(handle, Stage.TRANSFER, Stage.FRAGMENT_SHADER, 0, 0, null, 0, null, 1, [
          {
            sType: STYPE,
            pNext: null,
            srcAccessMask: Access.TRANSFER_WRITE,
            dstAccessMask: Access.SHADER_READ,
            oldLayout: Layout.TRANSFER_DST_OPTIMAL,
            newLayout: Layout.SHADER_READ_ONLY_OPTIMAL,
            srcQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
            dstQueueFamilyIndex: QUEUE_FAMILY_IGNORED,
            image,
            subresourceRange: {
              aspectMask: Aspect.COLOR,
              baseMipLevel: i & 7,
              levelCount: 1,
              baseArrayLayer: 0,
              layerCount: 1,
            },
          },
        ]);
    });
}

export const pipelineBarrier: Subject = {
  name: 'pipeline-barrier',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const target = openTarget(tools.target.path);
    const { commands, image } = target;
    const { handle } = commands;
    const inC = bare(target.symbol('race_barrier'), 'void', [
      'uintptr_t',
      'uintptr_t',
      'uint64_t',
      'uint32_t',
    ]);
    /** The literal that a program would write. */
    const barrier = (level: number) => ({
      srcAccessMask: Access.TRANSFER_WRITE,
      dstAccessMask: Access.SHADER_READ,
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
                  commands.cmdPipelineBarrier(
                    Stage.TRANSFER,
                    Stage.FRAGMENT_SHADER,
                    0,
                    [],
                    [],
                    [barrier(i & 7)],
                  );
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
                  addon.cmdPipelineBarrier(
                    handle,
                    Stage.TRANSFER,
                    Stage.FRAGMENT_SHADER,
                    0,
                    [],
                    [],
                    [barrier(i & 7)],
                  );
              }),
          ),
          {
            name: 'C',
            run: times => target.sumOf(() => inC(target.command(COMMAND), handle, image, times)),
          },
        ],
        targets: [
          { of: 'ours', most: 1.5, against: 'bare koffi' },
          { of: 'ours', most: 0.3, against: 'addon' },
        ],
      }),
    ];
  },
};
