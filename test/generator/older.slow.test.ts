// The same generator reads Debian's registries 1.3.239 and 1.4.309, and what it writes from them type-checks.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { skipOrFail } from '../skip.ts';
import { copyTree, REPO, type Tree } from './tree.ts';

/** Where libvulkan-dev installs it, and where older-registry.sh lays another suite's. */
const FOLDERS = ['/usr/share/vulkan/registry', join(REPO, '.cache/trixie/usr/share/vulkan/registry')];

/** What each holds, counted in its C headers. */
const VERSIONS = {
  '1.3.239': { structs: 947, commands: 625, aliases: 80, extensions: 315 },
  '1.4.309': { structs: 1262, commands: 726, aliases: 103, extensions: 398 },
};

/** The folder whose vk.xml has this version. */
function folderOf(version: string): string | undefined {
  const wanted = `<name>VK_HEADER_VERSION</name> ${version.split('.')[2]}<`;
  return FOLDERS.find(folder => {
    const path = join(folder, 'vk.xml');
    return existsSync(path) && readFileSync(path, 'utf8').includes(wanted);
  });
}

for (const [version, count] of Object.entries(VERSIONS)) {
  describe(`generator: the registry ${version}`, () => {
    let tree: Tree;
    let output = '';
    const file = (name: string) => readFileSync(join(tree.path, 'ffi', name), 'utf8');

    before(function () {
      const folder = folderOf(version);
      if (folder === undefined)
        skipOrFail(this, `${version} is not in ${FOLDERS.join(', ')}: bash test/generator/older-registry.sh`);
      tree = copyTree();
      const run = tree.run('tsx', 'scripts/generate.ts', folder);
      output = run.output;
      expect(run.status, output).to.equal(0);
    });
    after(() => tree?.remove());

    it('goes through, nothing missing', () => {
      expect(output).to.contain(`Vulkan ${version}\n`);
      expect(output).to.contain(
        `${count.structs} structs, ${count.commands} commands (${count.aliases} aliases), ${count.extensions} extensions`,
      );
      expect(file('rows/version.ts')).to.contain(`REGISTRY_VERSION = '${version}'`);
    });

    it('gives what 1.4.363 gives of a struct and a command that did not change', () => {
      const line = (text: string, name: string) => new RegExp(`^${name} [^|]*\\|[^|]*`, 'm').exec(text)?.[0];
      const now = (name: string) => readFileSync(join(REPO, 'ffi', name), 'utf8');
      for (const [name, row] of [
        ['rows/structs.ts', 'VkMemoryWin32HandlePropertiesKHR'],
        ['rows/structs.ts', 'VkImportMemoryWin32HandleInfoKHR'],
        ['rows/structs.ts', 'VkAccelerationStructureInstanceKHR'],
        ['rows/callbacks.ts', 'PFN_vkDebugUtilsMessengerCallbackEXT'],
      ])
        expect(line(file(name), row), row)
          .to.equal(line(now(name), row))
          .and.not.equal(undefined);
      const params = (text: string) =>
        /vkGetMemoryWin32HandlePropertiesKHR [^|]*(\|[^|]*\|[^|]*)/.exec(text)?.[1];
      expect(params(file('rows/commands.ts')))
        .to.equal(params(now('rows/commands.ts')))
        .and.not.equal(undefined);
    });

    it('gives types that type-check, with the classes that they name', () => {
      const config = { extends: './tsconfig.json', include: ['ffi'] };
      writeFileSync(join(tree.path, 'tsconfig.ffi.json'), JSON.stringify(config));
      const { status, output: errors } = tree.run('tsc', '-p', 'tsconfig.ffi.json');
      expect(errors).to.equal('');
      expect(status).to.equal(0);
    });
  });
}
