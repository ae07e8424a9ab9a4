// Packs this repository, installs packages into folders, and runs commands there.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The version of a package in this tree's node_modules. */
export const versionHere = (name: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** Thrown where npm cannot reach the registry: nothing that this project could have broken. */
export class Unreachable extends Error {}

const UNREACHABLE =
  /\b(EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;

/** Coverage and loaders of the process that runs the tests are not the consumer's, and its colours cannot be compared. */
export function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, FORCE_COLOR: _color, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
}

/** Standard output of a command; where it fails, an error with all that it printed. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  more: NodeJS.ProcessEnv = {},
): string {
  try {
    return execFileSync(command, args, {
      cwd,
      env: { ...environment(), ...more },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    const said = `${message.split('\n')[0]}\n${stdout}${stderr}`;
    const network = command === 'npm' ? said.split('\n').filter(line => UNREACHABLE.test(line)) : [];
    if (network.length === 0) throw new Error(said);
    throw new Unreachable(network.find(line => line.includes('reason:')) ?? network[0]);
  }
}

export interface Packed {
  readonly tarball: string;
  /** Bytes of the tarball, and of what is in it. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Builds and packs into a folder: `prepack` is the build, as for whoever publishes. */
export function pack(folder: string): Packed {
  const printed = run('npm', ['pack', '--json', '--pack-destination', folder], root);
  // The build's own lines come first.
  const [{ filename, ...packed }] = JSON.parse(printed.slice(printed.search(/^\[$/m)));
  return { ...packed, tarball: join(folder, filename) };
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'koffi-vulkan-package-'));

/** Installs packages into a folder, as a user does: install scripts run, what is in npm's cache is taken from there. */
export function install(folder: string, ...packages: string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1'];
  run('npm', ['install', ...quick, ...packages], folder);
}

/** Set once the registry was found out of reach: npm takes half a minute each time. */
let unreachable: Unreachable | undefined;

/** A folder in .cache/ that is made once. It moves into its place when it is whole: a run that was cut off leaves none. */
function madeOnce(name: string, make: (folder: string) => void): string {
  const home = join(root, '.cache/package', name.replaceAll('/', '-'));
  if (existsSync(home)) return home;
  if (unreachable !== undefined) throw unreachable;
  const making = `${home}.${process.pid}`;
  try {
    mkdirSync(making, { recursive: true });
    make(making);
    renameSync(making, home);
  } catch (error) {
    if (error instanceof Unreachable) unreachable = error;
    throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return home;
}

/**
 * The folder of a tool's package, installed once into .cache/ with what its peers are.
 * @param more `name@version` of what goes into the same folder
 */
export function tool(name: string, version: string, ...more: string[]): string {
  const folder = [`${name}-${version}`, ...more].join('+');
  const home = madeOnce(folder, making => install(making, `${name}@${version}`, ...more));
  return join(home, 'node_modules', name);
}

/** The files of a package, fetched once into .cache/: nothing of it is installed, and none of its scripts run. */
export function fetched(name: string, version: string): string {
  const home = madeOnce(`${name}-${version}.files`, making => {
    run('npm', ['pack', '--silent', `${name}@${version}`], making);
    const [tarball] = readdirSync(making);
    run('tar', ['-xzf', tarball], making);
  });
  return join(home, 'package');
}
