// Compiles the driver into a shared library in .cache/driver, once for each source.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headersMissing, readModel } from './model.ts';
import { driverSource } from './source.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/driver', import.meta.url));
/** With these, a function whose type differs from that in the headers is an error. */
const FLAGS = [
  '-std=gnu11',
  '-shared',
  '-fPIC',
  '-O0',
  '-fvisibility=hidden',
  '-Wall',
  '-Werror',
  '-Wno-unused-function',
  '-Wno-misleading-indentation',
];

/** Why the driver cannot be compiled here; undefined if it can. */
export function driverMissing(root: string): string | undefined {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
  } catch {
    return 'gcc is missing';
  }
  return headersMissing(root);
}

/** The ABI whose layouts the driver has. */
export const isDriverPlatform: boolean = process.platform === 'linux' && process.arch === 'x64';

/**
 * @param root where headers and registry are installed
 * @returns the library's path
 */
export function buildDriver(root: string): string {
  const source = driverSource(readModel(root));
  const name = createHash('sha256').update(source).update(FLAGS.join()).digest('hex').slice(0, 16);
  const library = join(FOLDER, `${name}.so`);
  if (existsSync(library)) return library;
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.c`);
  writeFileSync(file, source);
  // Other processes may build the same.
  const made = `${library}.${process.pid}`;
  execFileSync('gcc', [...FLAGS, '-I', join(root, 'include'), '-o', made, file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(made, library);
  return library;
}
