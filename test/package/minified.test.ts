// A program that bundles the sources and shortens every name in them: nothing depends on what a function or a class
// is called, and nothing that a minifier thinks useless is needed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { importing } from './consumer.ts';
import { root, run } from './npm.ts';

const HELP = `import { help } from '../../src/cli/repl/help.ts';
for (const name of ['vkGetMemoryWin32HandlePropertiesKHR', 'VkImportMemoryWin32HandleInfoKHR', 'vkGetQueryPoolResults'])
  console.log(help(name).join('\\n'));
`;

describe('a minified bundle', () => {
  let home: string;
  before(() => {
    // Inside this tree, where koffi is found.
    mkdirSync(join(root, '.cache'), { recursive: true });
    home = mkdtempSync(join(root, '.cache/minified-'));
    writeFileSync(join(home, 'program.mjs'), importing('../../src/index.ts', '../../src/embedded/index.ts'));
    writeFileSync(join(home, 'help.mjs'), HELP);
  });
  after(() => rmSync(home, { recursive: true }));

  const bundled = async (program: string, format: 'esm' | 'cjs', minify: boolean) => {
    const outfile = join(home, `${program}-${minify}.${format === 'esm' ? 'mjs' : 'cjs'}`);
    await build({
      entryPoints: [join(home, `${program}.mjs`)],
      outfile,
      format,
      minify,
      bundle: true,
      platform: 'node',
      external: ['koffi'],
    });
    return outfile;
  };

  for (const format of ['esm', 'cjs'] as const)
    it(`of ${format} answers as its source does, also where code may not be made from text`, async () => {
      const [plain, minified] = [
        await bundled('program', format, false),
        await bundled('program', format, true),
      ];
      const answer = run(process.execPath, [plain], home);
      expect(JSON.parse(answer)).to.have.property('memoryTypeBits').above(0);
      expect(run(process.execPath, [minified], home)).to.equal(answer);
      const strict = ['--disallow-code-generation-from-strings', minified];
      expect(run(process.execPath, strict, home)).to.equal(answer);
    });

  it('lists in help() the rules that are checked', async () => {
    const plain = run(process.execPath, [await bundled('help', 'esm', false)], home);
    expect(plain).to.include('VUID-vkGetMemoryWin32HandlePropertiesKHR-handleType-00666');
    expect(plain).to.include('VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660');
    expect(run(process.execPath, [await bundled('help', 'esm', true)], home)).to.equal(plain);
  });
});
