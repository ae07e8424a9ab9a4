// README's blocks as a user has them: the packed package, what `tsc --init` writes, and Node.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { typescript } from '../package/compile.ts';
import { run } from '../package/npm.ts';
import { beside, copyOf, reaching, suite, user } from '../package/user.ts';
import { TYPESCRIPT_6 } from '../package/versions.ts';
import { skipOrFail } from '../skip.ts';
import { program } from './blocks.ts';
import { PRINTED } from './printed.ts';

suite('README, for a user of the package (not on Windows: npm is needed)', () => {
  before(function () {
    reaching(this, user);
  });

  for (const [document, printed] of Object.entries(PRINTED))
    for (const version of ['7', TYPESCRIPT_6])
      it(`${document}: TypeScript ${version}, as tsc --init sets it up, declarations checked`, function () {
        const home = beside(`readme-${version}`);
        copyOf(home, 'koffi-vulkan', 'koffi', '@koromix');
        writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }\n');
        writeFileSync(join(home, 'program.ts'), program(document).code);
        const compiler = reaching(this, () => join(typescript(version), 'bin/tsc'));
        const tsc = (...args: string[]) => run(process.execPath, [compiler, ...args], home);
        try {
          tsc('--init');
        } catch (error) {
          if (!/already/.test(String(error))) throw error;
        }
        tsc('-p', '.', '--skipLibCheck', 'false', '--outDir', 'out');
        try {
          expect(run(process.execPath, ['out/program.js'], home)).to.match(printed);
        } catch (error) {
          if (/no Vulkan library could be opened/.test(String(error)))
            return skipOrFail(this, 'no Vulkan library could be opened');
          throw error;
        }
      });
});
