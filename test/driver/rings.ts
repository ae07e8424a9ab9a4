// Defines the tests of the driver in C for the headers in one place: the installed ones, or newer ones.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { registry } from '../../src/registry/registry.ts';
import { figure } from '../figure.ts';
import { skipHere, skipOrFail } from '../skip.ts';
import { buildDriver, driverMissing, isDriverPlatform } from './build.ts';
import type { Job, Report } from './child.ts';
import { KINDS } from './kinds/index.ts';
import type { Outcome } from './kinds-child.ts';

const SEED = 20_261_126;

/** What a program of this folder printed, and how it ended. */
async function run(name: string, args: readonly string[]): Promise<{ text: string; ended: string }> {
  const program = await childProgram(join(import.meta.dirname, name));
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => {
        text += part;
      });
    child.on('close', (code, signal) =>
      resolve({ text, ended: `${signal ?? `exit code ${code}`}: ${text.slice(-2000)}` }),
    );
  });
}

/** The JSON of its lines that begin with a word. */
const told = <T>(text: string, word: string): T[] =>
  text
    .split('\n')
    .filter(line => line.startsWith(`${word} `))
    .map(line => JSON.parse(line.slice(word.length)) as T);

async function play(job: Job): Promise<Report> {
  const { text, ended } = await run('child.ts', [JSON.stringify(job)]);
  const [report] = told<Report>(text, 'REPORT');
  if (report === undefined) throw new Error(ended);
  return report;
}

function skipWithout(context: Mocha.Context, root: string, how: string): void {
  if (!isDriverPlatform) skipHere(context, 'the driver in C is for x86-64 Linux');
  const missing = driverMissing(root);
  if (missing !== undefined) skipOrFail(context, `${missing}: ${how}`);
}

/**
 * @param root where headers and registry are installed
 * @param how how to install them
 * @param rounds calls of each command that C must have seen
 * @param unlike commands whose structs have changed since
 */
export function driverRing(root: string, how: string, rounds: number, unlike: readonly string[]): void {
  describe(`the driver in C of ${root}`, function () {
    this.timeout(600_000);
    let library: string;

    before(function () {
      skipWithout(this, root, how);
      library = buildDriver(root);
    });

    it(`sees what was meant, and gives what it wrote, compiled and interpreted (seed ${SEED})`, async () => {
      const jobs = [true, false].map(compile => ({ library, root, compile, seed: SEED, rounds }));
      const reports = await Promise.all(jobs.map(play));
      const [{ version, commands, structs, changed }] = reports;
      figure(
        `headers ${version}: ${commands} commands, of ${registry.tables.commands.names().length} in the registry; ` +
          `${structs} structs as the registry has them, ${changed.length} changed since or gone`,
      );
      for (const [i, report] of reports.entries()) {
        figure(
          `${jobs[i].compile ? 'compiled' : 'interpreted'}: ${report.reached} commands and ${report.promised} promise forms reached, ` +
            `${report.calls} calls, ` +
            `${report.read} structs read by C, ${report.written} written, ${report.differences.length} differences`,
        );
        expect(report.differences).to.deep.equal([]);
        expect(Object.keys(report.missed)).to.deep.equal(unlike);
        expect(report.reached).to.equal(report.commands - unlike.length);
        // Two are base structs of all others, and one is data in a buffer.
        expect(report.unread).to.deep.equal([
          'VkBaseOutStructure',
          'VkBaseInStructure',
          'VkPerformanceCounterResultKHR',
        ]);
      }
    });

    it('finds out a member that lies elsewhere', async () => {
      const spoilt = { only: 'vkCreateBuffer', spoilt: 'VkBufferCreateInfo' };
      const { differences } = await play({ library, root, compile: true, seed: SEED, rounds: 5, ...spoilt });
      expect(differences.join('\n')).to.match(/vkCreateBuffer: (VkBufferCreateInfo|pCreateInfo)\./);
    });
  });
}

/** Each kind of fault that other bindings were reported for. */
export function kindsRing(root: string, how: string): void {
  for (const code of ['compiled', 'interpreted'])
    describe(`kinds of faults, before the driver in C of ${root}, ${code}`, () => {
      let outcomes: Map<string, Outcome>;
      let ended: string;

      before(async function () {
        skipWithout(this, root, how);
        const played = await run('kinds-child.ts', [buildDriver(root), root, code]);
        outcomes = new Map(told<Outcome>(played.text, 'OUTCOME').map(outcome => [outcome.name, outcome]));
        ({ ended } = played);
      });

      for (const { name } of KINDS)
        it(name, () => {
          const outcome = outcomes.get(name);
          const wrong = outcome === undefined ? `the process ended: ${ended}` : outcome.wrong;
          if (wrong !== undefined) throw new Error(wrong);
          figure(`${outcome!.found}`);
        });
    });
}
