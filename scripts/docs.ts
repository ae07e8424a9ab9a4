// Writes the API reference as HTML into .cache/docs, by TypeDoc; exit code 1 if a hand-written export has no comment.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { parseOptions } from '../src/cli/options.ts';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';

const HELP = `Writes the API reference as HTML into .cache/docs.

usage: npm run docs

The first run installs TypeDoc into .cache/docs-tools. Exit code 1 if an export that is written by hand has no comment,
or a link in a comment leads nowhere.`;

const tools = join(root, '.cache/docs-tools');
const out = join(root, '.cache/docs');

/**
 * TypeDoc needs a TypeScript with a JavaScript API, which the project's own has not; npm refuses both as dependencies of
 * one package (typedoc's peer range ends at 6.0), so they have a folder of their own.
 */
const PACKAGES = { typedoc: '0.28.20', typescript: '6.0.3' };

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const installed = (name: string): string | undefined => {
  const manifest = join(tools, 'node_modules', name, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
};

/** Installs the packages that are missing, or there in another version. */
function prepare(): void {
  const missing = Object.entries(PACKAGES).filter(([name, version]) => installed(name) !== version);
  if (missing.length === 0) return;
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  const packages = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  console.log(`installing ${packages.join(' and ')} into .cache/docs-tools`);
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['install', ...quiet, ...packages], {
    cwd: tools,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm cannot install them: ${error?.message ?? `exit code ${status}`}`);
}

const COMMON = {
  name: 'koffi-vulkan',
  entryPoints: Object.keys(exports)
    .filter(subpath => subpath !== './package.json')
    .map(subpath => join(root, 'src', subpath, 'index.ts')),
  tsconfig: join(root, 'tsconfig.json'),
  plugin: [join(root, 'scripts/docs/functions.mjs')],
  readme: join(root, 'README.md'),
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  // There may be no remote to link to.
  disableSources: true,
  // `npm run typecheck` does that, with the project's own compiler.
  skipErrorChecking: true,
  logLevel: 'Warn',
};

/** The first run checks that every export that is written by hand has a comment. */
const CHECK = {
  ...COMMON,
  externalPattern: ['**/ffi/**'],
  emit: 'none',
  validation: { notDocumented: true, notExported: false, invalidLink: true },
};

/** The second run writes the pages, with commands as members of classes; Vulkan's types have reference pages of their own. */
const WRITE = {
  ...COMMON,
  externalPattern: ['**/ffi/{rows/*,types/structs,types/objects}.ts'],
  out,
  validation: false,
};

/** Members of a type without a name are explained where the type is used. */
const UNNAMED = /\.__type\.\S+ \(\w+\), defined in .* does not have any documentation/;

/** Runs TypeDoc; its warnings are a line each. */
function typedoc(name: string, options: object): { status: number | null; warnings: string[] } {
  const file = join(tools, `${name}.json`);
  writeFileSync(file, JSON.stringify(options, undefined, 2));
  const program = join(tools, 'node_modules/typedoc/bin/typedoc');
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '' };
  const args = [program, '--options', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  const lines = stripVTControlCharacters(stdout + stderr).split('\n');
  const warnings = lines.filter(
    line => line !== '' && !UNNAMED.test(line) && !/Found \d+ errors and \d+ warn/.test(line),
  );
  return { status, warnings };
}

function main(args: readonly string[], me: string): number {
  parseOptions('docs', args, {}, me);
  prepare();
  for (const [name, options] of Object.entries({ check: CHECK, write: WRITE })) {
    const { status, warnings } = typedoc(name, options);
    for (const warning of warnings) console.error(warning);
    if (status !== 0 || warnings.length > 0) return 1;
  }
  console.log('.cache/docs/index.html: every hand-written export has a comment');
  return 0;
}

await runScript({ name: 'docs', help: HELP, main });
