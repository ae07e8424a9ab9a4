// A frame of draws on the driver of trivial functions: each binds a pipeline and a set, pushes 32 bytes and draws.
import { VkPipelineBindPoint, VkShaderStageFlagBits } from '../../src/index.ts';
import { square } from '../examples/shaders/spirv.ts';
import { Bytes, bare } from './bare.ts';
import type { Run } from './contest.ts';
import { CONSTANTS } from './dispatches.ts';
import { openTarget, type Target, total } from './target.ts';

const POINT = VkPipelineBindPoint.GRAPHICS;
const STAGE = VkShaderStageFlagBits.VERTEX;
const BITS = new Uint32Array(CONSTANTS.buffer);

export interface Draws {
  readonly target: Target;
  readonly pipeline: bigint;
  /** What so many draws add to the driver's sum. */
  readonly expected: Run;
}

export function openDraws(path: string): Draws {
  const target = openTarget(path);
  const { device, layout, set } = target;
  const module = device.createShaderModule({ pCode: square });
  const {
    pPipelines: [pipeline],
  } = device.createComputePipelines(undefined, [
    { stage: { stage: VkShaderStageFlagBits.COMPUTE, module, pName: 'main' }, layout },
  ]);
  const bound = 2 * Number(pipeline) + 2 * Number(layout) + 4 * Number(set);
  const pushed = STAGE + 3 * 32 + BITS[0] + BITS[7];
  return { target, pipeline, expected: times => total(times, i => bound + pushed + (i & 1023) + 2) };
}

/** By our methods; what differs is who makes the arrays, and when. */
export function byUs({ target, pipeline }: Draws): Readonly<Record<'literals' | 'hoisted' | 'fresh', Run>> {
  const { commands, layout, set, sumOf } = target;
  const bound = pipeline as never;
  const [sets, none] = [[set], []];
  return {
    literals: times =>
      sumOf(() => {
        for (let i = 0; i < times; i++) {
          commands.cmdBindPipeline(POINT, bound);
          commands.cmdBindDescriptorSets(POINT, layout, 0, [set], []);
          commands.cmdPushConstants(layout, STAGE, 0, CONSTANTS);
          commands.cmdDraw(i & 1023, 1, 0, 0);
        }
      }),
    hoisted: times =>
      sumOf(() => {
        for (let i = 0; i < times; i++) {
          commands.cmdBindPipeline(POINT, bound);
          commands.cmdBindDescriptorSets(POINT, layout, 0, sets, none);
          commands.cmdPushConstants(layout, STAGE, 0, CONSTANTS);
          commands.cmdDraw(i & 1023, 1, 0, 0);
        }
      }),
    fresh: times =>
      sumOf(() => {
        for (let i = 0; i < times; i++) {
          commands.cmdBindPipeline(POINT, bound);
          commands.cmdBindDescriptorSets(POINT, layout, 0, [set], []);
          commands.cmdPushConstants(layout, STAGE, 0, new Float32Array(CONSTANTS));
          commands.cmdDraw(i & 1023, 1, 0, 0);
        }
      }),
  };
}

type Form = 'number' | 'bigint';

/** One command of a draw: by our method, its arrays made before, by the bare call, and what it adds to the sum. */
interface Command {
  readonly name: string;
  readonly ours: Run;
  readonly bare: (form: Form) => Run;
  readonly expected: Run;
}

/** The two that bind; the others are subjects of their own. */
export function bindings({ target, pipeline }: Draws): readonly Command[] {
  const { commands, layout, set, sumOf } = target;
  const { bindPipeline, bindSets } = bareCalls(target);
  const bound = pipeline as never;
  const [sets, none] = [[set], []];
  const memory = new Bytes(8);
  memory.u64[0] = set;
  const repeat =
    (once: () => void): Run =>
    times =>
      sumOf(() => {
        for (let i = 0; i < times; i++) once();
      });
  return [
    {
      name: 'cmdBindPipeline',
      ours: repeat(() => commands.cmdBindPipeline(POINT, bound)),
      bare: form => {
        const [c, p] = [commands.handle, pipeline].map(inForm(form));
        return repeat(() => bindPipeline(c, POINT, p));
      },
      expected: times => total(times, () => 2 * Number(pipeline)),
    },
    {
      name: 'cmdBindDescriptorSets of one set',
      ours: repeat(() => commands.cmdBindDescriptorSets(POINT, layout, 0, sets, none)),
      bare: form => {
        const [c, l, nothing] = [commands.handle, layout, 0n].map(inForm(form));
        const at = memory[form];
        return repeat(() => bindSets(c, POINT, l, 0, 1, at, 0, nothing));
      },
      expected: times => total(times, () => 2 * Number(layout) + 4 * memory.u32[0]),
    },
  ];
}

const inForm = (form: Form) => (value: bigint) => (form === 'number' ? Number(value) : value);

function bareCalls({ command }: Target) {
  const [pointer, u32, u64] = ['uintptr_t', 'uint32_t', 'uint64_t'];
  const setTypes = [pointer, u32, u64, u32, u32, pointer, u32, pointer];
  return {
    bindPipeline: bare(command('vkCmdBindPipeline'), 'void', [pointer, u32, u64]),
    bindSets: bare(command('vkCmdBindDescriptorSets'), 'void', setTypes),
    push: bare(command('vkCmdPushConstants'), 'void', [pointer, u64, u32, u32, u32, pointer]),
    draw: bare(command('vkCmdDraw'), 'void', [pointer, u32, u32, u32, u32]),
  };
}

/** The calls alone, what they point to written before. */
export function byBareCalls({ target, pipeline }: Draws, form: Form): Run {
  const { commands, layout, set, sumOf } = target;
  const { bindPipeline, bindSets, push, draw } = bareCalls(target);
  const [sets, constants] = [new Bytes(8), new Bytes(32)];
  sets.u64[0] = set;
  constants.u32.set(BITS);
  const [c, p, l, none] = [commands.handle, pipeline, layout, 0n].map(inForm(form));
  return times =>
    sumOf(() => {
      const [setsAt, constantsAt] = [sets[form], constants[form]];
      for (let i = 0; i < times; i++) {
        bindPipeline(c, POINT, p);
        bindSets(c, POINT, l, 0, 1, setsAt, 0, none);
        push(c, l, STAGE, 0, 32, constantsAt);
        draw(c, i & 1023, 1, 0, 0);
      }
    });
}

/** The same recorded by C. */
export function byC({ target, pipeline }: Draws): Run {
  const { commands, layout, set, sumOf, command, symbol } = target;
  const names = ['vkCmdBindPipeline', 'vkCmdBindDescriptorSets', 'vkCmdPushConstants', 'vkCmdDraw'];
  const handles = [commands.handle, pipeline, layout, set];
  const types = [...Array(8).fill('uint64_t'), 'uintptr_t', 'uint32_t'];
  const run = bare(symbol('race_draws'), 'void', types);
  const constants = new Bytes(32);
  constants.u32.set(BITS);
  return times => sumOf(() => run(...names.map(command), ...handles, constants.bigint, times));
}
