// Runs commands under Wine: in a prefix of our own, or the one that the environment names, on an X server of our own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../packages/root.ts';
import { nodeExe, prefix, progress, windowsHome, windowsModules } from './paths.ts';

const output = join(windowsHome, 'output');
const WINE = process.env.WINE || 'wine';
const WINESERVER =
  process.env.WINESERVER || (WINE.includes('/') ? join(dirname(WINE), 'wineserver') : 'wineserver');
/** A prefix that somebody else has made, perhaps with DXVK in it: it is used, but not created, and its server is not ended. */
const GIVEN_PREFIX = process.env.WINEPREFIX || undefined;

interface WineResult {
  /** The low byte of the Windows exit code, since Wine returns no more: an access violation (0xC0000005) is 5. */
  code: number;
  stdout: string;
  stderr: string;
}

interface WineOptions {
  /** Milliseconds after which the process is killed and the promise rejected: ten minutes if not given. */
  timeout?: number;
  /** Print the output here too, while it comes. */
  echo?: boolean;
}

export interface WineSession {
  version: string;
  xvfb: ChildProcess;
  env: NodeJS.ProcessEnv;
  end: () => void;
}

/** Starts an X server and settles the environment; Wine itself starts with the first command. */
export async function startSession(): Promise<WineSession> {
  const version = wineVersion();
  mkdirSync(windowsHome, { recursive: true });
  const { xvfb, display } = await startXvfb();
  const session: WineSession = { version, xvfb, env: environment(display), end: () => endSession(session) };
  process.once('exit', session.end);
  endWine(session); // what a killed run left in the prefix knows another display
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  return session;
}

export function endSession(session: WineSession): void {
  process.off('exit', session.end);
  endWine(session);
  session.xvfb.kill();
}

/** `wineserver -k` takes the process id from the lock of this prefix's server, and returns when that has ended. */
function endWine({ env }: WineSession): void {
  if (GIVEN_PREFIX === undefined && existsSync(prefix))
    spawnSync(WINESERVER, ['-k'], { env, stdio: 'ignore' });
}

/** Throws, in one sentence, what to install. */
function wineVersion(): string {
  const onPath = (name: string) =>
    (process.env.PATH ?? '').split(':').some(dir => existsSync(join(dir, name)));
  const { status, stdout } = spawnSync(WINE, ['--version'], { encoding: 'utf8' });
  const missing: string[] = [];
  if (WINE === 'wine' && (!onPath('wine') || !onPath('wineserver'))) missing.push('wine');
  if (WINE === 'wine' && status !== 0 && !existsSync('/usr/lib/wine/wine64')) missing.push('wine64');
  if (!onPath('Xvfb')) missing.push('xvfb');
  if (missing.length > 0) {
    const names = missing.join(' ');
    throw new Error(`Debian packages are missing: apt-get install --no-install-recommends ${names}`);
  }
  if (status !== 0) throw new Error(`${WINE} --version: expected exit code 0, got ${status}`);
  return stdout.trim();
}

function environment(display: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  // Settings for this Node (loaders in NODE_OPTIONS, coverage, channels) are wrong for the Windows one.
  for (const [name, value] of Object.entries(process.env)) if (!name.startsWith('NODE_')) env[name] = value;
  // mscoree, mshtml: without them a dialog that nobody sees offers to download them, and waits forever.
  // winemenubuilder: it writes menu entries into the home folder of whoever runs this.
  // winedbg: a crashed process would wait until its dialog is closed; without it, it ends, with 0xC0000005 or the like.
  const off = 'mscoree=;mshtml=;winemenubuilder.exe=;winedbg.exe=';
  return {
    ...env,
    DISPLAY: display,
    WINEPREFIX: GIVEN_PREFIX ?? prefix,
    WINEDEBUG: process.env.WINEDEBUG ?? '-all',
    WINEDLLOVERRIDES: `${off};${process.env.WINEDLLOVERRIDES ?? ''}`,
    LC_ALL: 'C.UTF-8', // in the C locale arguments outside ASCII arrive mangled
    // koffi's JavaScript is the tree's; it requires the binary by its package name, which only this path finds.
    NODE_PATH: `Z:${windowsModules.replaceAll('/', '\\')}`,
  };
}

/**
 * The kernel cleans up: `flock` gives the prefix to one X server at a time, for as long as that runs, and `setpriv` ends
 * the server with this process, however this one ends.
 */
function startXvfb(): Promise<{ xvfb: ChildProcess; display: string }> {
  const lock = ['--no-fork', '--timeout', '1800', '--conflict-exit-code', '75', join(windowsHome, 'lock')];
  const screen = ['-displayfd', '3', '-screen', '0', '640x480x24', '-nolisten', 'tcp', '-noreset'];
  const xvfb = spawn('setpriv', ['--pdeathsig', 'TERM', 'flock', ...lock, 'Xvfb', ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    detached: true, // spared by Ctrl-C, so that Wine ends before its display does
  });
  const pipe = xvfb.stdio[3]!;
  const waiting = setTimeout(() => progress('waiting for another run in this tree to end'), 3000);
  return new Promise<{ xvfb: ChildProcess; display: string }>((resolve, reject) => {
    let text = '';
    pipe.on('data', chunk => {
      text += chunk;
      if (text.endsWith('\n')) resolve({ xvfb, display: `:${text.trim()}` });
    });
    xvfb.once('error', reject);
    xvfb.once('exit', code => {
      const why =
        code === 75 ? 'another run had its lock for half an hour' : `Xvfb ended with exit code ${code}`;
      reject(new Error(`${windowsHome}: ${why}`));
    });
  }).finally(() => {
    clearTimeout(waiting);
    pipe.destroy();
    xvfb.unref();
  });
}

/** Makes the prefix unless a finished one is there: the stamp is written last, after a node.exe has run in it. */
export async function makePrefix(session: WineSession): Promise<void> {
  if (GIVEN_PREFIX !== undefined) return;
  const stampFile = join(prefix, '.stamp');
  const stamp = `${session.version}, set to Windows 10\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  progress(`making a prefix for ${session.version}, about ten seconds`);
  rmSync(prefix, { recursive: true, force: true });
  // Debian's Wine starts as Windows 7, on which Node refuses to run.
  for (const args of [
    ['wineboot', '-i'],
    ['winecfg', '-v', 'win10'],
    [nodeExe, '--version'],
  ]) {
    const { code, stdout, stderr } = await runWine(session, args, {}, { timeout: 180_000 });
    if (code === 0) continue;
    throw new Error(`wine ${args.join(' ')}: expected exit code 0, got ${code}\n${stdout}${stderr}`);
  }
  endWine(session); // only now is the registry on disk
  writeFileSync(stampFile, stamp);
}

let runs = 0;

/** Runs a command with its output in files, since Node under Wine can fail on a pipe at its first console.log, with EBADF. */
export async function runWine(
  session: WineSession,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { timeout = 600_000, echo = false }: WineOptions,
): Promise<WineResult> {
  const id = join(output, String(++runs));
  const files = [`${id}.out`, `${id}.err`];
  const fds = files.map(file => openSync(file, 'w+'));
  const shown = [0, 0];
  const show = () => {
    for (const i of [0, 1]) shown[i] += copy(fds[i], shown[i], i === 0 ? process.stdout : process.stderr);
  };
  const ticker = echo ? setInterval(show, 200) : undefined;
  try {
    const child = spawn(WINE, args, {
      cwd: root,
      env: { ...session.env, ...env },
      stdio: ['ignore', ...fds],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...how) => resolve(how));
    }).finally(() => clearTimeout(timer));
    if (echo) show();
    const [stdout, stderr] = files.map(file => readFileSync(file, 'utf8'));
    if (code !== null) return { code, stdout, stderr };
    const wanted = `expected an end within ${timeout / 1000} s, got ${signal}`;
    throw new Error(`${WINE} ${args.join(' ')}: ${wanted}${echo ? '' : `\n${stdout}${stderr}`}`);
  } finally {
    clearInterval(ticker);
    fds.forEach(closeSync);
    for (const file of files) rmSync(file);
  }
}

/** Copies what a file has from `position` on; reading at a position does not move the position of the writer. */
function copy(fd: number, position: number, target: NodeJS.WritableStream): number {
  let total = 0;
  for (;;) {
    const chunk = Buffer.alloc(65536);
    const length = readSync(fd, chunk, 0, chunk.length, position + total);
    if (length === 0) return total;
    target.write(chunk.subarray(0, length));
    total += length;
  }
}
