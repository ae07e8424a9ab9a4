// Runs tests in processes of their own, since what they use may end the process: then only that test fails, and says how.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Context, Func } from 'mocha';
import { skipOrFail } from '../skip.ts';
import { windowsOnly } from './kernel.ts';

/** In the process of one test: its title with those of the suites around it. */
const mine = process.env.TEST_ALONE;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOCHA = ['node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '240000', '--reporter', 'dot'];

type Hook = (this: Context) => void;

/** Runs before and after the tests of the suite, in their own processes. */
export const beforeAlone = (hook: Hook): void => void (mine !== undefined && before(hook));
export const afterAlone = (hook: Hook): void => void (mine !== undefined && after(hook));

/**
 * A test of Windows in a process of its own, which runs the same file.
 * @param file `import.meta.url` of the test
 * @param suite title of the suite around it
 * @param mayEnd who is known to end the process here, which is a reason to skip; without it that is a failure
 */
export function itAlone(file: string, suite: string, title: string, test: Func, mayEnd?: string): void {
  const name = `${suite} ${title}`;
  if (mine === name) it(title, test);
  if (mine !== undefined) return;
  it(title, function () {
    windowsOnly(this);
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...MOCHA, fileURLToPath(file)], {
      cwd: ROOT,
      env: { ...process.env, TEST_ALONE: name },
      encoding: 'utf8',
      timeout: 270_000,
    });
    const output = stdout + stderr;
    if (!/^ {2}\d+ (passing|pending|failing)/m.test(stdout)) {
      const how = `its process ended with ${signal ?? `exit code 0x${status?.toString(16)}`}`;
      if (mayEnd === undefined) throw new Error(`${how}: ${output.trim()}`);
      skipOrFail(this, `${how}: ${mayEnd}`);
    }
    // Before a skip, which says nothing of the hooks and checks after it.
    if (status !== 0) throw new Error(output.trim());
    const [, reason] = /^[ .,!]*skipped: (.*) \[.*\]$/m.exec(stdout) ?? [];
    if (reason !== undefined) skipOrFail(this, reason);
    for (const line of stdout.match(/^ {6}\S.*$/gm) ?? []) console.log(line);
  });
}
