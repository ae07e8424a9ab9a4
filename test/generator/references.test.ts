// Registries whose parts contradict each other or name nothing: each stops with file, element and name.
import { expect } from 'chai';
import {
  aliasType,
  chainable,
  command,
  handleType,
  member,
  param,
  pointer,
  resolved,
  type Snippet,
  structType,
} from './snippet.ts';

const stops = (what: string, snippet: Snippet, message: string) =>
  it(what, () => expect(() => resolved(snippet)).to.throw(message));

const bitmask = (name: string, of: string, bits: string) =>
  `<type category="bitmask" bitvalues="${bits}">typedef <type>${of}</type> <name>${name}</name>;</type>`;
const array = (len: string) => `<member len="${len}">const <type>float</type>* <name>p</name></member>`;
const subject = (members: string, attributes = '') => ({
  types: structType('VkSubject', members, attributes),
});
const extension = (attributes: string, inside = '') => ({
  extensions: `<extension name="VK_KHR_x" number="8" supported="vulkan" ${attributes}>
    <require><enum value="1" name="VK_KHR_X_SPEC_VERSION"/>${inside}</require></extension>`,
});

describe('generator: structextends', () => {
  const extended = (by: string) =>
    resolved({
      types:
        chainable('VkBase', 'A') +
        aliasType('struct', 'VkBaseKHR', 'VkBase') +
        aliasType('struct', 'VkBaseEXT', 'VkBaseKHR') +
        chainable('VkM', 'B', '', `structextends="${by}"`),
    }).structs.find(s => s.name === 'VkBase')?.extendedBy;

  it('follows an alias, and an alias of an alias', () => {
    expect(extended('VkBaseKHR')).to.deep.equal(['VkM']);
    expect(extended('VkBaseEXT')).to.deep.equal(['VkM']);
  });

  for (const name of ['VkGone', ' VkBase', 'VkQueue', ''])
    it(`stops at "${name}"`, () =>
      expect(() => extended(`VkBase,${name}`)).to.throw(
        `vk.xml: <type> VkM: structextends names "${name}", which is no struct`,
      ));
});

describe('generator: stops at contradictions', () => {
  const bits = (bitwidth: string) => `<enums name="VkSubjectBits" type="bitmask" ${bitwidth}>
    <enum bitpos="0" name="VK_SUBJECT_A_BIT"/></enums>`;
  const types = (of: string) =>
    `<type category="enum" name="VkSubjectBits"/>${bitmask('VkSubjectFlags', of, 'VkSubjectBits')}`;
  stops(
    'flags of 64 bits whose FlagBits say nothing, as 1.3.272 was published',
    { types: types('VkFlags64'), enums: bits('') },
    'vk.xml: <enums> VkSubjectBits: has 32 bits, and VkSubjectFlags has 64: bitwidth is missing or wrong',
  );
  stops(
    'flags of 32 bits whose FlagBits say 64',
    { types: types('VkFlags'), enums: bits('bitwidth="64"') },
    'vk.xml: <enums> VkSubjectBits: has 64 bits, and VkSubjectFlags has 32: bitwidth is missing or wrong',
  );
  stops(
    'FlagBits of another width than there are',
    { types: types('VkFlags'), enums: bits('bitwidth="16"') },
    'vk.xml: <enums> VkSubjectBits: unknown bitwidth 16',
  );
  stops(
    'two structs of one sType',
    { types: chainable('VkA', 'A') + chainable('VkB', 'A') },
    'vk.xml: <type> VkB: has the sType of VkA, VK_STRUCTURE_TYPE_A',
  );
  stops(
    'a member that is there twice',
    subject(member('float', 'x') + member('float', 'x')),
    'vk.xml: <member> VkSubject.x: is there twice',
  );
  stops(
    'a type that is its own alias',
    { types: aliasType('struct', 'VkA', 'VkB') + aliasType('struct', 'VkB', 'VkA') },
    'vk.xml: <type> VkB: alias of itself, through VkA',
  );
  for (const attribute of ['noautovalidity', 'optional'])
    stops(
      `${attribute} that is neither true nor false`,
      subject(member('float', 'x', `${attribute}="maybe"`)),
      'vk.xml: <member> x: expected true or false, got "maybe"',
    );
  for (const attribute of ['returnedonly', 'allowduplicate'])
    stops(
      `${attribute} that is neither true nor false`,
      subject('', `${attribute}="yes"`),
      'vk.xml: <type> VkSubject: expected true or false, got "yes"',
    );
  stops(
    'a type that is defined twice',
    { types: structType('VkA', '') + structType('VkA', member('float', 'x')) },
    'vk.xml: <type> VkA: is defined twice',
  );
  stops(
    'a command that is defined twice',
    { commands: command('vkA', param('VkDevice', 'd')) + command('vkA', '') },
    'vk.xml: <command> vkA: is defined twice',
  );
  stops(
    'an enumerant of two values',
    {
      ...extension('type="device"', '<enum extends="VkResult" value="3" name="VK_X"/>'),
      features: `<feature api="vulkan" name="VK_VERSION_1_3" number="1.3"><require>
        <enum extends="VkResult" value="4" name="VK_X"/></require></feature>`,
    },
    '<enum> VK_X: is 4 and 3',
  );
  stops('an extension without a type', extension(''), 'vk.xml: <extension> VK_KHR_x: no type');
});

describe('generator: stops at references to nothing', () => {
  const lengths: [len: string, why: string][] = [
    ['gone', 'len names gone, which nothing defines'],
    ['rate', 'len names rate, which is no integer'],
    ['info-&gt;gone', 'len names gone, which nothing defines'],
    ['count,', 'len not understood: '],
    ['count,count,count', 'len has 3 parts, for 1 pointers'],
    ['count+', 'len not understood: count+'],
    ['(count', 'len not understood: (count'],
    ['count)', 'len not understood: count)'],
    ['count;alert(1)', 'len not understood: count;alert(1)'],
    ['count`', 'len not understood: count`'],
  ];
  for (const [len, why] of lengths)
    stops(
      `len="${len}"`,
      {
        types:
          structType('VkInfo', member('uint32_t', 'n')) +
          structType(
            'VkSubject',
            `${member('uint32_t', 'count')}${member('float', 'rate')}${member('VkInfo', 'info')}${array(len)}`,
          ),
      },
      `vk.xml: <member> VkSubject.p: ${why}`,
    );
  stops(
    'a len of a parameter',
    { commands: command('vkSubject', param('VkDevice', 'd') + pointer('float', 'p', 'len="gone"')) },
    'vk.xml: <param> vkSubject.p: len names gone, which nothing defines',
  );

  const union = `<type category="union" name="VkEither">
    <member selection="VK_KIND_A"><type>float</type> <name>a</name></member></type>`;
  const kind = `<type category="enum" name="VkKind"/>`;
  const kinds = '<enums name="VkKind" type="enum"><enum value="0" name="VK_KIND_B"/></enums>';
  const either = (sibling: string) => ({
    types: union + kind + structType('VkSubject', sibling + member('VkEither', 'x', 'selector="kind"')),
    enums: kinds,
  });
  stops('a selector', either(''), 'vk.xml: <member> VkSubject.x: selector names kind, which is no sibling');
  stops(
    'a selector that is no enum',
    either(member('float', 'kind')),
    'vk.xml: <member> VkSubject.x: selector kind is of float, which is no enum',
  );
  stops(
    'a selection',
    either(member('VkKind', 'kind')),
    'vk.xml: <member> VkSubject.x: selection of VkEither.a names VK_KIND_A, which is not in VkKind',
  );
  stops(
    'a selector of what is no union',
    {
      types:
        kind + structType('VkSubject', member('VkKind', 'kind') + member('float', 'x', 'selector="kind"')),
      enums: kinds,
    },
    'vk.xml: <member> VkSubject.x: has a selector, and float is no union',
  );
  stops(
    'objecttype',
    subject(member('uint64_t', 'x', 'objecttype="gone"')),
    'vk.xml: <member> VkSubject.x: objecttype names gone, which is no sibling',
  );
  stops(
    'objecttype of what is no enum',
    subject(member('uint64_t', 'x', 'objecttype="y"') + member('float', 'y')),
    'vk.xml: <member> VkSubject.x: objecttype names y, which is no enum',
  );
  stops(
    'stride',
    { commands: command('vkSubject', param('VkDevice', 'd') + pointer('float', 'p', 'stride="gone"')) },
    'vk.xml: <param> vkSubject.p: stride names gone, which is no sibling',
  );
  stops(
    'validstructs',
    {
      commands: command('vkSubject', param('VkDevice', 'd') + pointer('float', 'p', 'validstructs="VkGone"')),
    },
    'vk.xml: <param> vkSubject.p: validstructs names VkGone, which is no struct',
  );
  stops(
    'flagsextend',
    subject(member('float', 'x', 'flagsextend="VkGone" flagsextendmember="y"')),
    'vk.xml: <member> VkSubject.x: flagsextend names VkGone.y, which is no member',
  );
  stops('a base type', subject(member('VkGone', 'x')), 'vk.xml: <member> VkSubject.x: unknown type VkGone');
  stops(
    'a base type of video.xml',
    {
      video: `<types>${structType('StdVideoX', member('StdVideoGone', 'x'))}</types>
        <extensions><extension name="vulkan_video" supported="vulkan"><require>
        <type name="StdVideoX"/></require></extension></extensions>`,
    },
    'video.xml: <member> StdVideoX.x: unknown type StdVideoGone',
  );
  stops(
    'an alias',
    { types: aliasType('struct', 'VkOld', 'VkGone') },
    'vk.xml: <type> VkOld: alias of VkGone, which nothing defines',
  );
  stops(
    'bits of flags',
    { types: bitmask('VkSubjectFlags', 'VkFlags', 'VkGone') },
    'vk.xml: <type> VkSubjectFlags: its bits are VkGone, which no <enums> defines',
  );
  stops(
    'the parent of a handle',
    { types: handleType('VkX', 'VkGone') },
    'vk.xml: <type> VkX: parent names VkGone, which is no handle',
  );
  stops(
    'what a command returns',
    { commands: command('vkSubject', param('VkDevice', 'd'), '', 'VkGone') },
    'vk.xml: <command> vkSubject: returns VkGone, which nothing defines',
  );
  for (const [text, why] of [
    ['<type name="VkGone"/>', 'requires VkGone, which nothing defines'],
    ['<enum extends="VkGone" offset="0" name="VK_X"/>', 'adds VK_X to VkGone, which is no enum'],
  ])
    stops(text, extension('type="device"', text), `vk.xml: <extension> VK_KHR_x: ${why}`);
  for (const attribute of ['depends', 'promotedto', 'deprecatedby', 'obsoletedby'])
    stops(
      attribute,
      extension(`type="device" ${attribute}="VK_KHR_gone"`),
      'vk.xml: <extension> VK_KHR_x: names VK_KHR_gone, which is no version, extension or feature',
    );
  stops(
    'a condition that is none',
    extension('type="device" depends="(VK_KHR_a+VK_KHR_b"'),
    'vk.xml: <extension> VK_KHR_x: "(VK_KHR_a+VK_KHR_b" is no condition',
  );
});

describe('generator: stops at names that are none: they reach code made from text', () => {
  const bad = ['a b', 'a-b', 'a;b', '1a', 'a`', '', 'é'];
  for (const name of bad) {
    stops(`a member "${name}"`, subject(member('float', name)), `: expected a C identifier, got "${name}"`);
    stops(
      `a parameter "${name}"`,
      { commands: command('vkSubject', param('float', name)) },
      `: expected a C identifier, got "${name}"`,
    );
    stops(`a type "${name}"`, { types: structType(name, '') }, `expected a C identifier, got "${name}"`);
    stops(
      `an enumerant "${name}"`,
      { enums: `<enums name="VkA" type="enum"><enum value="0" name="${name}"/></enums>` },
      `<enum> ${name}: expected a C identifier, got "${name}"`,
    );
  }
  stops(
    'a command',
    { commands: '<command name="vk A" alias="vkB"/>' },
    '<command> vk A: expected a C identifier, got "vk A"',
  );
  stops(
    'an extension',
    { extensions: '<extension name="VK A" number="1" type="device" supported="vulkan"/>' },
    '<extension> VK A: expected a C identifier, got "VK A"',
  );
});
