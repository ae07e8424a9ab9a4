// Measures that what is not used costs nothing: how much is declared to koffi for one query, and how long the rows take to load.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { registry } from '../../../src/registry/registry.ts';
import { type Context, type MeasuredContestant, missingRow, type Row, rowOf, type Subject } from '../row.ts';

const TITLE = 'declared to koffi when the query has answered';

/** Starts a bundled program and gives the JSON that is its last line. */
export function askProgram<T>(
  context: Context,
  program: string,
  args: readonly string[],
  flags: readonly string[] = [],
): T {
  const file = join(context.programs, 'programs', `${program}.mjs`);
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [...flags, file, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program}: ${error?.message ?? stderr.slice(0, 2000)}`);
  // nvk writes to standard output too.
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

type Declared = Readonly<Record<string, number>>;

function declaredRow(context: Context): Row {
  const { path, missing } = context.tools.trivialDriver;
  if (path === undefined) return missingRow(TITLE, missing);
  const { declared, answer } = askProgram<{ declared: Declared; answer: number }>(context, 'declared', [
    path,
  ]);
  if (answer !== (0x1000 ^ 8)) throw new Error(`the query answered ${answer}`);
  const all = Object.values(declared).reduce((sum, n) => sum + n, 0);
  const counts: [string, number][] = [...Object.entries(declared), ['all', all]];
  return rowOf(
    {
      title: TITLE,
      unit: 'count',
      by: 'min',
      baseline: '',
      checks: 1,
      // Nine commands are called before the query has answered.
      targets: [{ of: 'all', most: 30 }],
      notes: [
        `of ${registry.tables.structs.names().length} structs and ${registry.tables.commands.names().length} commands`,
      ],
    },
    counts.map(([name, count]) => ({ name, group: name, samples: [count] })),
  );
}

interface Loaded {
  readonly milliseconds: number;
  readonly kibibytes: number;
  /** How many names it exports. */
  readonly names: number;
}

function loadRows(context: Context): Row[] {
  const { consumer } = context.tools;
  const flags = ['--expose-gc'];
  const kinds: [name: string, args: string[] | string][] = [
    ['the rows of ffi/ as modules', [join(context.programs, 'programs', 'rows.mjs')]],
    [
      'the built package whole, koffi loaded before',
      consumer?.path === undefined
        ? (consumer?.missing ?? 'the package was not built')
        : [join(consumer.path, 'node_modules', 'koffi-vulkan', 'dist', 'index.cjs')],
    ],
    ['koffi alone', ['koffi']],
  ];
  const measured = kinds.map(([name, args]) =>
    typeof args === 'string'
      ? { name, missing: args, loads: [] }
      : {
          name,
          missing: undefined,
          loads: Array.from({ length: context.rounds }, () => {
            const loaded = askProgram<Loaded>(context, 'load', args, flags);
            if (loaded.names === 0) throw new Error(`${name}: nothing was loaded`);
            return loaded;
          }),
        },
  );
  const row = (title: string, unit: string, of: (loaded: Loaded) => number): Row =>
    rowOf(
      { title, unit, by: 'median', baseline: '', checks: context.rounds, targets: [] },
      measured.map(
        ({ name, missing, loads }): MeasuredContestant =>
          missing === undefined
            ? { name, group: name, samples: loads.map(of) }
            : { name, group: name, missing },
      ),
    );
  return [
    row('load of the rows on its own', 'ms', l => l.milliseconds),
    row('load of the rows on its own: heap that stays', 'KiB', l => l.kibibytes),
  ];
}

export const unused: Subject = {
  name: 'unused',
  packaged: true,
  run: context => [declaredRow(context), ...loadRows(context)],
};
