// Payloads of one process are told apart by their ids, so that none closes a handle of another.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { childProgram } from '../../scripts/build/child.ts';
import { skipHere } from '../skip.ts';

describe('a payload of the embedded driver', () => {
  it('has another id than those of other workers', async function () {
    if (process.platform === 'win32')
      skipHere(this, 'the ids are the same on each system, and esbuild is that of Linux');
    const program = await childProgram(join(import.meta.dirname, 'payload-worker.ts'));
    const ids = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const worker = new Worker(program);
        const [id] = await once(worker, 'message');
        await worker.terminate();
        return id;
      }),
    );
    expect(new Set(ids)).to.have.length(3);
  });
});
