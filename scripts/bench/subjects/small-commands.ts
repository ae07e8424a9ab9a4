// What cmdDraw and cmdPushConstants cost.
import { VkShaderStageFlagBits } from '../../../src/index.ts';
import { addonContestants } from '../addon.ts';
import { addressOf, type BareFunction, bare } from '../bare.ts';
import { type Contestant, contest, type Run } from '../contest.ts';
import { openLavapipe, openRecorder, type Recorder } from '../lavapipe.ts';
import { type OpenedNvk, openNvk } from '../nvk.ts';
import { type Context, missingRow, type Row, type Subject } from '../row.ts';
import { openTarget, type Target, total } from '../target.ts';

const STAGE = VkShaderStageFlagBits.COMPUTE;
const WORD = ['uintptr_t', 'uint32_t', 'uint32_t', 'uint32_t', 'uint32_t'];
const TITLES = ['cmdDraw', 'cmdPushConstants of a Float32Array(16)'];
/** Of the constants, the first and the last as C sees them. */
const CONSTANTS = Float32Array.from({ length: 16 }, (_, i) => i + 1);
const BITS = new Uint32Array(CONSTANTS.buffer);

interface Rivals {
  readonly context: Context;
  readonly target: Target;
  readonly recorder: Recorder | { missing: string };
  readonly nvk: OpenedNvk | { missing: string };
}

type Form = 'number' | 'bigint';
const FORMS: readonly Form[] = ['bigint', 'number'];

/** Both forms of the bare call on the target. */
function bareContestants(
  { target }: Rivals,
  command: string,
  types: readonly string[],
  call: (fn: BareFunction, form: (value: bigint) => number | bigint, times: number) => void,
): Contestant[] {
  const fn = bare(target.command(command), 'void', types);
  return FORMS.map(form => ({
    name: `bare koffi, ${form}`,
    group: 'bare koffi',
    run: times => target.sumOf(() => call(fn, value => (form === 'number' ? Number(value) : value), times)),
  }));
}

/** The contestants on a real driver, in a group of their own. */
function onDriver(
  { recorder, nvk }: Rivals,
  ours: (recorder: Recorder) => (times: number) => void,
  theirs: (opened: OpenedNvk) => (times: number) => void,
): Contestant[] {
  return [
    'missing' in recorder
      ? { name: 'ours on lavapipe', missing: recorder.missing }
      : { name: 'ours on lavapipe', ...recorder.recording(ours(recorder)) },
    nvk.missing === undefined
      ? { name: 'nvk on lavapipe', ...(nvk as OpenedNvk).recording(theirs(nvk as OpenedNvk)) }
      : { name: 'nvk on lavapipe', missing: nvk.missing },
  ];
}

const row = (rivals: Rivals, title: string, expected: Run, contestants: readonly Contestant[]): Row =>
  contest({
    title,
    baseline: 'bare koffi',
    rounds: rivals.context.rounds,
    expected,
    contestants,
    targets: [{ of: 'ours', most: 1.3, against: 'bare koffi' }],
  });

function draw(rivals: Rivals): Row {
  const { context, target } = rivals;
  const { commands } = target;
  const { handle } = commands;
  const expected: Run = times => total(times, i => (i & 1023) + 2 + 3 * 3 + 4 * 4);
  return row(rivals, TITLES[0], expected, [
    {
      name: 'ours',
      run: times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) commands.cmdDraw(i & 1023, 1, 3, 4);
        }),
    },
    ...bareContestants(rivals, 'vkCmdDraw', WORD, (fn, form, times) => {
      const commandBuffer = form(handle);
      for (let i = 0; i < times; i++) fn(commandBuffer, i & 1023, 1, 3, 4);
    }),
    ...addonContestants(
      context.tools,
      ['vkCmdDraw'],
      target.command,
      addon => times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) addon.cmdDraw(handle, i & 1023, 1, 3, 4);
        }),
    ),
    ...onDriver(
      rivals,
      recorder => times => {
        for (let i = 0; i < times; i++) recorder.commands.cmdDraw(i & 1023, 1, 3, 4);
      },
      ({ nvk, commands }) =>
        times => {
          for (let i = 0; i < times; i++) nvk.vkCmdDraw(commands, i & 1023, 1, 3, 4);
        },
    ),
  ]);
}

function pushConstants(rivals: Rivals): Row {
  const { context, target } = rivals;
  const { commands, layout } = target;
  const { handle } = commands;
  const types = ['uintptr_t', 'uint64_t', 'uint32_t', 'uint32_t', 'uint32_t', 'uintptr_t'];
  const withArray = bare(target.command('vkCmdPushConstants'), 'void', [...types.slice(0, -1), 'void *']);
  const expected: Run = times => {
    const fixed = STAGE + 3 * 64 + BITS[15];
    const [kept] = CONSTANTS;
    const sum = total(times, i => {
      CONSTANTS[0] = i & 1023;
      return fixed + BITS[0];
    });
    CONSTANTS[0] = kept;
    return sum;
  };
  return row(rivals, TITLES[1], expected, [
    {
      name: 'ours',
      run: times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) {
            CONSTANTS[0] = i & 1023;
            commands.cmdPushConstants(layout, STAGE, 0, CONSTANTS);
          }
        }),
    },
    ...bareContestants(rivals, 'vkCmdPushConstants', types, (fn, form, times) => {
      const [commandBuffer, pipelineLayout, values] = [
        form(handle),
        form(layout),
        form(addressOf(CONSTANTS)),
      ];
      for (let i = 0; i < times; i++) {
        CONSTANTS[0] = i & 1023;
        fn(commandBuffer, pipelineLayout, STAGE, 0, 64, values);
      }
    }),
    {
      name: 'bare koffi given the typed array',
      run: times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) {
            CONSTANTS[0] = i & 1023;
            withArray(handle, layout, STAGE, 0, 64, CONSTANTS as never);
          }
        }),
    },
    ...addonContestants(
      context.tools,
      ['vkCmdPushConstants'],
      target.command,
      addon => times =>
        target.sumOf(() => {
          for (let i = 0; i < times; i++) {
            CONSTANTS[0] = i & 1023;
            addon.cmdPushConstants(handle, layout, STAGE, 0, CONSTANTS);
          }
        }),
    ),
    ...onDriver(
      rivals,
      recorder => times => {
        for (let i = 0; i < times; i++) {
          CONSTANTS[0] = i & 1023;
          recorder.commands.cmdPushConstants(recorder.layout, STAGE, 0, CONSTANTS);
        }
      },
      ({ nvk, commands, layout }) =>
        times => {
          for (let i = 0; i < times; i++) {
            CONSTANTS[0] = i & 1023;
            nvk.vkCmdPushConstants(commands, layout, STAGE, 0, 64, CONSTANTS.buffer);
          }
        },
    ),
  ]);
}

export const smallCommands: Subject = {
  name: 'small-commands',
  run(context) {
    const { path, missing } = context.tools.target;
    if (path === undefined) return TITLES.map(title => missingRow(title, missing));
    const driver = openLavapipe();
    const rivals: Rivals = {
      context,
      target: openTarget(path),
      recorder: driver.missing === undefined ? openRecorder(driver) : driver,
      nvk: openNvk(context.tools.nvk),
    };
    return [draw(rivals), pushConstants(rivals)];
  },
};
