// Measures what queueSubmit2 costs with two command buffers and two semaphores from object literals.
import { VkPipelineStageFlagBits2 as Stage, VkStructureType as Type } from '../../../src/index.ts';
import { CMemory } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import type { TrivialDriver } from '../trivial-driver.ts';

const COMMAND = 'vkQueueSubmit2';
const [WAIT_STAGE, SIGNAL_STAGE] = [Stage.ALL_TRANSFER, Stage.ALL_COMMANDS];

export function queueSubmit2({ queue, commands, commands2, semaphores, inC }: TrivialDriver): RacedCall {
  const { handle } = queue;
  const [wait, signal] = semaphores;
  const [first, second] = [commands.handle, commands2.handle];
  /** The literal that a program would write; the addon takes handles where we take objects. */
  const submit = <T>(i: number, first: T, second: T) => ({
    pWaitSemaphoreInfos: [{ semaphore: wait, value: i, stageMask: WAIT_STAGE }],
    pCommandBufferInfos: [{ commandBuffer: first }, { commandBuffer: second }],
    pSignalSemaphoreInfos: [{ semaphore: signal, value: i + 1, stageMask: SIGNAL_STAGE }],
  });
  return {
    title: 'queueSubmit2, 2 buffers and 2 semaphores from literals',
    commands: [COMMAND],
    ours: i => queue.queueSubmit2([submit(i, commands, commands2)]),
    bare([fn], of) {
      const info = new CMemory(64 + 2 * 32 + 2 * 48);
      const [buffersAt, waitAt, signalAt] = [64, 128, 176];
      const address = (offset: number) => info.bigint + BigInt(offset);
      info.put(0, 'VkSubmitInfo2', {
        waitSemaphoreInfoCount: 1,
        pWaitSemaphoreInfos: address(waitAt),
        commandBufferInfoCount: 2,
        pCommandBufferInfos: address(buffersAt),
        signalSemaphoreInfoCount: 1,
        pSignalSemaphoreInfos: address(signalAt),
      });
      info.put(buffersAt, 'VkCommandBufferSubmitInfo', { commandBuffer: first });
      info.put(buffersAt + 32, 'VkCommandBufferSubmitInfo', { commandBuffer: second });
      info.put(waitAt, 'VkSemaphoreSubmitInfo', { semaphore: wait, stageMask: WAIT_STAGE });
      info.put(signalAt, 'VkSemaphoreSubmitInfo', { semaphore: signal, stageMask: SIGNAL_STAGE });
      const [to, fence, at, { u32 }] = [of(handle), of(0n), of(info), info];
      return i => {
        u32[waitAt / 4 + 6] = i;
        u32[signalAt / 4 + 6] = i + 1;
        if (fn(to, 1, at, fence) < 0) throw new Error(COMMAND);
      };
    },
    objects:
      ([fn]) =>
      i => {
        const semaphore = { sType: Type.SEMAPHORE_SUBMIT_INFO };
        const buffer = { sType: Type.COMMAND_BUFFER_SUBMIT_INFO };
        const { pWaitSemaphoreInfos, pCommandBufferInfos, pSignalSemaphoreInfos } = submit(i, first, second);
        const info = {
          sType: Type.SUBMIT_INFO_2,
          waitSemaphoreInfoCount: 1,
          pWaitSemaphoreInfos: pWaitSemaphoreInfos.map(s => ({ ...semaphore, ...s })),
          commandBufferInfoCount: 2,
          pCommandBufferInfos: pCommandBufferInfos.map(c => ({ ...buffer, ...c })),
          signalSemaphoreInfoCount: 1,
          pSignalSemaphoreInfos: pSignalSemaphoreInfos.map(s => ({ ...semaphore, ...s })),
        };
        fn(handle, 1, [info], 0);
      },
    addon: addon => i => addon.queueSubmit2(handle, [submit(i, first, second)], 0n),
    c: inC('race_submit2', [COMMAND], [handle, first, second, wait, signal]),
    targets: [{ of: 'ours', most: 0.5, against: 'addon' }],
  };
}

export const queueSubmit2Subject = callSubject('queue-submit2', driver => [queueSubmit2(driver)]);
