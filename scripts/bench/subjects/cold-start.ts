// What a whole process costs through instance, device and one call, from ESM and from CommonJS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coldPrograms, gotFence } from '../cold-programs.ts';
import { frames } from '../dispatches.ts';
import { openLavapipe } from '../lavapipe.ts';
import { type Program, race } from '../processes.ts';
import { type Context, missingRow, type Row, type Subject } from '../row.ts';

const TITLE = 'cold start through instance, device and one call on lavapipe, built package';

/** Writes the programs that import our package as a consumer does. */
export function writePrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text);
}

function start(context: Context, folder: string, kind: 'ESM' | 'CommonJS', dawn?: string): Row[] {
  const extension = kind === 'ESM' ? 'mjs' : 'cjs';
  const node = (name: string, program: string, check?: Program['check']): Program => ({
    name,
    command: process.execPath,
    args: [`${program}.${extension}`],
    check,
  });
  const { nvk } = context.tools;
  return race({
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
    const { missing: dawn } = await frames['Dawn on lavapipe'](context.tools);
    return [...start(context, consumer.path, 'ESM', dawn), ...start(context, consumer.path, 'CommonJS')];
  },
};
