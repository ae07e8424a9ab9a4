// Runs a script of ours or another program, and gives what it wrote and its exit code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Options {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a script, e.g. `runScript('src/cli/info', ['--json'])`. */
export function runScript(name: string, args: readonly string[], { input, env }: Options = {}): Ran {
  const ran = spawnSync(process.execPath, ['--import', 'tsx', join(ROOT, `${name}.ts`), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    input: input ?? '',
    env: { ...process.env, FORCE_COLOR: '', LC_ALL: 'C.UTF-8', ...env },
    maxBuffer: 2 ** 26,
  });
  return { out: ran.stdout, err: ran.stderr, code: ran.status };
}

/** Runs another program; undefined where it is not installed. */
export function runOther(program: string, args: readonly string[], cwd?: string): Ran | undefined {
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if ((ran.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
  return { out: ran.stdout, err: ran.stderr, code: ran.status };
}

/** The file that a program leaves in an empty folder. */
export function fileLeftBy(program: string, args: readonly string[]): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-'));
  try {
    if (runOther(program, args, folder) === undefined) return undefined;
    const [name] = readdirSync(folder);
    return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
