// Every command of Debian's Vulkan headers through a driver in C that is made from them: what C saw is what was meant, and
// what came back is what C wrote.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { registry } from '../../src/registry/registry.ts';
import { skipOrFail } from '../skip.ts';
import { buildDriver, driverMissing } from './build.ts';
import type { Job, Report } from './child.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const SEED = 20_261_126;
const ROUNDS = 40;

/** Differences that are known, and what ends them. */
const KNOWN: readonly [pattern: RegExp, why: string][] = [
  [
    /\(which answered -\d+\): .*\(written\)/,
    'what is written through pointers inside inputs is lost on errors',
  ],
  [/^vkGetDeviceFaultInfoEXT: pFaultInfo \(out\)\.p/, 'arrays of vkGetDeviceFaultInfoEXT are not asked for'],
  [/stageCount: C saw/, 'stages are counted from a chained struct though there are none'],
  [/sysmemColorSpaceIndex\.sType/, 'a struct inside an output has no sType'],
];

function play(job: Job): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => {
        text += part;
      });
    child.on('close', (code, signal) => {
      const line = text.split('\n').find(l => l.startsWith('REPORT '));
      if (line === undefined) reject(new Error(`${signal ?? `exit code ${code}`}: ${text.slice(0, 2000)}`));
      else resolve(JSON.parse(line.slice(7)) as Report);
    });
  });
}

describe('the driver in C', function () {
  this.timeout(300_000);
  let library: string;

  before(function () {
    const missing = driverMissing();
    if (missing !== undefined) skipOrFail(this, missing);
    library = buildDriver();
  });

  it(`sees what was meant, and gives what it wrote, compiled and interpreted (seed ${SEED})`, async () => {
    const jobs = [true, false].map(compile => ({ library, compile, seed: SEED, rounds: ROUNDS }));
    const reports = await Promise.all(jobs.map(play));
    for (const [i, report] of reports.entries()) {
      const known = KNOWN.map(([pattern, why]) => ({
        why,
        found: report.differences.filter(text => pattern.test(text)),
      }));
      const others = report.differences.filter(text => !KNOWN.some(([pattern]) => pattern.test(text)));
      if (i === 0) {
        console.log(
          `      headers ${report.version}: ${report.commands} commands, of ${registry.tables.commands.names().length} in the registry; ` +
            `${report.structs} structs as the registry has them, ${report.changed.length} changed since or gone`,
        );
      }
      console.log(
        `      ${jobs[i].compile ? 'compiled' : 'interpreted'}: ${report.reached} commands reached, ${report.calls} calls, ` +
          `${report.read} structs read by C, ${report.written} written, ${others.length} differences`,
      );
      for (const { why, found } of known)
        if (found.length > 0) console.log(`      known: ${why} (${found.length}): ${found[0]}`);
      expect(others).to.deep.equal([]);
      // One's struct has lost members since.
      expect(Object.keys(report.missed)).to.deep.equal(['vkCmdEncodeVideoKHR']);
      expect(report.reached).to.equal(report.commands - 1);
      // Two stand for all others, and one is what a buffer holds.
      expect(report.unread).to.deep.equal([
        'VkBaseOutStructure',
        'VkBaseInStructure',
        'VkPerformanceCounterResultKHR',
      ]);
    }
  });

  it('finds out a member that lies elsewhere', async () => {
    const only = 'vkCreateBuffer';
    const { differences } = await play({
      library,
      compile: true,
      seed: SEED,
      rounds: 5,
      only,
      spoilt: 'VkBufferCreateInfo',
    });
    expect(differences.join('\n')).to.match(/vkCreateBuffer: (VkBufferCreateInfo|pCreateInfo)\./);
  });
});
