// Measures what the types of the package cost a compiler: ten lines that use it beside ten lines that use only koffi.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RacedProgram, raceProcesses } from '../processes.ts';
import { missingRow, type Row, type Subject } from '../row.ts';
import type { Tool } from '../tools.ts';
import { typePrograms, typeSettings } from '../type-programs.ts';
import { writePrograms } from './cold-start.ts';

const TITLE = 'type cost of ten lines';
/** Programs of several seconds each: more rounds would tell no more. */
const MOST_ROUNDS = 7;

export const typeCost: Subject = {
  name: 'type-cost',
  packaged: true,
  run({ tools, root, rounds }) {
    const { consumer } = tools;
    if (consumer?.path === undefined)
      return [missingRow(TITLE, consumer?.missing ?? 'the package was not built')];
    // One package.json says ESM, as in new packages; that for ts-node says CommonJS.
    const [folder, older] = [join(consumer.path, 'types'), join(consumer.path, 'types-commonjs')];
    for (const [where, module, type] of [
      [folder, 'nodenext', 'module'],
      [older, 'commonjs', 'commonjs'],
    ] as const) {
      writePrograms(where, typePrograms);
      writeFileSync(join(where, 'package.json'), JSON.stringify({ type }));
      for (const name of ['ours', 'koffi', 'wrong'])
        writeFileSync(join(where, `tsconfig.${name}.json`), typeSettings(`${name}.ts`, module));
    }
    const measure = (
      title: string,
      cwd: string,
      most: number,
      program: (name: string) => RacedProgram,
    ): Row[] => {
      const { command, args } = program('wrong');
      if (command !== undefined && spawnSync(command, args!, { cwd }).status === 0)
        throw new Error(`${title}: a program with a wrong type compiles`);
      return raceProcesses({
        title: `${TITLE}, ${title}`,
        cwd,
        baseline: 'koffi alone',
        rounds: Math.min(rounds, MOST_ROUNDS),
        programs: [
          { ...program('ours'), name: 'ours' },
          { ...program('koffi'), name: 'koffi alone' },
        ],
        targets: [{ of: 'ours', most, against: 'koffi alone', difference: true }],
      });
    };
    const tsc = (package_: Tool) => (name: string) =>
      package_.path === undefined
        ? { name, missing: package_.missing }
        : {
            name,
            command: process.execPath,
            args: [join(package_.path, 'bin', 'tsc'), '-p', `tsconfig.${name}.json`],
          };
    const tsNode = (name: string): RacedProgram => {
      const { path } = tools.tsNode;
      const missing = tools.tsNode.missing ?? tools.typescript5.missing;
      return path === undefined || missing !== undefined
        ? { name, missing }
        : {
            name,
            command: process.execPath,
            args: [join(path, 'dist', 'bin.js'), '-P', `tsconfig.${name}.json`, `${name}.ts`],
            check: printed => printed === 'function\n',
          };
    };
    return [
      ...measure(
        'TypeScript 7, tsc --noEmit',
        folder,
        250,
        tsc({ path: join(root, 'node_modules', 'typescript') }),
      ),
      ...measure('TypeScript 5.9, tsc --noEmit', folder, 700, tsc(tools.typescript5)),
      ...measure('TypeScript 5.9, ts-node start', older, 700, tsNode),
    ];
  },
};
