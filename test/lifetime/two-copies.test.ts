// Two copies of the library in one process, as where a program bundles one beside the package, end with it as one does.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { childPrograms } from '../../scripts/build/child.ts';
import { environment, root } from '../package/npm.ts';
import { skipWithoutVulkan } from './without-vulkan.ts';

describe('two copies of the library', () => {
  let program: string;
  before(skipWithoutVulkan);
  before(async () => {
    // Apart, so that nothing of the library is in a file that both copies share.
    await childPrograms([join(import.meta.dirname, 'library.ts')]);
    [program] = await childPrograms([join(import.meta.dirname, 'two-copies.ts')]);
  });

  for (const way of [
    'exit',
    'natural end',
    'exit beside waits of both',
    "a callback inside the other copy's",
    'a worker is in both when it is terminated',
    'a worker is in Vulkan before it is announced',
  ])
    it(way, () => {
      const options = { cwd: root, env: environment(), encoding: 'utf8', timeout: 60_000 } as const;
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, [program, way], options);
      expect({ status, signal, stdout }, stderr).to.deep.equal({
        status: 5,
        signal: null,
        stdout: 'listened\n',
      });
      expect(stderr).not.to.include('Error: ');
    });
});
