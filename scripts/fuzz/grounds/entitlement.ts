// Nearly right arguments on a driver in C that reads and writes all that they allow it, in memory followed by pages that
// nobody may touch: a byte too few reserved ends the process.
import { fileURLToPath } from 'node:url';
import { bothWays, type Ground, type Plan, type Player, type Round, UnavailableError } from '../ground.ts';
import { runChild } from '../run-child.ts';

// A program of its own: all argument memory of its process is guarded.
const PROGRAM = fileURLToPath(new URL('../../../test/driver/entitled.ts', import.meta.url));
const CALLS = 1000;

interface Report {
  readonly missing?: string;
  readonly calls: number;
  readonly refused: number;
  readonly faults: readonly string[];
}

async function run(job: object): Promise<{ report: Report | undefined; end: string }> {
  const { text, end } = await runChild(PROGRAM, job);
  const line = text.split('\n').find(l => l.startsWith('REPORT '));
  const report = line === undefined ? undefined : (JSON.parse(line.slice(7)) as Report);
  return { report, end: `${end}: ${text.slice(-1500)}` };
}

class Entitlement implements Player {
  readonly #compile: boolean;

  constructor(compile: boolean) {
    this.#compile = compile;
  }

  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined {
    if (choices.length > 0) return undefined;
    return { run: () => this.#round({ seed, index, compile: this.#compile, calls: CALLS }) };
  }

  async #round(job: object): Promise<Round> {
    const { report, end } = await run(job);
    return {
      ...{ text: `test/driver/entitled.ts '${JSON.stringify(job)}'`, outcome: 'played' },
      calls: report?.calls ?? CALLS,
      refused: report?.refused ?? 0,
      failure: report === undefined ? end : report.faults[0],
    };
  }
}

export const entitlement: Ground = {
  name: 'entitlement',
  ways: bothWays('a driver in C'),
  async open(_on, compile) {
    const { report } = await run({ seed: 0, index: 0, compile, calls: 0 });
    if (report?.missing !== undefined) throw new UnavailableError(report.missing);
    return new Entitlement(compile);
  },
};
