// `npm run X -- --help` of every script in TypeScript prints how it is called, and does nothing.
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { childPrograms } from '../../scripts/build/child.ts';
import { root } from '../../scripts/packages/root.ts';

const SCRIPT = /^tsx (scripts\/\S+\.ts)$/;

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const sources = Object.entries(scripts).flatMap(([name, command]) => {
  const source = SCRIPT.exec(command)?.[1];
  return source === undefined ? [] : [[name, join(root, source)] as const];
});

/** When the folders that scripts write were written last. */
const written = () =>
  ['dist', 'ffi', '.cache/docs', '.cache/bench'].map(
    name => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs,
  );

describe('scripts of package.json', () => {
  const programs = new Map<string, string>();

  before(async () => {
    const made = await childPrograms(sources.map(([, source]) => source));
    for (const [i, [name]] of sources.entries()) programs.set(name, made[i]);
  });

  it('are all looked at', () => {
    expect(sources.map(([name]) => name)).to.include.members(['build', 'docs', 'test:arm64', 'test:windows']);
    for (const [name, command] of Object.entries(scripts))
      if (command.includes('scripts/') && !name.startsWith('test:mesa'))
        expect(command, name).to.match(SCRIPT);
  });

  for (const [name] of sources)
    for (const option of ['--help', '-h'])
      it(`npm run ${name} -- ${option}`, async () => {
        const before = written();
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          [programs.get(name)!, option],
          {
            // Nothing that the work needs is found: no npm, no compiler, no Wine.
            env: { ...process.env, PATH: '' },
            timeout: 60_000,
          },
        );
        expect(stdout).to.match(new RegExp(`^[A-Z][^]*?\\.\\n\\nusage: npm run ${name}\\b`));
        expect(stderr).to.equal('');
        expect(written()).to.deep.equal(before);
      });
});
