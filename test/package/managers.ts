// Rows of the matrix for other package managers and test runners: pnpm, Yarn without node_modules, jest, vitest.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importing, requiring } from './consumer.ts';
import { root, run, tool } from './npm.ts';
import type { Refusal, Row } from './row.ts';
import { beside, copyOf, packed } from './user.ts';
import { JEST, PNPM, VITEST, YARN } from './versions.ts';

/** A folder of its own with these files. */
function folder(name: string, files: Readonly<Record<string, string>>): string {
  const home = beside(name);
  for (const [path, text] of Object.entries({ 'package.json': '{ "private": true }\n', ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return home;
}

const PROGRAMS = { 'program.mjs': importing(), 'program.cjs': requiring };
const PROGRAM_FILES = Object.keys(PROGRAMS);

/** What README says to write. */
const PNPM_WORKSPACE = 'allowBuilds:\n  koffi: false\n';

function pnpm(name: string, files: Readonly<Record<string, string>>): string {
  const home = folder(name, { ...PROGRAMS, ...files });
  const pnpm = join(tool('pnpm', PNPM), 'bin/pnpm.mjs');
  const store = ['--store-dir', join(root, '.cache/package/pnpm-store')];
  run(process.execPath, [pnpm, 'add', ...store, packed().tarball], home, { CI: 'true' });
  return home;
}

function yarn(): string[] {
  const home = folder('yarn', {
    ...PROGRAMS,
    'package.json': '{ "private": true, "name": "program" }\n',
    'yarn.lock': '',
    '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\n',
  });
  const registry = run('npm', ['config', 'get', 'registry'], root).trim();
  const yarn = (...args: string[]) =>
    run(process.execPath, [join(tool('@yarnpkg/cli-dist', YARN), 'bin/yarn.js'), ...args], home, {
      YARN_NPM_REGISTRY_SERVER: registry,
    }).trim();
  yarn('add', `koffi-vulkan@file:${packed().tarball}`);
  return PROGRAM_FILES.map(file => yarn('node', file));
}

/** A test whose program prints into a file: a runner keeps what is logged to itself. */
const testing = (load: string) =>
  `test('answers', async () => {
  console.log = text => require('node:fs').writeFileSync('answer.json', text);
  ${load}
});
`;

const importedTest = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
${testing(`await import('./program.mjs');`)}`;

function jest(): string[] {
  const home = folder('jest', {
    ...PROGRAMS,
    'required.test.cjs': testing(`require('./program.cjs');`),
    'imported.test.mjs': importedTest,
    'jest.config.json': JSON.stringify({
      testRegex: 'test\\.[cm]js$',
      moduleFileExtensions: ['js', 'cjs', 'mjs'],
    }),
  });
  copyOf(home, 'koffi-vulkan', 'koffi', '@koromix');
  const bin = join(tool('jest', JEST), 'bin/jest.js');
  return ['required.test.cjs', 'imported.test.mjs'].map(file =>
    tested(home, ['--no-warnings', '--experimental-vm-modules', bin, file]),
  );
}

function vitest(): string[] {
  const bin = join(tool('vitest', VITEST), 'vitest.mjs');
  return [[], ['koffi-vulkan']].map(inline => {
    const config = { test: { globals: true, server: { deps: { inline } } } };
    const home = folder(`vitest-${inline.length}`, {
      ...PROGRAMS,
      'imported.test.mjs': importedTest,
      'vitest.config.mjs': `export default ${JSON.stringify(config)};\n`,
    });
    copyOf(home, 'koffi-vulkan', 'koffi', '@koromix');
    return tested(home, [bin, 'run']);
  });
}

/** What the program printed in a test that passed. */
function tested(home: string, args: readonly string[]): string {
  rmSync(join(home, 'answer.json'), { force: true });
  run(process.execPath, args, home);
  return readFileSync(join(home, 'answer.json'), 'utf8');
}

export const managers: readonly Row[] = [
  {
    who: `pnpm ${PNPM}`,
    how: `with allowBuilds in pnpm-workspace.yaml`,
    print() {
      const home = pnpm('pnpm', { 'pnpm-workspace.yaml': PNPM_WORKSPACE });
      return PROGRAM_FILES.map(file => run(process.execPath, [file], home).trim());
    },
  },
  { who: `Yarn ${YARN}`, how: "Plug'n'Play", print: yarn },
  { who: `jest ${JEST}`, how: 'CommonJS; ES modules', print: jest },
  { who: `vitest ${VITEST}`, how: 'as it is, and with the package inlined', print: vitest },
];

export const refusedManagers: readonly Refusal[] = [
  {
    who: `pnpm ${PNPM}`,
    how: 'pnpm add koffi-vulkan',
    why: "pnpm itself, until it is told whether koffi's install script may run: allowBuilds",
    says: /ERR_PNPM_IGNORED_BUILDS/,
    print: () => [pnpm('pnpm-untold', {})],
  },
];
