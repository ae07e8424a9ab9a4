// Measures what a whole process costs from TypeScript: by tsx, and by a Node that strips types itself.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { coldPrograms, gotFence } from '../cold-programs.ts';
import { openLavapipe } from '../lavapipe.ts';
import { raceProcesses } from '../processes.ts';
import { missingRow, type Subject } from '../row.ts';
import { writePrograms } from './cold-start.ts';

const TITLE = 'the same from TypeScript';

export const sourceStart: Subject = {
  name: 'source-start',
  packaged: true,
  run({ tools, root, home, rounds }) {
    const driver = openLavapipe();
    if (driver.missing !== undefined) return [missingRow(TITLE, driver.missing)];
    const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    // The same script, once on the built package as a user has it, once on our own source as we have it.
    const source = join(home, 'source');
    writePrograms(source, coldPrograms(pathToFileURL(join(root, 'src', 'index.ts')).href));
    const built = tools.consumer?.path;
    if (built !== undefined) writePrograms(built, coldPrograms('koffi-vulkan'));
    const missing = tools.consumer?.missing;
    const by = (title: string, command: readonly string[], absent?: string) =>
      raceProcesses({
        title: `${TITLE}, ${title}`,
        cwd: source,
        baseline: 'koffi script',
        rounds,
        programs: [
          [
            'ours',
            'ours on the built package',
            built === undefined ? undefined : join(built, 'ours.mts'),
          ] as const,
          ['ours from src/', 'ours on src/', join(source, 'ours.mts')] as const,
          ['koffi script', 'koffi script', join(source, 'koffi.mts')] as const,
          ['node alone', 'the same with nothing to do', join(source, 'nothing.mts')] as const,
        ].map(([group, name, script]) => {
          const why = absent ?? (script === undefined ? missing : undefined);
          return why === undefined
            ? {
                name,
                group,
                command: command[0],
                args: [...command.slice(1), script!],
                check: group === 'node alone' ? undefined : gotFence,
              }
            : { name, group, missing: why };
        }),
        targets: [
          { of: 'ours', most: 1.25, against: 'koffi script' },
          { of: 'ours from src/', most: 1.25, against: 'koffi script' },
        ],
      });
    const { path, missing: noNode } = tools.nodeStripping;
    return [
      ...by('`tsx script.ts`', [process.execPath, tsx]),
      ...by('`node script.ts`', [path ?? ''], noNode),
    ];
  },
};
