// Records a frame of dispatches on the system's driver: each binds a pipeline and a set, pushes 32 bytes and dispatches. By
// us, by nvk, and by Dawn, which has no push constants and does the other three.
import { VkPipelineBindPoint } from '../../src/index.ts';
import type { Contestant } from './contest.ts';
import { openDawn } from './dawn.ts';
import { openNvk } from './nvk.ts';
import { byNvk, byUs } from './on-driver.ts';
import { countItself, openRecorder, STAGE } from './recorder.ts';
import type { Tools } from './tools.ts';

const POINT = VkPipelineBindPoint.COMPUTE;
export const CONSTANTS: Float32Array = Float32Array.from({ length: 8 }, (_, i) => i + 1);

export const frames: Readonly<Record<string, (tools: Tools) => Contestant | Promise<Contestant>>> = {
  'ours on lavapipe': () =>
    byUs(openRecorder(), ({ commands, layout, pipeline, set }) => () => {
      commands.cmdBindPipeline(POINT, pipeline);
      commands.cmdBindDescriptorSets(POINT, layout, 0, [set], []);
      commands.cmdPushConstants(layout, STAGE, 0, CONSTANTS);
      commands.cmdDispatch(1, 1, 1);
    }),
  'nvk on lavapipe': tools =>
    byNvk(openNvk(tools.nvk), ({ nvk, commands, layout, pipeline, set }) => () => {
      nvk.vkCmdBindPipeline(commands, POINT, pipeline);
      nvk.vkCmdBindDescriptorSets(commands, POINT, layout, 0, 1, [set], 0, null);
      nvk.vkCmdPushConstants(commands, layout, STAGE, 0, 32, CONSTANTS.buffer);
      nvk.vkCmdDispatch(commands, 1, 1, 1);
    }),
  'Dawn on lavapipe': async ({ dawn }) => {
    const name = 'Dawn on lavapipe';
    const { run, missing } = (await openDawn(dawn)) as Partial<Contestant>;
    return run === undefined ? { name, missing } : { name, run, expected: countItself };
  },
};
