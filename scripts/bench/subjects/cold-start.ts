// Measures what a whole process costs that makes an instance, a device and one call, as ESM and as CommonJS, and what
// `koffi-vulkan info --summary` costs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coldPrograms, gotFence } from '../cold-programs.ts';
import { openDawn } from '../dawn.ts';
import { openLavapipe } from '../lavapipe.ts';
import { type RacedProgram, raceProcesses } from '../processes.ts';
import { type Context, missingRow, type Row, type Subject } from '../row.ts';

const TITLE = 'a process through one call on lavapipe';

/** Writes the programs that import our package as a consumer does. */
export function writePrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
}

function start(context: Context, folder: string, kind: 'ESM' | 'CommonJS', dawn?: string): Row[] {
  const extension = kind === 'ESM' ? 'mjs' : 'cjs';
  const node = (name: string, program: string, check?: RacedProgram['check']): RacedProgram => ({
    name,
    command: process.execPath,
    args: [`${program}.${extension}`],
    check,
  });
  const { nvk } = context.tools;
  return raceProcesses({
    title: `${TITLE}, ${kind}`,
    cwd: folder,
    baseline: 'koffi script',
    rounds: context.rounds,
    programs: [
      node('ours', 'ours', gotFence),
      node('koffi script', 'koffi', gotFence),
      ...(kind === 'ESM'
        ? dawn === undefined
          ? [node('Dawn', 'dawn', gotFence)]
          : [{ name: 'Dawn', missing: dawn }]
        : nvk.path === undefined
          ? [{ name: 'nvk', missing: nvk.missing }]
          : [node('nvk', 'nvk', gotFence)]),
      node('node alone', 'nothing'),
    ],
    targets: [
      { of: 'ours', most: 1.1, against: 'koffi script' },
      ...(kind === 'ESM' ? [{ of: 'ours', most: 1.05, against: 'Dawn' }] : []),
    ],
    memory: [{ of: 'ours', most: 6, against: 'koffi script', difference: true }],
  });
}

/** `koffi-vulkan info --summary` beside vulkaninfo, which is written in C++. */
function summary({ rounds }: Context, folder: string): Row[] {
  const installed = spawnSync('vulkaninfo', ['--summary']).error === undefined;
  const cli = join(folder, 'node_modules', 'koffi-vulkan', 'dist', 'cli.js');
  const check = (printed: string) => /GPU ?0/.test(printed);
  return raceProcesses({
    title: 'koffi-vulkan info --summary',
    cwd: folder,
    baseline: 'vulkaninfo',
    rounds,
    programs: [
      { name: 'ours', command: process.execPath, args: [cli, 'info', '--summary'], check },
      installed
        ? { name: 'vulkaninfo', command: 'vulkaninfo', args: ['--summary'], check }
        : { name: 'vulkaninfo', missing: 'vulkaninfo is not installed (Debian: vulkan-tools)' },
    ],
    // 0.35 s where vulkaninfo takes 0.12.
    targets: [{ of: 'ours', most: 2.9, against: 'vulkaninfo' }],
  });
}

export const coldStart: Subject = {
  name: 'cold-start',
  packaged: true,
  usesDawn: true,
  async run(context) {
    const { consumer } = context.tools;
    const driver = openLavapipe();
    const missing = consumer?.missing ?? driver.missing;
    if (consumer?.path === undefined || missing !== undefined)
      return [missingRow(TITLE, missing ?? 'the package was not built')];
    writePrograms(consumer.path, coldPrograms('koffi-vulkan'));
    const { missing: dawn } = await openDawn(context.tools.dawn);
    const { path } = consumer;
    return [
      ...start(context, path, 'ESM', dawn),
      ...start(context, path, 'CommonJS'),
      ...summary(context, path),
    ];
  },
};
