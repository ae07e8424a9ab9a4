// Runs a script of ours or another program, and gives what it wrote and its exit code.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childPrograms } from '../../scripts/build/child.ts';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Options {
  /** Options of node. */
  readonly flags?: readonly string[];
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const sourceOf = (name: string): string => join(ROOT, `${name}.ts`);
const NAMES = [
  ...['main', 'query', 'info', 'repl', 'doctor'].map(name => `src/cli/${name}`),
  ...['compute', 'debug-printf', 'list-gpus', 'pick-memory-type', 'triangle'].map(
    name => `scripts/examples/${name}`,
  ),
];
const programs = await childPrograms(NAMES.map(sourceOf));

/** The file that `node` runs for a script, e.g. `src/cli/info`. */
export function programOf(name: string): string {
  const program = programs[NAMES.indexOf(name)];
  if (program === undefined) throw new Error(`${name} is not among the programs of test/cli/run.ts`);
  return program;
}

/** Runs a script, e.g. `runScript('src/cli/info', ['--json'])`. */
export function runScript(name: string, args: readonly string[], options: Options = {}): Ran {
  return runProgram(programOf(name), args, options);
}

/** Runs a program that `childProgram` has built. */
export function runProgram(
  program: string,
  args: readonly string[],
  { flags = [], input, env }: Options = {},
): Ran {
  const ran = spawnSync(process.execPath, [...flags, program, ...args], {
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
