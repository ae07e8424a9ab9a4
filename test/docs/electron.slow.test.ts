// The Electron page and the example, compiled against Electron's own types: its package is fetched, not installed.
import { join } from 'node:path';
import { expect } from 'chai';
import { examples } from '../../scripts/build/examples.ts';
import { REPO } from '../generator/tree.ts';
import { fetched } from '../package/npm.ts';
import { reaching, suite } from '../package/user.ts';
import { ELECTRON } from '../package/versions.ts';
import { type Block, program } from './blocks.ts';
import { compile } from './compile.ts';

const NAME = 'electron-shared-texture.ts';
const PAGE = 'src/shared-texture/README.md';

/** As the package has it, beside what it imports. */
const example = (): Block => ({
  file: `scripts/examples/${NAME}`,
  line: 1,
  language: 'ts',
  code: examples(REPO)
    .get(`examples/${NAME}`)!
    .replaceAll("from './", `from '${join(REPO, 'scripts/examples')}/`),
});

suite(`Electron ${ELECTRON}'s own types`, () => {
  let types: string;
  before(function () {
    types = join(
      reaching(this, () => fetched('electron', ELECTRON)),
      'electron.d.ts',
    );
  });

  it('take the Electron page and the example as they are', async () => {
    const compiled = await compile([program(PAGE), example()], types);
    expect(compiled.flatMap(({ errors }) => errors)).to.deep.equal([]);
  });

  it('are what is asked: they refuse what Electron does not have', async () => {
    const page = program(PAGE);
    const wrong = { ...page, code: page.code.replace('allReferencesReleased:', 'allReferencesGone:') };
    const [{ errors }] = await compile([wrong], types);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.contain("'ImportSharedTextureOptions'");
  });
});
