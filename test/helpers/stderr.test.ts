// Messages are shown on a standard error that takes them slowly, or not at all, and the program goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { skipHere } from '../skip.ts';

/** More than a pipe takes that nobody reads. */
const COUNT = 300;
const FULL = '/dev/full';

async function show(where: string, stderr: 'pipe' | number, env: NodeJS.ProcessEnv = {}) {
  const program = await childProgram(join(import.meta.dirname, 'shown-program.ts'));
  const child = spawn(process.execPath, [program, where, String(COUNT)], {
    stdio: ['ignore', 'pipe', stderr],
    env: { ...process.env, ...env },
  });
  const ended = Promise.all([text(child.stdout!), once(child, 'exit')]).then(([out, [code, signal]]) => ({
    out,
    code,
    signal,
  }));
  return { ended, stderr: child.stderr! };
}

const DONE = { out: 'done\n', code: 0, signal: null };

describe('messages on a standard error', () => {
  for (const where of ['here', 'thread']) {
    it(`that is read late: all of them (${where})`, async () => {
      const { ended, stderr } = await show(where, 'pipe');
      await new Promise(resolve => setTimeout(resolve, 1500));
      const [shown] = await Promise.all([text(stderr), ended]);
      expect(await ended).to.deep.equal(DONE);
      expect(shown.match(/^error id \d+\n {2}x{3000}$/gm)).to.have.length(COUNT);
    });

    it(`that nobody reads (${where})`, async () => {
      const { ended } = await show(where, 'pipe');
      expect(await ended).to.deep.equal(DONE);
    });

    it(`whose reader has gone (${where})`, async () => {
      const { ended, stderr } = await show(where, 'pipe');
      stderr.destroy();
      expect(await ended).to.deep.equal(DONE);
    });

    it(`that is full (${where})`, async function () {
      if (!existsSync(FULL)) skipHere(this, `there is no ${FULL}`);
      const full = openSync(FULL, 'w');
      const { ended } = await show(where, full);
      closeSync(full);
      expect(await ended).to.deep.equal(DONE);
    });
  }

  it('that nobody reads: the lines of NODE_DEBUG', async () => {
    const { ended } = await show('here', 'pipe', { NODE_DEBUG: 'koffi-vulkan' });
    expect(await ended).to.deep.equal(DONE);
  });
});
