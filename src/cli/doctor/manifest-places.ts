// Where the Vulkan loader finds the manifests of drivers and layers, in its own order.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { systemDirectory } from '../../native/system-directory.ts';

export type ManifestKind = 'icd' | 'explicit_layer' | 'implicit_layer';

interface Names {
  /** Variables that replace the usual places; the first that is set counts. */
  readonly instead: readonly string[];
  /** A variable that adds places. */
  readonly also: string;
  /** On Windows: the key in the registry. */
  readonly key: string;
}

const NAMES: Readonly<Record<ManifestKind, Names>> = {
  icd: { instead: ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'], also: 'VK_ADD_DRIVER_FILES', key: 'Drivers' },
  explicit_layer: { instead: ['VK_LAYER_PATH'], also: 'VK_ADD_LAYER_PATH', key: 'ExplicitLayers' },
  implicit_layer: {
    instead: ['VK_IMPLICIT_LAYER_PATH'],
    also: 'VK_ADD_IMPLICIT_LAYER_PATH',
    key: 'ImplicitLayers',
  },
};

/** Paths of the manifests; a file that a variable names is listed even if it does not exist. */
export function manifestFiles(kind: ManifestKind): string[] {
  const { env } = process;
  const { instead, also, key } = NAMES[kind];
  const listed = (name: string) => (env[name] ?? '').split(delimiter).filter(Boolean);
  const replaced = instead.map(listed).find(paths => paths.length > 0);
  const usual = replaced ?? (process.platform === 'win32' ? registered(key) : folders(`${kind}.d`));
  return [...new Set([...listed(also), ...usual].flatMap(manifestsOf))];
}

/** The file itself, or the manifests in a folder. */
function manifestsOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(name => join(path, name));
  } catch {
    // A missing folder is normal, a missing file is a fault to report.
    return path.endsWith('.json') ? [path] : [];
  }
}

function folders(name: string): string[] {
  const { env } = process;
  const home = homedir();
  const list = (variable: string, usual: string) => (env[variable] || usual).split(':');
  return [
    env.XDG_CONFIG_HOME || join(home, '.config'),
    ...list('XDG_CONFIG_DIRS', '/etc/xdg'),
    '/usr/local/etc',
    '/etc',
    env.XDG_DATA_HOME || join(home, '.local/share'),
    ...list('XDG_DATA_DIRS', '/usr/local/share:/usr/share'),
    ...(process.platform === 'darwin' ? ['/opt/homebrew/share'] : []),
  ].map(folder => join(folder, 'vulkan', name));
}

/** The manifests that Windows' registry lists and does not disable, and those of display adapters. */
function registered(key: string): string[] {
  const vulkan = ['HKLM', 'HKCU'].flatMap(root => query(`${root}\\SOFTWARE\\Khronos\\Vulkan\\${key}`));
  const listed = vulkan.flatMap(line => /^\s{4}(\S.*\.json)\s+REG_DWORD\s+0x0$/i.exec(line)?.[1] ?? []);
  const adapters = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
  const name = `Vulkan${key.replace(/s$/, '')}Name`;
  const ofAdapters = query(adapters, '/s', '/v', name).flatMap(line =>
    (/REG_(?:MULTI_)?SZ\s+(.*)$/.exec(line)?.[1] ?? '').split('\\0'),
  );
  return [...ofAdapters.filter(path => path.endsWith('.json')), ...listed];
}

function query(...args: string[]): string[] {
  try {
    const reg = `${systemDirectory()}\\reg.exe`;
    return execFileSync(reg, ['query', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).split(/\r?\n/);
  } catch {
    // The key does not exist.
    return [];
  }
}
