// The rows of structs and unions say which structs extend them, what offers them, and which sType they have.
import { expect } from 'chai';
import { aliasType, chainable, emitted, member, resolved, type Snippet, structType } from './snippet.ts';

const find = (snippet: Snippet, name: string) => resolved(snippet).structs.find(s => s.name === name);

describe('generator: structs', () => {
  it('turns structextends round, sorted by name', () => {
    const types =
      chainable('VkBase', 'A') +
      chainable('VkOther', 'B') +
      chainable('VkZ', 'C', '', 'structextends="VkBase"') +
      chainable('VkM', 'D', '', 'structextends="VkBase,VkOther"');
    expect(find({ types }, 'VkBase')?.extendedBy).to.deep.equal(['VkM', 'VkZ']);
    expect(find({ types }, 'VkOther')?.extendedBy).to.deep.equal(['VkM']);
    expect(find({ types }, 'VkM')?.extendedBy).to.deep.equal([]);
  });

  it('lets nothing extend that no version or extension offers', () => {
    const types = chainable('VkBase', 'A') + chainable('VkZ', 'C', '', 'structextends="VkBase"');
    expect(find({ types, notRequired: ['VkZ'] }, 'VkBase')?.extendedBy).to.deep.equal([]);
    expect(find({ types, notRequired: ['VkZ'] }, 'VkZ')).to.equal(undefined);
  });

  it('knows the value that sType must have, and returnedonly', () => {
    const types = chainable('VkA', 'C', '', 'returnedonly="true"') + chainable('VkB', 'A');
    expect(find({ types }, 'VkA')).to.include({ sType: 2, returnedOnly: true, union: false });
    expect(find({ types }, 'VkB')).to.include({ sType: 0, returnedOnly: false });
  });

  it('knows what a chain may hold more than once', () => {
    const types =
      chainable('VkA', 'A', '', 'allowduplicate="true"') +
      chainable('VkB', 'B', '', 'allowduplicate="false"');
    expect(find({ types }, 'VkA')?.allowDuplicate).to.equal(true);
    expect(find({ types }, 'VkB')?.allowDuplicate).to.equal(false);
  });

  it('tells unions from structs', () => {
    const types = `<type category="union" name="VkEither">${member('float', 'x')}</type>`;
    expect(find({ types }, 'VkEither')).to.include({ union: true, sType: undefined });
  });

  it('offers what is reached only through a member', () => {
    const types = structType('VkOuter', member('VkInner', 'x')) + structType('VkInner', member('float', 'y'));
    expect(find({ types, notRequired: ['VkInner'] }, 'VkInner')?.members[0].name).to.equal('y');
  });

  it('offers what an alias stands for', () => {
    const types = structType('VkNew', member('float', 'x')) + aliasType('struct', 'VkNewKHR', 'VkNew');
    expect(find({ types, notRequired: ['VkNew'] }, 'VkNew')?.providers).to.equal('VK_VERSION_1_0');
  });

  it('stops at a member of an unknown type, with the struct and the member', () => {
    expect(() => resolved({ types: structType('VkA', member('VkNowhere', 'x')) })).to.throw(
      'VkA.x: unknown type VkNowhere',
    );
  });

  it('writes an alias as a row that names its target, through other aliases', () => {
    const types =
      structType('VkNew', member('float', 'x')) +
      aliasType('struct', 'VkNewKHR', 'VkNew') +
      aliasType('struct', 'VkNewEXT', 'VkNewKHR');
    const text = emitted({ types }, 'rows/structs.ts');
    expect(text).to.contain('\nVkNewEXT =VkNew\n').and.to.contain('\nVkNewKHR =VkNew\n');
    expect(emitted({ types }, 'types/structs.ts')).to.contain('export type VkNewKHR = VkNew;\n');
  });

  it('says what offers a struct, under any of its names', () => {
    const types = structType('VkNew', member('float', 'x')) + aliasType('struct', 'VkNewKHR', 'VkNew');
    const extensions = `<extension name="VK_KHR_new" number="3" type="device" supported="vulkan"><require>
      <enum value="1" name="VK_KHR_NEW_SPEC_VERSION"/><type name="VkNewKHR"/></require></extension>`;
    expect(find({ types, extensions, notRequired: ['VkNewKHR'] }, 'VkNew')?.providers).to.equal(
      'VK_VERSION_1_0,VK_KHR_new',
    );
  });
});

describe('generator: video.xml', () => {
  const video = `
    <types>
      <type category="enum" name="StdVideoKind"/>
      ${structType(
        'StdVideoFlags',
        `<member><type>uint32_t</type> <name>a</name>:1</member>
          <member><type>uint32_t</type> <name>rest</name>:31</member>`,
      )}
      ${structType(
        'StdVideoPicture',
        `${member('StdVideoFlags', 'flags')}${member('StdVideoKind', 'kind')}
         <member><type>uint8_t</type> <name>lists</name>[<enum>STD_VIDEO_LISTS</enum>][64]</member>`,
      )}
    </types>
    <enums name="StdVideoKind" type="enum"><enum value="0" name="STD_VIDEO_KIND_I"/></enums>
    <extensions><extension name="vulkan_video_std" supported="vulkan"><require>
      <enum name="STD_VIDEO_LISTS" value="6"/><type name="StdVideoPicture"/></require>
        </extension></extensions>`;

  it('gives its structs, enums and constants beside those of vk.xml', () => {
    const registry = resolved({ video });
    expect(registry.structs.map(s => s.name)).to.deep.equal(['StdVideoFlags', 'StdVideoPicture']);
    expect(registry.structs[1].members[2]).to.deep.include({ base: 'uint8_t', extents: [6, 64] });
    expect(registry.constants.get('STD_VIDEO_LISTS')).to.equal(6);
    expect(registry.enums.find(e => e.name === 'StdVideoKind')?.members[0].name).to.equal('I');
  });

  it('does not take a codec header for an extension', () => {
    expect(resolved({ video }).extensions).to.deep.equal([]);
  });

  it('lets vk.xml use its types', () => {
    const types = `<type requires="vk_video/header.h" name="StdVideoPicture"/>
      ${structType('VkUse', '<member>const <type>StdVideoPicture</type>* <name>p</name></member>')}`;
    const registry = resolved({ types, video });
    expect(registry.structs.find(s => s.name === 'VkUse')?.members[0].base).to.equal('StdVideoPicture');
    expect(registry.baseTypes.has('StdVideoPicture')).to.equal(false);
  });

  it('names its file where something in it is unknown', () => {
    const broken = '<types><type category="struct" name="StdX" colour="red"/></types>';
    expect(() => resolved({ video: broken })).to.throw('video.xml: <type> StdX: unknown attribute colour');
  });
});
