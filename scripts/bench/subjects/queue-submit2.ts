// What queueSubmit2 costs with two command buffers and two semaphores from object literals.
import koffi from 'koffi';
import { VkPipelineStageFlagBits2 as Stage, VkStructureType as Type } from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { Bytes, bare, freshName, koffiFunction } from '../bare.ts';
import { contest, type Run } from '../contest.ts';
import { missingRow, type Subject } from '../row.ts';
import { openTarget, type Target, total } from '../target.ts';

const COMMAND = 'vkQueueSubmit2';
const TITLE = 'queueSubmit2, 2 command buffers and 2 semaphores from object literals';

function expectedOf({ commands, commands2, semaphores }: Target): Run {
  const [wait, signal] = semaphores.map(Number);
  const semaphore = (handle: number, value: number, stage: bigint) =>
    Type.SEMAPHORE_SUBMIT_INFO + 2 * handle + 3 * value + 4 * Number(stage);
  const buffers = [commands, commands2].map(c => Type.COMMAND_BUFFER_SUBMIT_INFO + 2 * Number(c.handle));
  const fixed = Type.SUBMIT_INFO_2 + buffers[0] + buffers[1];
  return times =>
    total(
      times,
      i => fixed + semaphore(wait, i, Stage.ALL_TRANSFER) + 2 * semaphore(signal, i + 1, Stage.ALL_COMMANDS),
    );
}

/** The call alone, its structs written before but for the values of the semaphores. */
function bareRun(target: Target, form: 'number' | 'bigint'): Run {
  const fn = bare(target.command(COMMAND), 'int32_t', ['uintptr_t', 'uint32_t', 'uintptr_t', 'uint64_t']);
  const bytes = new Bytes(64 + 2 * 32 + 2 * 48);
  const { u32, u64, bigint } = bytes;
  const [buffers, wait, signal] = [64, 128, 176];
  u32[0] = Type.SUBMIT_INFO_2;
  u32.set([0, 1], 4);
  u64[3] = bigint + BigInt(wait);
  u32[8] = 2;
  u64[5] = bigint + BigInt(buffers);
  u32[12] = 1;
  u64[7] = bigint + BigInt(signal);
  [target.commands, target.commands2].forEach(({ handle }, i) => {
    u32[buffers / 4 + 8 * i] = Type.COMMAND_BUFFER_SUBMIT_INFO;
    u64[buffers / 8 + 4 * i + 2] = handle;
  });
  [wait, signal].forEach((at, i) => {
    u32[at / 4] = Type.SEMAPHORE_SUBMIT_INFO;
    u64[at / 8 + 2] = target.semaphores[i];
    u64[at / 8 + 4] = [Stage.ALL_TRANSFER, Stage.ALL_COMMANDS][i];
  });
  const { handle } = target.queue;
  const queue = form === 'number' ? Number(handle) : handle;
  const fence = form === 'number' ? 0 : 0n;
  const address = bytes[form];
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++) {
        u32[wait / 4 + 6] = i;
        u32[signal / 4 + 6] = i + 1;
        if (fn(queue, 1, address, fence) < 0) throw new Error(COMMAND);
      }
    });
}

function koffiObjects(target: Target): Run {
  const [i32, u32, u64, address] = ['int32_t', 'uint32_t', 'uint64_t', 'void *'];
  const Semaphore = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    semaphore: u64,
    value: u64,
    stageMask: u64,
    deviceIndex: u32,
  });
  const Buffer = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    commandBuffer: address,
    deviceMask: u32,
  });
  const Submit = koffi.struct(freshName(), {
    sType: i32,
    pNext: address,
    flags: u32,
    waitSemaphoreInfoCount: u32,
    pWaitSemaphoreInfos: koffi.pointer(Semaphore),
    commandBufferInfoCount: u32,
    pCommandBufferInfos: koffi.pointer(Buffer),
    signalSemaphoreInfoCount: u32,
    pSignalSemaphoreInfos: koffi.pointer(Semaphore),
  });
  const fn = koffiFunction(target.command(COMMAND), 'int32_t', ['void *', u32, koffi.pointer(Submit), u64]);
  const { queue, commands, commands2, semaphores } = target;
  const [wait, signal] = semaphores;
  const { handle } = queue;
  const [first, second] = [commands.handle, commands2.handle];
  return times =>
    target.sumOf(() => {
      for (let i = 0; i < times; i++)
        fn(
          handle,
          1,
          [
            {
              sType: Type.SUBMIT_INFO_2,
              waitSemaphoreInfoCount: 1,
              pWaitSemaphoreInfos: [
                {
                  sType: Type.SEMAPHORE_SUBMIT_INFO,
                  semaphore: wait,
                  value: i,
                  stageMask: Stage.ALL_TRANSFER,
                },
              ],
              commandBufferInfoCount: 2,
              pCommandBufferInfos: [
                { sType: Type.COMMAND_BUFFER_SUBMIT_INFO, commandBuffer: first },
                { sType: Type.COMMAND_BUFFER_SUBMIT_INFO, commandBuffer: second },
              ],
              signalSemaphoreInfoCount: 1,
              pSignalSemaphoreInfos: [
                {
                  sType: Type.SEMAPHORE_SUBMIT_INFO,
                  semaphore: signal,
                  value: i + 1,
                  stageMask: Stage.ALL_COMMANDS,
                },
              ],
            },
          ],
          0,
        );
    });
}

export const queueSubmit2: Subject = {
  name: 'queue-submit2',
  run({ tools, rounds }) {
    if (tools.target.path === undefined) return [missingRow(TITLE, tools.target.missing)];
    const target = openTarget(tools.target.path);
    const { queue, commands, commands2, semaphores } = target;
    const [wait, signal] = semaphores;
    const { handle } = queue;
    const [first, second] = [commands.handle, commands2.handle];
    const handles = new Bytes(32);
    handles.u64.set([first, second, wait, signal]);
    const inC = bare(target.symbol('race_submit2'), 'void', [
      'uintptr_t',
      'uintptr_t',
      'uintptr_t',
      'uint32_t',
    ]);
    /** The literal that a program would write; the addon takes handles where we take objects. */
    const submit = <T>(i: number, first: T, second: T) => ({
      pWaitSemaphoreInfos: [{ semaphore: wait, value: i, stageMask: Stage.ALL_TRANSFER }],
      pCommandBufferInfos: [{ commandBuffer: first }, { commandBuffer: second }],
      pSignalSemaphoreInfos: [{ semaphore: signal, value: i + 1, stageMask: Stage.ALL_COMMANDS }],
    });
    return [
      contest({
        title: TITLE,
        baseline: 'bare koffi',
        rounds,
        expected: expectedOf(target),
        contestants: [
          {
            name: 'ours',
            run: times =>
              target.sumOf(() => {
                for (let i = 0; i < times; i++) queue.queueSubmit2([submit(i, commands, commands2)]);
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
                for (let i = 0; i < times; i++) addon.queueSubmit2(handle, [submit(i, first, second)], 0n);
              }),
          ),
          {
            name: 'C',
            run: times => target.sumOf(() => inC(target.command(COMMAND), handle, handles.bigint, times)),
          },
        ],
        targets: [{ of: 'ours', most: 0.5, against: 'addon' }],
      }),
    ];
  },
};
