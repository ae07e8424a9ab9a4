// Runs the tests of lifetimes in processes with a tiny heap, and in processes that collect and move objects all the time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { environment, root } from '../package/npm.ts';

const MOCHA = ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '300000'];
const TINY = ['--max-semi-space-size=1', '--max-old-space-size=40'];
const STRESS = ['--max-semi-space-size=1', '--stress-compaction', '--stress-scavenge=40'];

function run(flags: readonly string[], args: readonly string[]): { passing: number; collections: number } {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, '--trace-gc', ...MOCHA, ...args],
    { cwd: root, env: { ...environment(), KOFFI_VULKAN_ROUNDS: '40' }, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const lines = stdout.split('\n');
  const isCollection = (line: string) => /^\[\d+:0x/.test(line);
  const said = lines.filter(line => !isCollection(line)).join('\n');
  expect({ status, signal }, `${said}${stderr}`).to.deep.equal({ status: 0, signal: null });
  const [, passing] = /(\d+) passing/.exec(said)!;
  return { passing: Number(passing), collections: lines.filter(isCollection).length };
}

describe('lifetimes in a tiny heap', function () {
  this.timeout(600_000);
  const file = (name: string) => join('test/lifetime', `${name}.test.ts`);

  it('hold where there is hardly room', () => {
    const { passing, collections } = run(TINY, ['gc', 'async', 'ends'].map(file));
    console.log(`      ${passing} tests, ${collections} collections`);
    expect(passing).to.be.greaterThan(15);
    expect(collections).to.be.greaterThan(100);
  });

  it('hold where each collection moves all that it can, and collections come at random', () => {
    const { passing, collections } = run(
      STRESS,
      ['gc', 'async'].map(file).concat('--grep', 'nested|hold their'),
    );
    console.log(`      ${passing} tests, ${collections} collections`);
    expect(passing).to.be.greaterThan(1);
    expect(collections).to.be.greaterThan(100);
  });
});
