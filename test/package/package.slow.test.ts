// The tarball that `npm pack` makes of this tree, alone and in a user's folder: that it holds what it should and no
// more, and that a process has one set of its classes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import * as sources from '../../src/index.ts';
import { skipOrFail } from '../skip.ts';
import { bothWays } from './consumer.ts';
import { type Packed, root, run, tool } from './npm.ts';
import { manifest, packed, reaching, suite, tsx, user } from './user.ts';
import { ARE_THE_TYPES_WRONG, PUBLINT } from './versions.ts';

/** What a user can import: `koffi-vulkan`, `koffi-vulkan/embedded`… */
const entries = Object.keys(manifest.exports)
  .filter(subpath => subpath !== './package.json')
  .map(subpath => subpath.replace('.', manifest.name));

/** Every file that the exports name, conditions nested in each other. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value.slice('./'.length)] : Object.values(value as object).flatMap(targets);

/** A program that says why koffi cannot be reset in a function that C has called. */
const RESET_INSIDE = `import { createRequire } from 'node:module';
import koffi from 'koffi';
import { loadVulkan } from 'koffi-vulkan';
import { createEmbeddedDriver } from 'koffi-vulkan/embedded';
const driver = createEmbeddedDriver();
for (const one of [koffi, createRequire(import.meta.url)('koffi')]) {
  driver.override('vkEnumerateInstanceVersion', real => {
    try {
      one.reset();
    } catch (error) {
      console.log(error.message);
    }
    return real();
  });
  loadVulkan({ getInstanceProcAddr: driver.getInstanceProcAddr }).enumerateInstanceVersion();
}
process.exit();
`;

suite('the packed package (not on Windows: npm is needed)', () => {
  let files: Packed['files'];
  const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
  const sum = (pattern: RegExp) =>
    files.filter(file => pattern.test(file.path)).reduce((total, file) => total + file.size, 0);

  before('build and pack', () => {
    files = packed().files;
  });

  it('holds the built files, the documents that README links, and nothing else', () => {
    const allowed =
      /^(package\.json|LICENSE|NOTICE|([\w-]+\/)*[A-Z]+\.md|dist\/(examples\/[\w./-]+|core\.cjs|(data|rest)\.json|(esm\/)?[\w-]+\.js|cli\/[\w-]+\.js|[\w-]+\.cjs|[\w-]+\.d\.c?ts|types\/(src|ffi)\/[\w/-]+\.d\.cts))$/;
    const paths = files.map(file => file.path);
    expect(paths.filter(path => !allowed.test(path))).to.deep.equal([]);
    expect(paths).to.include.members(['README.md', 'LICENSE', 'CHANGELOG.md', ...targets(manifest.exports)]);
    expect(paths).to.include.members([...Object.values(manifest.bin), manifest.main].map(plain));
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const linked = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
      path.replace(/^scripts\/examples\//, 'dist/examples/'),
    );
    expect(linked).to.have.length.above(8);
    expect(paths).to.include.members(linked);
    const { size, unpackedSize } = packed();
    console.log(`      ${paths.length} files, ${kib(size)} packed, ${kib(unpackedSize)} unpacked`);
    expect(size).to.be.below(1280 * 1024);
  });

  it('runs nothing of ours when it is installed, and needs koffi alone', () => {
    const { scripts, dependencies, optionalDependencies, peerDependencies } = manifest;
    const atInstall = /^((pre|post)?(install|prepare)|preprepare|dependencies|uninstall)$/;
    expect(Object.keys(scripts).filter(name => atInstall.test(name))).to.deep.equal([]);
    expect(files.map(file => file.path)).to.not.include('binding.gyp');
    expect(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })).to.deep.equal([
      'koffi',
    ]);
  });

  it('ships the rows once: the command line shares them', () => {
    const [library, commandLine] = [sum(/^dist\/(core\.cjs|data\.json)$/), sum(/^dist\/cli(\.js|\/)/)];
    console.log(`      library ${kib(library)}, command line ${kib(commandLine)}`);
    expect(commandLine)
      .to.be.above(0)
      .and.below(library / 5);
  });

  it('declares its types without koffi, whose own do not compile for every user', () => {
    const declarations = files.filter(file => /\.d\.c?ts$/.test(file.path));
    const naming = declarations.filter(({ path }) =>
      /(?:from|import\()\s*['"]koffi['"]/.test(readFileSync(join(root, path), 'utf8')),
    );
    expect(naming).to.deep.equal([]);
    expect(declarations).to.not.be.empty;
  });

  it('gives old module resolution, which knows no exports, a declaration for each entry', () => {
    const declared = Object.entries(manifest.typesVersions['*'] as Record<string, string[]>);
    expect(declared.map(([name]) => `./${name}`)).to.deep.equal(
      Object.keys(manifest.exports).filter(subpath => !['.', './package.json'].includes(subpath)),
    );
    for (const [name, [path]] of declared)
      expect(path).to.equal(manifest.exports[`./${name}`].require.types, name);
  });

  it(`leaves publint ${PUBLINT} nothing to say`, function () {
    const publint = reaching(this, () => tool('publint', PUBLINT));
    const said = run(process.execPath, [join(publint, 'src/cli.js'), packed().tarball, '--strict'], root);
    expect(said).to.match(/All good!\s*$/);
  });

  it(`leaves @arethetypeswrong/cli ${ARE_THE_TYPES_WRONG} nothing to say, node10 resolution included`, function () {
    const attw = reaching(this, () => tool('@arethetypeswrong/cli', ARE_THE_TYPES_WRONG));
    const said = run(process.execPath, [join(attw, 'dist/index.js'), packed().tarball], root);
    expect(said).to.contain('No problems found');
    expect(said).to.not.match(/💀|❌|⚠|🚭|🎭|❗/u);
  });

  describe('installed', () => {
    before('install', function () {
      reaching(this, user);
    });

    it('compiles nothing: koffi brings its binary', () => {
      expect(existsSync(join(user(), 'node_modules/koffi/package.json'))).to.equal(true);
      expect(existsSync(join(user(), 'node_modules/koffi/build'))).to.equal(false);
    });

    it('gives `require` and `import` in one process the same classes, and no driver that was not asked for', () => {
      writeFileSync(join(user(), 'both.cjs'), bothWays(entries));
      const { entries: same, instances, loaded } = JSON.parse(run(process.execPath, ['both.cjs'], user()));
      expect(same).to.deep.equal(Object.fromEntries(entries.map(entry => [entry, true])));
      expect(instances).to.equal(true);
      expect(loaded).to.include.members(['index.cjs', 'core.cjs', 'data.json']);
      expect(loaded).to.not.include('embedded.cjs');
    });

    it('watches the koffi.reset() of both kinds of modules', () => {
      writeFileSync(join(user(), 'reset.mjs'), RESET_INSIDE);
      const refusal =
        'koffi.reset(): a function that C called has not returned, which would end the process\n';
      expect(run(process.execPath, ['reset.mjs'], user())).to.equal(refusal.repeat(2));
    });

    it('reads the code and the rows that no start needs when they are asked for', function () {
      writeFileSync(
        join(user(), 'start.cjs'),
        `const { explainC, loadVulkan } = require('koffi-vulkan');
        const read = () => ['later.cjs', 'rest.json'].filter(name => Object.keys(require.cache).some(path => path.endsWith(name)));
        const atStart = read();
        let gpu;
        try {
          const instance = loadVulkan().createInstance({ pApplicationInfo: { apiVersion: 0x401000 } });
          [gpu] = instance.enumeratePhysicalDevices();
        } catch {}
        let withFence, withHotMethod;
        if (gpu !== undefined) {
          const device = gpu.createDevice({ pQueueCreateInfos: [{ queueFamilyIndex: 0, pQueuePriorities: [1] }] });
          const fence = device.createFence({});
          withFence = read();
          for (let i = 0; i < 40; i++) device.getFenceStatus(fence);
          withHotMethod = read();
        }
        const name = explainC('VkFormat', 37);
        console.log(JSON.stringify({ atStart, withFence, withHotMethod, name, withRow: read() }));`,
      );
      const told = JSON.parse(run(process.execPath, ['start.cjs'], user()));
      expect(told).to.deep.include({ atStart: [], name: 'VK_FORMAT_R8G8B8A8_UNORM' });
      expect(told.withRow).to.include('rest.json');
      if (told.withFence === undefined) skipOrFail(this, 'Vulkan knows no physical device');
      expect(told).to.deep.include({ withFence: [], withHotMethod: ['later.cjs'] });
    });

    it('has examples that run', () => {
      const example = 'node_modules/koffi-vulkan/dist/examples/import-d3d11-texture.ts';
      expect(run(process.execPath, [tsx, example], user())).to.match(/imported as memory type \d/);
      expect(existsSync(join(user(), 'texture.png'))).to.equal(true);
    });

    it('exports by name what src/index.ts exports, with the same values', async () => {
      const index = join(user(), 'node_modules/koffi-vulkan/dist/index.js');
      const installed = await import(pathToFileURL(index).href);
      const data = (exports: object) =>
        Object.fromEntries(Object.entries(exports).filter(([, value]) => typeof value !== 'function'));
      expect(Object.keys(installed).sort()).to.deep.equal(Object.keys(sources).sort());
      expect(data(installed)).to.deep.equal(data(sources));
      expect(installed.VkAccessFlagBits2KHR).to.equal(installed.VkAccessFlagBits2);
    });
  });
});

/** As `npm pack` lists it. */
const plain = (path: unknown): string => String(path).replace(/^\.\//, '');
