// `npm run X -- --help` of every script in TypeScript prints how it is called, and does nothing.
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { childPrograms } from '../../scripts/build/child.ts';
import { root } from '../../scripts/packages/root.ts';

const SCRIPT = /^tsx (scripts\/\S+\.ts)( .+)?$/;

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const sources = Object.entries(scripts).flatMap(([name, command]) => {
  const match = SCRIPT.exec(command);
  if (match === null) return [];
  const [, source, args = ''] = match;
  return [{ name, source: join(root, source), args: args.split(' ').filter(arg => arg !== '') }];
});

/** When the folders that scripts write were written last. */
const written = () =>
  ['dist', 'ffi', '.cache/docs', '.cache/bench'].map(
    name => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs,
  );

describe('scripts of package.json', () => {
  const programs = new Map<string, string>();

  before(async () => {
    const unique = [...new Set(sources.map(({ source }) => source))];
    const made = await childPrograms(unique);
    for (const [i, source] of unique.entries()) programs.set(source, made[i]);
  });

  it('are all looked at', () => {
    expect(sources.map(({ name }) => name)).to.include.members([
      'build',
      'docs',
      'test:mesa',
      'test:windows',
    ]);
    for (const [name, command] of Object.entries(scripts))
      if (command.includes('scripts/')) expect(command, name).to.match(SCRIPT);
  });

  for (const { name, source, args } of sources)
    for (const option of ['--help', '-h'])
      it(`npm run ${name} -- ${option}`, async () => {
        const before = written();
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          [programs.get(source)!, ...args, option],
          {
            // Nothing that the work needs is found: no npm, no compiler, no Wine.
            env: { ...process.env, PATH: '' },
            timeout: 60_000,
          },
        );
        expect(stdout).to.match(
          new RegExp(`^[A-Z][^]*?\\.\\n\\nusage: (npm run .*\\n *)?npm run ${name}\\b`),
        );
        expect(stderr).to.equal('');
        expect(written()).to.deep.equal(before);
      });
});
