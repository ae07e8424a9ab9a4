// Runs a program to its end in a process of its own, and tells how it ended.
import { spawn } from 'node:child_process';
import { childProgram } from '../build/child.ts';

interface Ran {
  /** The last of what it printed. */
  readonly text: string;
  readonly code: number | null;
  /** `exit code 0`, a signal, or `hangs for 30 s`. */
  readonly end: string;
}

const MAX_TEXT = 100_000;

/**
 * @param source the TypeScript file
 * @param argument is passed as JSON
 * @param limit seconds after which it is killed
 */
export async function runChild(source: string, argument: object, limit = 600): Promise<Ran> {
  const args = [await childProgram(source), JSON.stringify(argument)];
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => {
        text = (text + part).slice(-MAX_TEXT);
      });
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      child.kill('SIGKILL');
    }, limit * 1000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ text, code, end: hangs ? `hangs for ${limit} s` : (signal ?? `exit code ${code}`) });
    });
  });
}
