// <member> and <param> elements become the right declarators, lengths, optionality and other marks of a row.
import { expect } from 'chai';
import { formatDeclarator } from '../../src/registry/rows.ts';
import {
  commandRow,
  emitted,
  member,
  memberRow,
  out,
  param,
  pointer,
  type Snippet,
  structRow,
  structType,
} from './snippet.ts';

const CONSTANTS: Snippet = {
  enums: `<enums name="API Constants" type="constants">
    <enum type="uint32_t" value="16" name="VK_UUID_SIZE"/>
      <enum name="VK_UUID_SIZE_KHR" alias="VK_UUID_SIZE"/></enums>`,
};

/** The declarator of `<member>${text}</member>` as a row spells it. */
const declared = (text: string, snippet: Snippet = {}) =>
  formatDeclarator(memberRow(`<member>${text}</member>`, snippet));

describe('generator: declarators', () => {
  const forms: [xml: string, row: string][] = [
    ['<type>uint32_t</type> <name>x</name>', 'uint32_t'],
    ['<type>void</type>* <name>p</name>', '&void'],
    ['const <type>void</type>* <name>p</name>', '*void'],
    ['const <type>char</type>* const* <name>names</name>', '**char'],
    ['const <type>char</type>* const * <name>names</name>', '**char'],
    ['<type>void</type>** <name>pp</name>', '&&void'],
    ['const <type>void</type>** <name>pp</name>', '&*void'],
    ['<type>void</type>* const* <name>pp</name>', '*&void'],
    ['const struct <type>VkSubject</type>* <name>p</name>', '*VkSubject'],
    ['struct <type>VkSubject</type>* <name>p</name>', '&VkSubject'],
    ['<type>float</type> <name>color</name>[4]', '[4]float'],
    ['<type>float</type> <name>matrix</name>[3][4]', '[3][4]float'],
    ['<type>uint8_t</type> <name>a</name>[2][3][ 5 ]', '[2][3][5]uint8_t'],
    ['<type>uint32_t</type> <name>mask</name>:8', 'uint32_t:8'],
    ['<type>uint32_t</type> <name>index</name> : 24', 'uint32_t:24'],
    ['<type>uint32_t</type> <name>x</name><comment>const char* [4]</comment>', 'uint32_t'],
  ];
  for (const [xml, row] of forms) it(`${xml} is ${row}`, () => expect(declared(xml)).to.equal(row));

  it('takes array extents from constants, aliases of constants and several at once', () => {
    const array = (...extents: string[]) =>
      declared(
        `<type>uint8_t</type> <name>x</name>${extents.map(e => `[<enum>${e}</enum>]`).join('')}`,
        CONSTANTS,
      );
    expect(array('VK_UUID_SIZE')).to.equal('[16]uint8_t');
    expect(array('VK_UUID_SIZE_KHR', 'VK_UUID_SIZE')).to.equal('[16][16]uint8_t');
    expect(() => array('VK_GONE')).to.throw('vk.xml: VK_GONE: an enumerant that nothing defines');
  });

  it('takes a parameter that is declared as an array for a pointer to one', () => {
    const written = (text: string) => formatDeclarator(commandRow(`<param>${text}</param>`).params[0]);
    expect(written('const <type>float</type> <name>constants</name>[4]')).to.equal('*[4]float');
    expect(written('<type>float</type> <name>constants</name>[4]')).to.equal('&[4]float');
  });
});

describe('generator: len', () => {
  const siblings = member('uint32_t', 'count') + member('uint32_t', 'samples') + member('float', 'rate');
  const length = (attributes: string, text = 'const <type>uint32_t</type>* <name>p</name>') =>
    memberRow(`<member ${attributes}>${text}</member>${siblings}`, CONSTANTS).length;

  it('is absent for a pointer to one', () => expect(length('')).to.deep.equal([]));
  it('null-terminated', () =>
    expect(length('len="null-terminated"', 'const <type>char</type>* <name>p</name>')).to.deep.equal([
      'null-terminated',
    ]));
  it('one expression a pointer level', () =>
    expect(
      length('len="count,null-terminated"', 'const <type>char</type>* const* <name>p</name>'),
    ).to.deep.equal(['count', 'null-terminated']));
  it('array of pointers to one', () =>
    expect(length('len="count,1"', 'const <type>uint32_t</type>* const* <name>p</name>')).to.deep.equal([
      'count',
      '1',
    ]));
  it('altlen, its spaces dropped, before a LaTeX len', () =>
    expect(
      length('len="latexmath:[\\lceil{samples\\over32}\\rceil]" altlen="(samples + 31) / 32"'),
    ).to.deep.equal(['(samples+31)/32']));
  it('a member of the struct that a parameter points to', () =>
    expect(
      commandRow(pointer('VkInfo', 'pInfo') + out('VkQueue', 'pQueues', 'len="pInfo-&gt;n"'), '', {
        types: structType('VkInfo', member('uint32_t', 'n')),
      }).params[1].length,
    ).to.deep.equal(['pInfo->n']));
  it('a constant is a number', () => expect(length('len="2*VK_UUID_SIZE"')).to.deep.equal(['2*16']));
  it('LaTeX without altlen stops', () =>
    expect(() => length('len="latexmath:[x]"')).to.throw(
      'vk.xml: <member> p: len is LaTeX and no altlen is given',
    ));
});

describe('generator: marks of members', () => {
  const marks = (attributes: string) => {
    const text = `<member ${attributes}><type>uint32_t</type>* <name>p</name></member>`;
    const { optional, elementOptional } = memberRow(text);
    return [optional, elementOptional];
  };

  it('optional: the member, the element, both, neither', () => {
    expect(marks('')).to.deep.equal([false, false]);
    expect(marks('optional="false"')).to.deep.equal([false, false]);
    expect(marks('optional="true"')).to.deep.equal([true, false]);
    expect(marks('optional="false,true"')).to.deep.equal([false, true]);
    expect(marks('optional="true,true"')).to.deep.equal([true, true]);
    expect(marks('optional="true,false"')).to.deep.equal([true, false]);
  });

  it('noautovalidity', () => {
    const marked = (attributes: string) =>
      memberRow(`<member ${attributes}><type>uint32_t</type> <name>x</name></member>`).noautovalidity;
    expect(marked('noautovalidity="true"')).to.equal(true);
    expect(marked('')).to.equal(false);
  });

  it('externsync: as the registry says it, on members and parameters', () => {
    const sync = (value: string) =>
      commandRow(`<param externsync="${value}"><type>uint32_t</type> <name>x</name></param>`).params[0]
        .externsync;
    expect(sync('true')).to.equal('true');
    expect(sync('maybe')).to.equal('maybe');
    expect(sync('pInfo-&gt;surface, pInfo-&gt;old')).to.equal('pInfo->surface,pInfo->old');
    expect(
      memberRow('<member externsync="true"><type>uint32_t</type> <name>x</name></member>').externsync,
    ).to.equal('true');
  });

  it('objecttype and stride name the sibling that says what a handle is, or how far elements lie apart', () => {
    const row = commandRow(
      param('VkObjectType', 'kind') +
        param('uint64_t', 'handle', 'objecttype="kind"') +
        pointer('float', 'p', 'len="gap" stride="gap"') +
        param('uint32_t', 'gap'),
    );
    expect(row.params.map(p => [p.objectType, p.stride])).to.deep.equal([
      ['', ''],
      ['kind', ''],
      ['', 'gap'],
      ['', ''],
    ]);
  });

  it('selector names the sibling, selection becomes the values of the enumerants', () => {
    const snippet: Snippet = {
      types: `<type category="enum" name="VkKind"/><type category="union" name="VkEither">
        <member selection="VK_KIND_A"><type>uint32_t</type> <name>a</name></member>
        <member selection="VK_KIND_B,VK_KIND_C"><type>float</type> <name>b</name></member></type>`,
      enums: `<enums name="VkKind" type="enum"><enum value="4" name="VK_KIND_A"/>
        <enum value="5" name="VK_KIND_B"/>
        <enum name="VK_KIND_C" alias="VK_KIND_A"/></enums>`,
    };
    const row = structRow(
      `<member><type>VkKind</type> <name>kind</name></member>
        <member selector="kind"><type>VkEither</type> <name>data</name></member>`,
      snippet,
    );
    expect(row.members[1].selector).to.equal('kind');
    const union = structRow(`<member><type>VkEither</type> <name>x</name></member>`, snippet);
    expect(union.members[0].selector).to.equal('');
    expect(emitted({ ...snippet, types: snippet.types }, 'rows/structs.ts')).to.contain(
      '\nVkEither union|a uint32_t =4;b float =5,4||',
    );
  });

  it('drops the members of another API', () => {
    const row = structRow(
      `<member api="vulkansc"><type>float</type> <name>x</name></member>
        <member api="vulkan,vulkanbase"><type>uint32_t</type> <name>x</name></member>`,
    );
    expect(row.members.map(m => m.base)).to.deep.equal(['uint32_t']);
  });

  it('carries the comment of a member into the types', () => {
    const types = structType(
      'VkSubject',
      '<member><type>uint32_t</type> <name>x</name><comment>how */ many</comment></member>',
    );
    expect(emitted({ types }, 'types/structs.ts')).to.contain(
      '  /** how *\\/ many */\n  x?: number | undefined;\n',
    );
  });
});
