// Compiles and installs what contestants need into .cache/bench, or says why that cannot be done.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../packages/root.ts';
import { fieldsHeader } from './fields.ts';

export const benchHome = join(root, '.cache', 'bench');

/** The path of a tool, or why it is missing. */
export type Tool =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly missing: string; readonly path?: undefined };

/** Passed to the measuring process as JSON. */
export interface Tools {
  /** The driver of trivial functions, a shared library. */
  readonly trivialDriver: Tool;
  /** The native addon. */
  readonly addon: Tool;
  /** The addon that makes the names of members once. */
  readonly addonCached: Tool;
  readonly nvk: Tool;
  /** Dawn, WebGPU in Node; for subjects that ask for it. */
  readonly dawn: Tool;
  /** TypeScript 5.9's folder. */
  readonly typescript5: Tool;
  readonly tsNode: Tool;
  /** A Node that strips types by itself. */
  readonly nodeStripping: Tool;
  /** A folder whose programs can import the built package; made for subjects that ask for it. */
  readonly consumer?: Tool;
}

const NATIVE = join(root, 'scripts', 'bench', 'native');

/** Compiles and installs what is missing; `progress` is called before what takes long. */
export function prepareTools(progress: (text: string) => void, usesDawn: boolean): Tools {
  mkdirSync(benchHome, { recursive: true });
  const headers = join(dirname(dirname(process.execPath)), 'include', 'node');
  const node = existsSync(join(headers, 'node_api.h'));
  const addon = (flags: readonly string[]): Tool =>
    node
      ? compile(['addon.c', 'value.c', 'record.c', 'answer.c'], [...flags, `-I${headers}`], 'node')
      : { missing: `no Node headers in ${headers}` };
  return {
    trivialDriver: compile(['trivial-driver.c', 'race.c'], [], 'so'),
    addon: addon([]),
    addonCached: addon(['-DCACHED_KEYS']),
    nvk: install('nvk', '0.8.0', progress),
    dawn: usesDawn ? install('webgpu', '0.6.0', progress) : { missing: 'not asked for' },
    typescript5: install('typescript', '5.9.3', progress),
    tsNode: install('ts-node', '10.9.2', progress),
    nodeStripping: nodeStripping(progress),
  };
}

/** The file's name contains a hash of its sources, so that a library which some process has open is never overwritten. */
function compile(sources: readonly string[], flags: readonly string[], extension: string): Tool {
  if (process.platform === 'win32') return { missing: 'compiled with cc, which Windows has not' };
  const hash = createHash('sha256').update(JSON.stringify([sources, flags, process.arch]));
  for (const file of readdirSync(NATIVE).toSorted()) hash.update(readFileSync(join(NATIVE, file)));
  const generated = fieldsHeader();
  const folder = join(benchHome, 'native', hash.update(generated).digest('hex').slice(0, 16));
  const path = join(folder, `bench.${extension}`);
  if (existsSync(path)) return { path };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'fields.h'), generated);
  const part = `${path}.${process.pid}`;
  const undefinedLater = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const args = ['-O2', '-shared', '-fPIC', `-I${folder}`, ...flags, ...undefinedLater, '-o', part];
  const { status, stderr, error } = spawnSync('cc', [...args, ...sources], { cwd: NATIVE, encoding: 'utf8' });
  if (status !== 0)
    return {
      missing: `cc: ${error?.message ?? stderr.split('\n').find(line => line.includes('error')) ?? status}`,
    };
  renameSync(part, path);
  return { path };
}

/** Installs a package into .cache/bench, so that it is no dependency of ours. */
function install(name: string, version: string, progress: (text: string) => void): Tool {
  const path = join(benchHome, 'node_modules', name);
  if (versionIn(path) === version) return { path };
  progress(`installing ${name} ${version} into .cache/bench`);
  const manifest = join(benchHome, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--save-exact',
    `${name}@${version}`,
  ];
  const { status, stderr, error } = spawnSync('npm', args, {
    cwd: benchHome,
    encoding: 'utf8',
    timeout: 180_000,
    shell: process.platform === 'win32',
  });
  if (status === 0 && versionIn(path) === version) return { path };
  const reason =
    error?.message ?? stderr.split('\n').find(line => line.startsWith('npm error')) ?? `exit ${status}`;
  return { missing: `npm cannot install ${name} ${version}: ${reason.replace(/^npm error /, '')}` };
}

const versionIn = (folder: string): string | undefined => {
  const path = join(folder, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).version : undefined;
};

const [major, minor] = process.versions.node.split('.').map(Number);

/** This Node if it is 22.18 or later, else Node 22 from npm, which has a package for each platform. */
function nodeStripping(progress: (text: string) => void): Tool {
  if (major > 22 || (major === 22 && minor >= 18)) return { path: process.execPath };
  if (process.platform !== 'linux') return { missing: `Node ${process.versions.node} strips no types` };
  const { path, missing } = install(`node-linux-${process.arch}`, '22.23.3', progress);
  return path === undefined ? { missing } : { path: join(path, 'bin', 'node') };
}
