// A driver made through another copy of koffi is refused: koffi 3.3.4 ends the process where it calls another's
// callback.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { environment, root } from '../package/npm.ts';

describe('two copies of koffi', () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-two-'));
    for (const path of ['package.json', 'src', 'ffi', 'node_modules/koffi', 'node_modules/@koromix'])
      cpSync(join(root, path), join(home, path), { recursive: true });
  });
  after(() => rmSync(home, { recursive: true }));

  it('do not call each other: the driver of one is refused by the other, and used by its own', () => {
    const from = (folder: string, path: string) => JSON.stringify(pathToFileURL(join(folder, path)).href);
    const program = join(home, 'program.mts');
    writeFileSync(
      program,
      `import { createEmbeddedDriver } from ${from(root, 'src/embedded/index.ts')};
      import * as one from ${from(root, 'src/index.ts')};
      import * as two from ${from(home, 'src/index.ts')};
      const { getInstanceProcAddr } = createEmbeddedDriver();
      for (const { loadVulkan } of [two, one])
        try {
          console.log(loadVulkan({ getInstanceProcAddr }).enumerateInstanceVersion());
        } catch (error) {
          console.log(error.message);
        }`,
    );
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
      cwd: root,
      env: environment(),
      encoding: 'utf8',
    });
    expect({ status, signal }, stderr).to.deep.equal({ status: 0, signal: null });
    const [refused, used] = stdout.split('\n');
    expect(refused).to.match(/^the function at 0x[0-9a-f]+ was made by another copy of koffi/);
    expect(used).to.equal(String((1 << 22) | (3 << 12)));
  });
});
