// Unpacks npm packages for other systems, which npm refuses to install, in an exact version, and checks their checksums.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.ts';

interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, as the lock has it. */
  readonly integrity: string;
}

/** The version and checksum that package-lock.json has: of koffi's binaries, those that belong to its JavaScript. */
export function locked(name: string): { version: string; integrity: string } {
  const path = join(root, 'package-lock.json');
  const entry = JSON.parse(readFileSync(path, 'utf8')).packages[`node_modules/${name}`];
  if (!entry) throw new Error(`${path}: expected an entry for node_modules/${name}`);
  return entry;
}

/** Puts the package's files into the folder, unless they are there. */
export function unpack({ name, version, integrity }: NpmPackage, folder: string): void {
  const stamp = `${name}@${version} ${integrity}\n`;
  const stampFile = join(folder, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  process.stderr.write(`fetching ${name} ${version}\n`);
  // Made in another folder and renamed when it is complete, so that an interrupted run leaves nothing that looks finished.
  const part = `${folder}.unpacking`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const packed = runProgram(
    'npm',
    ['pack', '--json', '--pack-destination', part, `${name}@${version}`],
    dirname(part),
  );
  const archive = join(part, JSON.parse(packed)[0].filename);
  const sum = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (sum !== integrity) throw new Error(`${name}@${version}: expected ${integrity}, got ${sum}`);
  runProgram('tar', ['-xzf', archive, '-C', part, '--strip-components=1'], dirname(part));
  rmSync(archive);
  writeFileSync(join(part, '.stamp'), stamp);
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
}

/** Runs a program to its end, and returns what it wrote. */
export function runProgram(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(
    `${command} ${args.join(' ')}: expected exit code 0, got ${status}\n${error?.message ?? `${stdout}${stderr}`}`,
  );
}
