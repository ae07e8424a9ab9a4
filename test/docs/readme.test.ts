// README's blocks run, each after those above it, and so do those of the embedded driver's; README is short.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { REPO } from '../generator/tree.ts';
import { environment } from '../package/npm.ts';
import { tsx } from '../package/user.ts';
import { skipOrFail } from '../skip.ts';
import { fenced, program } from './blocks.ts';
import { ENTRIES } from './compile.ts';
import { PRINTED } from './printed.ts';

const text = readFileSync(join(REPO, 'README.md'), 'utf8');

describe('README', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-readme-'));
    const paths = Object.entries(ENTRIES).map(([name, file]) => [name, [join(REPO, file)]]);
    const config = { compilerOptions: { paths: Object.fromEntries(paths) } };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [document, printed] of Object.entries(PRINTED))
    it(`${document}: its blocks run, one after the other`, function () {
      const file = join(folder, 'program.ts');
      writeFileSync(file, program(document).code);
      const args = [tsx, '--tsconfig', join(folder, 'tsconfig.json'), file];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        env: environment(),
        encoding: 'utf8',
      });
      const [, lacking] = /(no Vulkan library could be opened|ERROR_INCOMPATIBLE_DRIVER)/.exec(stderr) ?? [];
      if (lacking !== undefined) return skipOrFail(this, lacking);
      expect(status, stdout + stderr).to.equal(0);
      expect(stdout).to.match(printed);
      expect(stderr).to.equal('');
    });

  it('begins with what to install, and a program of about ten lines', () => {
    const [install, list] = fenced('README.md');
    expect(install.code).to.match(/^npm install koffi-vulkan\nnpx koffi-vulkan info/);
    expect(list.language).to.equal('ts');
    expect(list.code.split('\n')).to.have.length.at.most(12);
  });

  it('tells what a checkout can do', () => {
    const checkout = fenced('README.md').at(-1)!;
    expect(checkout.code.split('\n').map(line => line.replace(/ +#.*/, ''))).to.deep.equal([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });

  it('is at most 10 KB', () => {
    expect(Buffer.byteLength(text)).to.be.at.most(10_000);
  });
});
