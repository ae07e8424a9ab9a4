// Every subject of the benchmark runs, and checks the results of what it times. Times are not judged: no test machine is quiet.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { checks } from '../../scripts/bench/checks.ts';
import type { Row } from '../../scripts/bench/row.ts';
import { subjects } from '../../scripts/bench/subjects.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Report {
  readonly machine: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly results: readonly {
    readonly subject: string;
    readonly rows: readonly Row[];
    readonly failed?: string;
  }[];
}

function bench(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  return spawnSync(process.execPath, [tsx, join(root, 'scripts', 'bench.ts'), ...args], options);
}

describe('bench: the suite', function () {
  this.timeout(600_000);
  let report: Report;

  before(() => {
    const { status, stdout, stderr } = bench(['--json', '--rounds', '1']);
    expect(status, stderr).to.equal(0);
    report = JSON.parse(stdout);
  });

  it('says on what it ran', () => {
    expect(report.rounds).to.equal(1);
    for (const fact of ['machine', 'load', 'node', 'koffi', 'koffi-vulkan', 'nvk', 'cc'])
      expect(report.machine[fact], fact).to.be.a('string').and.not.equal('');
  });

  for (const { name } of subjects)
    it(`${name}: every contestant was measured and checked, or says why not`, () => {
      const { rows, failed } = report.results.find(r => r.subject === name)!;
      expect(failed, failed).to.equal(undefined);
      expect(rows).to.have.length.above(0);
      for (const row of rows) {
        const measured = row.figures.filter(f => f.missing === undefined);
        for (const { name, min, median, missing } of row.figures)
          if (missing === undefined)
            expect(Number.isFinite(min) && Number.isFinite(median), name).to.equal(true);
          else console.log(`      no figure for ${name}: ${missing}`);
        if (measured.length > 0) expect(row.checks, row.title).to.be.above(0);
        for (const { target, text, reached, missing } of row.verdicts) {
          if (reached !== undefined) continue;
          // A target that names no contestant of its row would never be judged.
          const why = row.figures.filter(f => f.group === target.of || f.group === target.against);
          const missed = expect(
            why.map(f => f.missing),
            `${row.title}: ${text}`,
          );
          missed.to.include(missing).but.not.include('not measured');
        }
      }
      const verdicts = rows.flatMap(row => row.verdicts);
      const { cc, nvk } = report.machine;
      const judged = verdicts.filter(v => v.reached !== undefined);
      if (verdicts.length > 0 && cc !== 'none' && nvk !== 'none') expect(judged).to.have.length.above(0);
    });

  it('checks: each stands in the code of some call', () => {
    const { rows } = report.results.find(r => r.subject === 'checks')!;
    // Nothing is measured where no C compiler is.
    const measured = rows.filter(row => row.table !== undefined);
    for (const { name } of measured.length > 0 ? checks : []) {
      const found = measured.some(row => row.figures.some(f => f.name === name && f.missing === undefined));
      expect(found, `"${name}": scripts/bench/checks.ts knows another text`).to.equal(true);
    }
  });

  it('refuses a subject that it does not know', () => {
    const { status, stderr } = bench(['--only', 'nothing']);
    expect(status).to.equal(2);
    expect(stderr).to.include('no subject is named "nothing"');
  });
});
