// Nearly right arguments on a driver in C that reads and writes all that they allow it, in memory followed by pages that
// nobody may touch: a byte too few reserved ends the process.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childProgram } from '../../build/child.ts';
import { bothWays, type Ground, type Plan, type Player, type Round, UnavailableError } from '../ground.ts';

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
  const program = await childProgram(PROGRAM);
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => {
        text += part;
      });
    child.on('close', (code, signal) => {
      const line = text.split('\n').find(l => l.startsWith('REPORT '));
      const report = line === undefined ? undefined : (JSON.parse(line.slice(7)) as Report);
      resolve({ report, end: `${signal ?? `exit code ${code}`}: ${text.slice(-1500)}` });
    });
  });
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
