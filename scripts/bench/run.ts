// Bundles the programs that measure, and runs each subject in a process of its own, which no loader slows.
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../packages/root.ts';
import type { Context, Row } from './row.ts';
import { benchHome } from './tools.ts';

/** Bundles the programs into a folder that is removed when this process ends. */
export async function bundleBench(): Promise<string> {
  const folder = join(benchHome, `run-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const bench = join(root, 'scripts', 'bench');
  const programs = readdirSync(join(bench, 'programs')).map(name => join(bench, 'programs', name));
  await build({
    entryPoints: [join(bench, 'child.ts'), ...programs],
    outbase: bench,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    external: ['koffi', 'esbuild'],
    logLevel: 'warning',
  });
  return folder;
}

/** Milliseconds; some subjects start many processes one after the other. */
const LIMIT = 600_000;

export function runSubject(folder: string, name: string, context: Context): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    // nvk writes to standard output, which may be our JSON's.
    const child = fork(join(folder, 'child.mjs'), [name, JSON.stringify(context)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: LIMIT,
    });
    let rows: readonly Row[] | undefined;
    let failed: string | undefined;
    let said = '';
    child.stderr!.on('data', data => {
      said += data;
    });
    child.on('message', message => {
      ({ rows, failed } = message as { rows?: readonly Row[]; failed?: string });
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (rows !== undefined) resolve(rows);
      else reject(new Error(failed ?? `${name} ended with ${signal ?? code}\n${said.trim().slice(-2000)}`));
    });
  });
}
