// `npm run registry:update` goes from one registry to another, and the lines that it prints are true.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { changelog, type Snapshot } from '../../scripts/generate/changes.ts';
import { copyTree, pinned, REPO, type Tree } from '../generator/tree.ts';
import { skipOrFail } from '../skip.ts';

const OLDER = '/usr/share/vulkan/registry';

/** A section's lines, each item in one. */
function section(text: string, title: string): string[] {
  const found = new RegExp(`### ${title}\n\n((?:.+\n?)*)`).exec(text)?.[1] ?? '';
  return found.trimEnd().replaceAll('\n  ', ' ').split('\n');
}

describe('registry:update', () => {
  let tree: Tree;
  let registry: string;
  let up = '';
  const file = (root: string, path: string) => readFileSync(join(root, path), 'utf8');
  /** What differs from this tree, by file name. */
  const differing = () =>
    [
      ...readdirSync(join(tree.path, 'ffi'), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => `ffi/${name}`),
      'scripts/registry.lock',
    ].filter(path => file(tree.path, path) !== file(REPO, path));
  const update = (...args: string[]) => tree.run('tsx', 'scripts/registry-update.ts', ...args);

  before(function () {
    if (
      !existsSync(join(OLDER, 'vk.xml')) ||
      !file(OLDER, 'vk.xml').includes('VK_HEADER_VERSION</name> 239<')
    )
      skipOrFail(this, `no registry 1.3.239 in ${OLDER} (Debian 12: libvulkan-dev)`);
    registry = pinned(this);
    tree = copyTree();
    cpSync(join(REPO, 'scripts/registry-update.ts'), join(tree.path, 'scripts/registry-update.ts'));
    expect(tree.run('tsx', 'scripts/generate.ts', OLDER).status).to.equal(0);
    expect(differing()).to.include.members(['ffi/rows/structs.ts', 'scripts/registry.lock']);
    const { status, output } = update(registry);
    expect(status, output).to.equal(0);
    up = output;
  });
  after(() => tree?.remove());

  it('writes what is committed here, the lock too', () => {
    expect(differing()).to.deep.equal([]);
  });

  it('counts and names what is new', () => {
    const added = section(up, 'Added');
    expect(added[0]).to.match(/^- 164 extensions: `VK_AMDX_dense_geometry_format`, /);
    expect(added[1]).to.match(/^- 217 commands: `vkAntiLagUpdateAMD`, .*`vkCopyMemoryToImage`/);
    expect(added[2]).to.match(/^- \d+ structs: .*`VkMemoryMapInfo`/);
    for (const line of added.slice(0, 3))
      expect(line.match(/`/g)!.length / 2).to.equal(Number(/\d+/.exec(line)![0]));
  });

  it('says what changed: version, members, codes, revisions, values', () => {
    const changed = section(up, 'Changed');
    expect(changed).to.include.members([
      '- Vulkan 1.4.363, was 1.3.239.',
      '- `VK_EXT_index_type_uint8`: promoted to `VK_KHR_index_type_uint8`.',
      '- `VK_KHR_video_encode_queue`: no longer provisional.',
      '- `vkCmdBindIndexBuffer`: `buffer` may be left out.',
      '- `VkPhysicalDeviceClusterCullingShaderPropertiesHUAWEI`: `indirectBufferOffsetAlignment` is new.',
      '- `VkVideoEncodeRateControlModeFlagBitsKHR.CBR`: is 2, was 1.',
    ]);
    expect(changed.some(line => /and \d+ more: may also return `ERROR_UNKNOWN`\.$/.test(line))).to.equal(
      true,
    );
  });

  it('names what is gone', () => {
    expect(section(up, 'Removed')[0]).to.equal(
      '- 2 extensions: `VK_EXT_video_encode_h264`, `VK_EXT_video_encode_h265`.',
    );
  });

  it('says that nothing has changed, and leaves everything, the second time', () => {
    const { status, output } = update(registry);
    expect(output).to.match(/^Vulkan 1\.4\.363: nothing has changed\n/);
    expect(status).to.equal(0);
    expect(differing()).to.deep.equal([]);
  });

  it('finds the one member of a struct that differs', () => {
    const path = join(tree.path, 'ffi/rows/structs.ts');
    const before = file(tree.path, 'ffi/rows/structs.ts');
    writeFileSync(path, before.replace(/(VkOffset2D .*);y int32_t/, '$1'));
    const { output } = update(registry);
    expect(output.split('read ')[0]).to.equal('### Changed\n\n- `VkOffset2D`: `y` is new.\n');
    expect(differing()).to.deep.equal([]);
  });

  it('lists the commands that nobody has written a sentence for', () => {
    const path = join(tree.path, 'scripts/generate/sentences.txt');
    const before = file(tree.path, 'scripts/generate/sentences.txt');
    writeFileSync(path, before.replace(/^(vkCmdDraw|vkWaitSemaphores) .*\n/gm, ''));
    expect(update(registry).output).to.contain(
      'scripts/generate/sentences.txt: write what these commands do: vkCmdDraw, vkWaitSemaphores\n',
    );
    writeFileSync(path, before);
    expect(update(registry).output).not.to.contain('write what these commands do');
  });

  it('says how it is called, and what it looked for, and writes nothing then', () => {
    expect(update()).to.deep.include({ status: 2 });
    const { status, output } = update('/nowhere');
    expect(output).to.contain('registry:update: /nowhere: expected a folder with vk.xml and video.xml');
    expect(status).to.equal(1);
    expect(differing()).to.deep.equal([]);
  });
});

describe('changelog', () => {
  const none: Snapshot = { version: '1.0.0', extensions: {}, commands: {}, structs: {}, values: {} };
  const value = (name: string, text: string): Snapshot => ({ ...none, values: { [name]: text } });

  it('has no line where nothing differs', () => {
    expect(changelog(none, none)).to.equal('');
  });

  it('keeps an alias of an enum apart from new values and gone ones', () => {
    expect(changelog(none, value('VkFoo.A', '1'))).to.equal('### Added\n\n- 1 enum value: `VkFoo` A.\n');
    expect(changelog(value('VkFoo.A', '1'), none)).to.equal('### Removed\n\n- 1 enum value: `VkFoo` A.\n');
    expect(changelog(none, value('VkFoo.A', '=1'))).to.equal('');
    expect(changelog(value('VkFoo.A', '1'), value('VkFoo.A', '=1'))).to.equal('');
    expect(changelog(value('VkFoo.A', '1'), value('VkFoo.A', '2'))).to.equal(
      '### Changed\n\n- `VkFoo.A`: is 2, was 1.\n',
    );
  });

  it('does not take a struct for changed that only got another name', () => {
    const before = { ...none, structs: { VkFooEXT: 'struct|x uint32_t||||' } };
    const after = { ...none, structs: { VkFooEXT: '=VkFooKHR', VkFooKHR: 'struct|x uint32_t||||' } };
    expect(changelog(before, after)).to.equal('### Added\n\n- 1 struct: `VkFooKHR`.\n');
  });

  it('tells types and what may be left out', () => {
    const struct = (members: string) => ({ ...none, structs: { VkFoo: `struct|${members}||||` } });
    expect(
      changelog(struct('a uint32_t;b *void;c [2]float'), struct('a uint64_t;b &void ?;d float')),
    ).to.equal(
      '### Changed\n\n- `VkFoo`: `a` is `uint64_t`, was `uint32_t`, `b` may be left out, `d` is new, `c` is gone.\n',
    );
  });

  it('tells codes by their names in either registry', () => {
    const command = (codes: string, values: Record<string, string>) => ({
      ...none,
      commands: { vkFoo: `device VkResult ${codes}|device VkDevice||||` },
      values,
    });
    const text = changelog(
      command('0/-1', { 'VkResult.ERROR_A': '-1' }),
      command('0/-2', { 'VkResult.ERROR_B': '-2' }),
    );
    expect(text).to.contain('- `vkFoo`: may also return `ERROR_B`.\n');
    expect(text).to.contain('- `vkFoo`: does not return `ERROR_A` any more.\n');
  });
});
