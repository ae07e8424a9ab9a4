// .mocharc.cjs tells the tests that are named from other arguments of mocha.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';

const CONFIG = join(import.meta.dirname, '..', '.mocharc.cjs');

/** Whether these arguments of mocha name tests: then they run alone, slow ones too. */
function isNamed(...args: string[]): boolean {
  const require = createRequire(import.meta.url);
  const { argv } = process;
  delete require.cache[CONFIG];
  try {
    process.argv = [argv[0], 'mocha', ...args];
    return !(require(CONFIG) as { parallel: boolean }).parallel;
  } finally {
    process.argv = argv;
    delete require.cache[CONFIG];
  }
}

describe('.mocharc.cjs', () => {
  it('runs the tests that are named, and all but the slow ones where none is', () => {
    for (const args of [
      ['test'],
      ['test/live'],
      ['./test/live/work.test.ts'],
      ['--bail', 'test/fuzz'],
      ['test\\win32'],
    ])
      expect(isNamed(...args), args.join(' ')).to.equal(true);
    for (const args of [
      [],
      ['--grep', 'test'],
      ['-g', 'test'],
      ['--grep=test/live'],
      ['--fgrep', 'test/live'],
      ['--require', './test/compile-at-once.ts'],
      ['--reporter', 'dot', '--bail'],
    ])
      expect(isNamed(...args), args.join(' ')).to.equal(false);
    expect(isNamed('--grep', 'test', 'test/live')).to.equal(true);
  });
});
