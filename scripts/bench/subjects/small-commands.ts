// Measures what the four commands of a draw cost, each by itself.
import { VkShaderStageFlagBits } from '../../../src/index.ts';
import { bare } from '../bare.ts';
import { bigintAddressOf, CMemory } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import { POINT } from '../draws.ts';
import { byNvk, byUs, openDrivers } from '../on-driver.ts';
import type { TrivialDriver } from '../trivial-driver.ts';

const STAGE = VkShaderStageFlagBits.COMPUTE;
const FLOATS = Float32Array.from({ length: 16 }, (_, i) => i + 1);
const targets = [{ of: 'ours', most: 1.3, against: 'bare koffi' }];

export function draw({ commands, inC }: TrivialDriver): RacedCall {
  const { handle } = commands;
  return {
    title: 'cmdDraw',
    commands: ['vkCmdDraw'],
    ours: i => commands.cmdDraw(i & 1023, 1, 3, 4),
    bare([fn], of) {
      const buffer = of(handle);
      return i => fn(buffer, i & 1023, 1, 3, 4);
    },
    addon: addon => i => addon.cmdDraw(handle, i & 1023, 1, 3, 4),
    c: inC('race_draw', ['vkCmdDraw'], [handle]),
    targets,
  };
}

export function bindPipeline({ commands, pipeline, inC }: TrivialDriver): RacedCall {
  const { handle } = commands;
  return {
    title: 'cmdBindPipeline',
    commands: ['vkCmdBindPipeline'],
    ours: () => commands.cmdBindPipeline(POINT, pipeline),
    bare([fn], of) {
      const [buffer, bound] = [of(handle), of(pipeline)];
      return () => fn(buffer, POINT, bound);
    },
    c: inC('race_bind_pipeline', ['vkCmdBindPipeline'], [handle, pipeline]),
    targets,
  };
}

export function bindSets({ commands, layout, set, inC }: TrivialDriver): RacedCall {
  const { handle } = commands;
  const [sets, none] = [[set], []];
  return {
    title: 'cmdBindDescriptorSets of one set',
    commands: ['vkCmdBindDescriptorSets'],
    ours: () => commands.cmdBindDescriptorSets(POINT, layout, 0, sets, none),
    bare([fn], of) {
      const memory = new CMemory(8);
      memory.u64[0] = set;
      const [buffer, by, at, none] = [of(handle), of(layout), of(memory), of(0n)];
      return () => fn(buffer, POINT, by, 0, 1, at, 0, none);
    },
    c: inC('race_bind_sets', ['vkCmdBindDescriptorSets'], [handle, layout, set]),
    targets,
  };
}

export function pushConstants(driver: TrivialDriver): RacedCall {
  const { commands, layout, command, counted, inC } = driver;
  const { handle } = commands;
  const types = ['uintptr_t', 'uint64_t', 'uint32_t', 'uint32_t', 'uint32_t', 'void *'];
  const withArray = bare(command('vkCmdPushConstants'), 'void', types);
  return {
    title: 'cmdPushConstants of a Float32Array(16)',
    commands: ['vkCmdPushConstants'],
    ours: i => {
      FLOATS[0] = i & 1023;
      commands.cmdPushConstants(layout, STAGE, 0, FLOATS);
    },
    bare([fn], of) {
      const [buffer, by, at] = [of(handle), of(layout), of(bigintAddressOf(FLOATS))];
      return i => {
        FLOATS[0] = i & 1023;
        fn(buffer, by, STAGE, 0, 64, at);
      };
    },
    addon: addon => i => {
      FLOATS[0] = i & 1023;
      addon.cmdPushConstants(handle, layout, STAGE, 0, FLOATS);
    },
    c: inC('race_push_constants', ['vkCmdPushConstants'], [handle, layout, STAGE, 16]),
    others: [
      {
        name: 'bare koffi given the typed array',
        run: counted(i => {
          FLOATS[0] = i & 1023;
          withArray(handle, layout, STAGE, 0, 64, FLOATS as never);
        }),
      },
    ],
    targets,
  };
}

export const smallCommands = callSubject('small-commands', (driver, { tools }) => {
  const { recorder, nvk } = openDrivers(tools);
  const push = pushConstants(driver);
  return [
    {
      ...draw(driver),
      others: [
        byUs(
          recorder,
          ({ commands }) =>
            i =>
              commands.cmdDraw(i & 1023, 1, 3, 4),
        ),
        byNvk(
          nvk,
          ({ nvk, commands }) =>
            i =>
              nvk.vkCmdDraw(commands, i & 1023, 1, 3, 4),
        ),
      ],
    },
    {
      ...bindPipeline(driver),
      others: [
        byUs(
          recorder,
          ({ commands, pipeline }) =>
            () =>
              commands.cmdBindPipeline(1, pipeline),
        ),
        byNvk(
          nvk,
          ({ nvk, commands, pipeline }) =>
            () =>
              nvk.vkCmdBindPipeline(commands, 1, pipeline),
        ),
      ],
    },
    {
      ...bindSets(driver),
      others: [
        byUs(recorder, ({ commands, layout, set }) => {
          const [sets, none] = [[set], []];
          return () => commands.cmdBindDescriptorSets(1, layout, 0, sets, none);
        }),
        byNvk(nvk, ({ nvk, commands, layout, set }) => {
          const sets = [set];
          return () => nvk.vkCmdBindDescriptorSets(commands, 1, layout, 0, 1, sets, 0, null);
        }),
      ],
    },
    {
      ...push,
      others: [
        ...push.others!,
        byUs(recorder, ({ commands, layout }) => i => {
          FLOATS[0] = i & 1023;
          commands.cmdPushConstants(layout, STAGE, 0, FLOATS);
        }),
        byNvk(nvk, ({ nvk, commands, layout }) => i => {
          FLOATS[0] = i & 1023;
          nvk.vkCmdPushConstants(commands, layout, STAGE, 0, 64, FLOATS.buffer);
        }),
      ],
    },
  ];
});
