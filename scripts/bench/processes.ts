// Measures how many milliseconds whole processes take, run in turn, and how much memory they have at their end.
import { spawnSync } from 'node:child_process';
import { type MeasuredContestant, type Row, rowOf, type Target } from './row.ts';

export interface RacedProgram {
  readonly name: string;
  readonly group?: string;
  readonly command?: string;
  readonly args?: readonly string[];
  readonly missing?: string;
  /** Whether what it printed is right; by default its exit code alone says so. */
  check?(printed: string): boolean;
}

interface Race {
  readonly title: string;
  readonly cwd: string;
  readonly baseline: string;
  readonly programs: readonly RacedProgram[];
  readonly targets: readonly Target[];
  readonly rounds: number;
  readonly notes?: readonly string[];
  /** Programs print `{"rss": bytes}` as their last line: gives a second row. */
  readonly memory?: readonly Target[];
}

const LIMIT = 120_000;

interface Ready extends RacedProgram {
  readonly times: number[];
  readonly resident: number[];
}

export function raceProcesses(options: Race): Row[] {
  const { title, cwd, baseline, programs, rounds, notes } = options;
  const ready: Ready[] = programs.map(program => ({ ...program, times: [], resident: [] }));
  let checks = 0;
  const run = ({ name, command, args = [], check }: Ready): { took: number; printed: string } => {
    const start = process.hrtime.bigint();
    const { status, stdout, stderr, error } = spawnSync(command!, args, {
      cwd,
      encoding: 'utf8',
      timeout: LIMIT,
    });
    const took = Number(process.hrtime.bigint() - start) / 1e6;
    if (status !== 0 || (check !== undefined && !check(stdout)))
      throw new Error(
        `${title}: ${name} gave ${status}: ${error?.message ?? (stderr || stdout).slice(0, 2000)}`,
      );
    checks++;
    return { took, printed: stdout };
  };
  const able = ready.filter(program => program.missing === undefined);
  // Run once before, so that the system has the files in its caches.
  for (const program of able) run(program);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < able.length; i++) {
      const program = able[(i + round) % able.length];
      const { took, printed } = run(program);
      program.times.push(took);
      if (options.memory !== undefined) program.resident.push(residentIn(printed));
    }
  const measured = (samples: (program: Ready) => readonly number[]): MeasuredContestant[] =>
    ready.map(program => {
      const { name, group = name, missing } = program;
      return missing === undefined ? { name, group, samples: samples(program) } : { name, group, missing };
    });
  const common = { by: 'median', baseline, checks, notes } as const;
  const rows = [
    rowOf(
      { ...common, title, unit: 'ms', targets: options.targets },
      measured(p => p.times),
    ),
  ];
  if (options.memory !== undefined)
    rows.push(
      rowOf(
        { ...common, title: `${title}: memory at its end`, unit: 'MiB', targets: options.memory },
        measured(p => p.resident),
      ),
    );
  return rows;
}

function residentIn(printed: string): number {
  const { rss } = JSON.parse(printed.trim().split('\n').at(-1)!) as { rss: number };
  return rss / 2 ** 20;
}
