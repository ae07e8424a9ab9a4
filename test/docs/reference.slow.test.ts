// `npm run docs` writes the API reference, and fails if a hand-written export has no comment.
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { copyTree, REPO, type Tree } from '../generator/tree.ts';
import { skipOrFail } from '../skip.ts';
import { documents } from './blocks.ts';

const TOOLS = '.cache/docs-tools';

describe('npm run docs', () => {
  let tree: Tree;
  const docs = () => tree.run('tsx', 'scripts/docs.ts');

  before(() => {
    tree = copyTree();
    // With all that README links.
    for (const name of ['scripts/docs.ts', 'scripts/docs', 'scripts/examples', 'NOTICE', ...documents()])
      cpSync(join(REPO, name), join(tree.path, name), { recursive: true });
    // Installed once, for this tree.
    for (const folder of [REPO, tree.path]) mkdirSync(join(folder, '.cache'), { recursive: true });
    mkdirSync(join(REPO, TOOLS), { recursive: true });
    symlinkSync(join(REPO, TOOLS), join(tree.path, TOOLS), 'junction');
  });
  after(() => tree?.remove());

  it('writes pages with classes, their commands, and the helpers', function () {
    const { status, output } = docs();
    if (/npm cannot install/.test(output)) skipOrFail(this, output.trim().split('\n').slice(-1)[0]);
    expect(status, output).to.equal(0);
    expect(output).to.contain('every hand-written export has a comment');
    const page = (name: string) => readFileSync(join(tree.path, '.cache/docs', name), 'utf8');
    expect(page('classes/index.Device.html')).to.contain('getMemoryWin32HandlePropertiesKHR');
    expect(page('functions/win32.importTextureWin32.html')).to.contain('Imports a D3D11 or D3D12 texture');
    expect(existsSync(join(tree.path, '.cache/docs/functions/embedded.createEmbeddedDriver.html'))).to.equal(
      true,
    );
  });

  it('names an export without a comment, and a link that leads nowhere', function () {
    if (!existsSync(join(tree.path, '.cache/docs'))) skipOrFail(this, 'there is no TypeDoc');
    const file = join(tree.path, 'src/native/version.ts');
    const before = readFileSync(file, 'utf8');
    const bare = before.replace(/\/\*\* Vulkan 1\.3.*\n/, '').replace('Vulkan 1.2', 'Vulkan {@link nowhere}');
    writeFileSync(file, bare);
    const { status, output } = docs();
    expect(output).to.contain('index.API_VERSION_1_3 (Variable), defined in ');
    expect(output).to.match(/API_VERSION_1_2.*nowhere|nowhere.*API_VERSION_1_2/);
    expect(output.match(/^\[warning\]/gm)).to.have.length(2);
    expect(status).to.equal(1);
  });
});
