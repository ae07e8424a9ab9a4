// Runs this repository's tests, or any script of it, in an arm64 Node on a Debian machine with another processor, by qemu.
import { spawnSync } from 'node:child_process';
import { prepare } from './arm64/machine.ts';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';

const HELP = `Runs the tests, or a script, in an arm64 Node on an arm64 Debian, by qemu.

usage: npm run test:arm64 [-- TEST… | -- FILE… | -- NODE'S OPTIONS]

without arguments: the tests of what may differ on arm64, which takes half an hour
with test files or folders (and mocha's options after them): only these tests
with another file, or an option of node: node with these arguments

The first run fetches 160 MB into .cache/arm64. Needed: apt-get install qemu-user-static debootstrap`;

/** Tests of what may differ on arm64: memory layouts, calls, callbacks, the garbage collector, a driver. */
const TESTS = [
  ...['embedded', 'layout', 'lifetime', 'live'].map(ring => `test/${ring}`),
  ...['examples', 'info', 'info-vulkaninfo', 'query'].map(name => `test/cli/${name}.test.ts`),
];
/** Milliseconds that a test may take: an emulated processor is about ten times slower. */
const TIMEOUT = '600000';

const mocha = (args: readonly string[]): string[] => [
  ...['node_modules/mocha/bin/mocha.js', '--timeout', TIMEOUT, ...args],
  ...(args.length > 0 ? [] : [...TESTS, '--ignore', 'test/**/*.slow.test.ts']),
];

function main(args: readonly string[]): number {
  const { node, env } = prepare();
  const isMocha = args.length === 0 || args[0].startsWith('test/');
  const { status } = spawnSync(node, isMocha ? mocha(args) : args, { cwd: root, env, stdio: 'inherit' });
  return status ?? 1;
}

await runScript({ name: 'test:arm64', help: HELP, passesOn: true, main });
