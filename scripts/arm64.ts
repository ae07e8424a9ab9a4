// Runs this tree's tests, or any script of it, in an arm64 Node on a Debian machine of another kind, by qemu.
import { spawnSync } from 'node:child_process';
import { prepare } from './arm64/machine.ts';
import { root } from './packages/root.ts';

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

try {
  const { node, env } = prepare();
  const args = process.argv.slice(2);
  // Tests, with mocha's options after them, or nothing: mocha. Another file, or an option of node: that.
  const isMocha = args.length === 0 || args[0].startsWith('test/');
  const { status } = spawnSync(node, isMocha ? mocha(args) : args, { cwd: root, env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  process.stderr.write(`arm64: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
