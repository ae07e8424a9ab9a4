// The generator stops at what it does not know with an error that names file and element; it drops nothing silently.
import { expect } from 'chai';
import { parseXml } from '../../scripts/generate/xml.ts';
import { command, commandRow, emitted, param, parsed, type Snippet, structType } from './snippet.ts';

const stops = (what: string, snippet: Snippet, message: string) =>
  it(what, () => expect(() => parsed(snippet)).to.throw(message));

describe('generator: stops at what it does not know', () => {
  stops(
    'an attribute of a type',
    { types: structType('VkA', '', 'colour="red"') },
    'vk.xml: <type> VkA: unknown attribute colour',
  );
  stops(
    'an element in a type',
    { types: structType('VkA', '<field/>') },
    'vk.xml: <type> VkA: unknown element <field> inside',
  );
  stops(
    'an attribute of a member',
    { types: structType('VkA', '<member colour="red"><type>float</type> <name>x</name></member>') },
    'vk.xml: <member> x: unknown attribute colour',
  );
  stops(
    'an attribute of what another API has',
    { types: structType('VkA', '', 'api="vulkansc" colour="red"') },
    'vk.xml: <type> VkA: unknown attribute colour',
  );
  stops(
    'a category',
    { types: '<type category="class" name="VkA"/>' },
    'vk.xml: <type> VkA: unknown category class',
  );
  stops(
    'a section',
    { features: '<miracles/>' },
    'vk.xml: <registry> (unnamed): unknown element <miracles> inside',
  );
  stops(
    'an attribute of a command',
    { commands: command('vkA', '', 'colour="red"') },
    'vk.xml: <command> vkA: unknown attribute colour',
  );
  stops(
    'an attribute of a parameter',
    { commands: command('vkA', param('float', 'x', 'colour="red"')) },
    'vk.xml: <param> x: unknown attribute colour',
  );
  stops(
    'a command without <proto>',
    { commands: '<command comment="none"/>' },
    'vk.xml: <command> (unnamed): no <proto>',
  );
  stops(
    'a command that returns a pointer',
    { commands: '<command><proto><type>void</type>* <name>vkA</name></proto></command>' },
    'vk.xml: <command> vkA: returns a pointer',
  );
  stops(
    'a kind of enums',
    { enums: '<enums name="VkA" type="set"/>' },
    'vk.xml: <enums> VkA: unknown enums type set',
  );
  stops(
    'an attribute of an enumerant',
    { enums: '<enums name="VkA" type="enum"><enum name="VK_A_B" value="1" colour="red"/></enums>' },
    'vk.xml: <enum> VK_A_B: unknown attribute colour',
  );
  stops(
    'a dir of an enumerant',
    {
      extensions: `<extension name="VK_A" number="1" type="device" supported="vulkan"><require>
        <enum extends="VkResult" offset="1" dir="+" name="VK_B"/></require></extension>`,
    },
    'vk.xml: <enum> VK_B: unknown dir +',
  );
  stops(
    'a type of extension',
    { extensions: '<extension name="VK_A" number="1" type="global" supported="vulkan"/>' },
    'vk.xml: <extension> VK_A: unknown type global',
  );
  stops(
    'an attribute of a feature',
    { features: '<feature api="vulkan" name="VK_A" number="1" colour="red"/>' },
    'vk.xml: <feature> VK_A: unknown attribute colour',
  );
  stops(
    'an attribute of what an extension requires',
    {
      extensions: `<extension name="VK_A" number="1" type="device" supported="vulkan"><require>
        <command name="vkB" colour="red"/></require></extension>`,
    },
    'vk.xml: <command> vkB: unknown attribute colour',
  );
  stops(
    'a vendor tag',
    {
      features:
        '<tags><tag name="KHR" author="K" contact="k"/><tag name="NEWCO" author="N" contact="n"/></tags>',
    },
    'vk.xml: <tag> NEWCO: a vendor tag that scripts/generate/name.ts does not know',
  );
  stops(
    'a version that it cannot read',
    { types: '<type category="define">#define <name>VK_HEADER_VERSION</name> seven</type>' },
    'vk.xml: <type> VK_HEADER_VERSION: version not understood',
  );

  it('an alias of a kind of type that src/registry/facts.ts has no aliases of', () => {
    const types = `<type category="funcpointer">typedef void (VKAPI_PTR *<name>PFN_new</name>)(void);</type>
      <type category="funcpointer" name="PFN_old" alias="PFN_new"/>`;
    expect(() => emitted({ types }, 'types/structs.ts')).to.throw('<type> PFN_old: alias of PFN_new');
  });
});

describe('generator: stops at declarators that it cannot read', () => {
  const declarators: [xml: string, why: string][] = [
    ['volatile <type>float</type> <name>x</name>', 'declarator not understood: "volatile float x"'],
    ['<type>float</type> (*<name>x</name>)', 'declarator not understood: "float (*x)"'],
    ['<type>float</type>& <name>x</name>'.replace('&', '&amp;'), 'declarator not understood: "float& x"'],
    ['<type>float</type> <name>x</name>[]', 'declarator not understood: "float x[]"'],
    ['<type>float</type> <name>x</name>[2', 'declarator not understood: "float x[2"'],
    ['<type>float</type> <name>x</name>:N', 'declarator not understood: "float x:N"'],
    ['<type>float</type> <name>x</name> = 1', 'declarator not understood: "float x = 1"'],
    ['<type>float</type>', 'declarator not understood: "float"'],
    ['<type>float</type> <name>x</name><type>int</type>', 'unexpected <type> in a declarator'],
  ];
  for (const [xml, why] of declarators)
    it(xml, () =>
      expect(() => commandRow(`<param>${xml}</param>`)).to.throw(
        `vk.xml: <param> ${xml.includes('<name>') ? 'x' : '(unnamed)'}: ${why}`,
      ),
    );
});

describe('generator: stops at XML that is not well-formed', () => {
  it('with file, line and column, once', () => {
    expect(() => parseXml('<registry>\n  <types>\n</registry>', 'vk.xml')).to.throw(
      /^vk\.xml:3:\d+: unexpected close tag/,
    );
  });
  it('and where it ends early', () => {
    expect(() => parseXml('<registry>', 'vk.xml')).to.throw(/^vk\.xml:1:\d+: unclosed tag: registry/);
  });
});
