// A draw on the driver of trivial functions: it binds a pipeline and a set, pushes 32 bytes and draws.
import { type VkDescriptorSet, VkPipelineBindPoint, VkShaderStageFlagBits } from '../../src/index.ts';
import { CMemory } from './bytes.ts';
import type { RacedCall } from './call.ts';
import { CONSTANTS } from './dispatches.ts';
import type { Once } from './loop.ts';
import type { TrivialDriver } from './trivial-driver.ts';

export const POINT = VkPipelineBindPoint.GRAPHICS;
const STAGE = VkShaderStageFlagBits.VERTEX;
const COMMANDS = ['vkCmdBindPipeline', 'vkCmdBindDescriptorSets', 'vkCmdPushConstants', 'vkCmdDraw'];

/** By our methods; what differs is who makes the arrays, and when. */
export function draws({
  commands,
  layout,
  set,
  pipeline,
}: TrivialDriver): Readonly<Record<'hoisted' | 'literals' | 'fresh', Once>> {
  const [sets, none] = [[set], []];
  const draw = (i: number, sets: VkDescriptorSet[], none: number[], constants: Float32Array) => {
    commands.cmdBindPipeline(POINT, pipeline);
    commands.cmdBindDescriptorSets(POINT, layout, 0, sets, none);
    commands.cmdPushConstants(layout, STAGE, 0, constants);
    commands.cmdDraw(i & 1023, 1, 0, 0);
  };
  return {
    hoisted: i => draw(i, sets, none, CONSTANTS),
    literals: i => draw(i, [set], [], CONSTANTS),
    fresh: i => draw(i, [set], [], new Float32Array(CONSTANTS)),
  };
}

/** The draw as a call: its contestants outside the driver of trivial functions, and the targets, are the subject's. */
export function drawCall(driver: TrivialDriver): Omit<RacedCall, 'targets'> {
  const { commands, layout, set, pipeline, counted, inC } = driver;
  const { hoisted, literals, fresh } = draws(driver);
  return {
    title: 'a draw: bind a pipeline and a set, push 32 bytes, draw',
    commands: COMMANDS,
    ours: hoisted,
    bare([bindPipeline, bindSets, push, draw], of) {
      const [sets, constants] = [new CMemory(8), new CMemory(32)];
      sets.u64[0] = set;
      new Float32Array(constants.u32.buffer).set(CONSTANTS);
      const [c, p, l, none] = [commands.handle, pipeline, layout, 0n].map(of);
      const [setsAt, constantsAt] = [of(sets), of(constants)];
      return i => {
        bindPipeline(c, POINT, p);
        bindSets(c, POINT, l, 0, 1, setsAt, 0, none);
        push(c, l, STAGE, 0, 32, constantsAt);
        draw(c, i & 1023, 1, 0, 0);
      };
    },
    c: inC('race_frame', COMMANDS, [commands.handle, pipeline, layout, set]),
    others: [
      { name: 'ours, arrays as literals', run: counted(literals) },
      { name: 'ours, constants in a new typed array', run: counted(fresh) },
    ],
  };
}
