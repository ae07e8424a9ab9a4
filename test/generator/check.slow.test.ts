// The generator's --check names files that differ and registries that are missing, and nothing else is written.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pinnedTree, type Tree } from './tree.ts';

describe('generator: --check', () => {
  let tree: Tree;
  let registry: string;

  let check: () => ReturnType<Tree['run']>;
  pinnedTree(made => {
    ({ tree, registry, check } = made);
  });

  it('--check names the file that differs, and no other', () => {
    const path = join(tree.path, 'ffi/rows/commands.ts');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replace('\nvkCmdDraw ', '\nvkCmdDrawn '));
    const { status, output } = check();
    writeFileSync(path, before);
    expect(status).to.equal(1);
    expect(output.match(/^\S+: differs.*$/gm)).to.deep.equal([
      'ffi/rows/commands.ts: differs from what the registry gives; run npm run generate',
    ]);
  });

  it('--check names a file that is too many, one that is missing and the lock, and writes nothing', () => {
    const [stray, gone, lock] = ['ffi/stray.ts', 'ffi/rows/handles.ts', 'scripts/registry.lock'].map(name =>
      join(tree.path, name),
    );
    const before = [readFileSync(gone), readFileSync(lock)];
    writeFileSync(stray, '');
    writeFileSync(lock, 'version 1.0.0\n');
    rmSync(gone);
    const { status, output } = check();
    const untouched = existsSync(stray) && !existsSync(gone);
    rmSync(stray);
    writeFileSync(gone, before[0]);
    writeFileSync(lock, before[1]);
    expect(status).to.equal(1);
    expect(output.match(/^\S+(?=: differs)/gm)).to.deep.equal([
      'ffi/rows/handles.ts',
      'scripts/registry.lock',
      'ffi/stray.ts',
    ]);
    expect(untouched).to.equal(true);
  });

  it('goes on without validusage.json, and --check says that it is missing', () => {
    const folder = join(tree.path, 'registry');
    mkdirSync(folder);
    for (const name of ['vk.xml', 'video.xml']) symlinkSync(join(registry, name), join(folder, name));
    const { status, output } = tree.run('tsx', 'scripts/generate.ts', '--check', folder);
    expect(output).to.contain(`none: no validusage.json in ${folder}`);
    expect(output).to.contain(`validusage.json: not in ${folder}, and ffi/ was generated with it`);
    expect(output).to.contain('ffi/rows/structs.ts: differs');
    expect(status).to.equal(1);
  });

  it('restores ffi/ after rm -rf ffi', () => {
    rmSync(join(tree.path, 'ffi'), { recursive: true });
    expect(tree.run('tsx', 'scripts/generate.ts', registry).status).to.equal(0);
    expect(check().status).to.equal(0);
  });

  it('takes, where no folder is named, the one with the checksums of the lock and no other', () => {
    const { VULKAN_REGISTRY: before } = process.env;
    try {
      process.env.VULKAN_REGISTRY = registry;
      expect(tree.run('tsx', 'scripts/generate.ts', '--check').status).to.equal(0);
      process.env.VULKAN_REGISTRY = '/nowhere';
      const { status, output } = tree.run('tsx', 'scripts/generate.ts');
      expect(output).to.match(
        /^generate: no registry 1\.4\.363 with the checksums of scripts\/registry\.lock in \/nowhere \(not there\), .*\/usr\/share\/vulkan\/registry \(/,
      );
      expect(status).to.equal(1);
    } finally {
      if (before === undefined) delete process.env.VULKAN_REGISTRY;
      else process.env.VULKAN_REGISTRY = before;
    }
  });

  it('says how it is called, and what it looked for', () => {
    const usage = tree.run('tsx', 'scripts/generate.ts', '--force');
    expect(usage.output).to.contain('generate: no option "--force" (see npm run generate -- --help)');
    expect(usage.status).to.equal(2);
    const nowhere = tree.run('tsx', 'scripts/generate.ts', '/nowhere');
    expect(nowhere.output).to.contain('generate: /nowhere: expected a folder with vk.xml and video.xml');
    expect(nowhere.status).to.equal(1);
  });
});
