// Structs of the registry become the right TypeScript types in ffi/types/structs.ts.
import { expect } from 'chai';
import {
  chainable,
  command,
  emitted,
  member,
  out,
  param,
  pointer,
  type Snippet,
  structType,
} from './snippet.ts';

const device = param('VkDevice', 'device');

/** The lines of VkSubject where it is passed. */
function passed(members: string, snippet: Snippet = {}): string {
  const types = structType('VkSubject', members) + (snippet.types ?? '');
  const text = emitted({ ...snippet, types }, 'types/structs.ts');
  return /^export interface VkSubject \{\n([\s\S]*?)\n?\}$/m.exec(text)?.[1].replaceAll(/^ +/gm, '') ?? '';
}

describe('generator: structs that are passed', () => {
  const members: [what: string, xml: string, wanted: string][] = [
    ['integers may be left out: zero', member('uint32_t', 'x'), 'x?: number | undefined;'],
    ['enums with a zero too', member('VkResult', 'x'), 'x?: VkResult;'],
    ['handles may not', member('VkQueue', 'q'), 'q: Queue;'],
    ['but optional ones', member('VkQueue', 'q', 'optional="true"'), 'q?: Queue | null | undefined;'],
    [
      'counts follow from arrays',
      `${member('uint32_t', 'n')}<member len="n">const <type>float</type>* <name>p</name></member>`,
      'n?: number | undefined;\np: readonly number[] | Float32Array;',
    ],
    [
      'arrays of strings',
      member('uint32_t', 'n') +
        '<member len="n,null-terminated">const <type>char</type>* const* <name>p</name></member>',
      'n?: number | undefined;\np: readonly string[];',
    ],
    [
      'an array of pointers to one is an array',
      member('uint32_t', 'n') +
        '<member len="n,1">const <type>VkDeviceSize</type>* const* <name>p</name></member>',
      'n?: number | undefined;\np: readonly Integer64[] | BigUint64Array;',
    ],
    [
      'an array of arrays',
      member('uint32_t', 'n') +
        member('uint32_t', 'm') +
        '<member len="n,m">const <type>float</type>* const* <name>p</name></member>',
      'n?: number | undefined;\nm?: number | undefined;\np: readonly (readonly number[] | Float32Array)[];',
    ],
    [
      'matrices',
      '<member><type>float</type> <name>m</name>[3][4]</member>',
      'm?: readonly (readonly number[] | Float32Array)[] | undefined;',
    ],
    ['text in place', '<member><type>char</type> <name>s</name>[16]</member>', 's?: string | undefined;'],
    [
      'bytes',
      `${member('size_t', 'size')}<member len="size">const <type>void</type>* <name>p</name></member>`,
      'size?: Integer64 | undefined;\np: Bytes;',
    ],
    ['addresses', '<member><type>void</type>* <name>p</name></member>', 'p: LastingAddress;'],
    [
      'where Vulkan writes numbers: an array to fill, or memory',
      '<member><type>VkResult</type>* <name>p</name></member>',
      'p: VkResult[] | Bytes;',
    ],
  ];
  for (const [what, xml, wanted] of members) it(what, () => expect(passed(xml)).to.equal(wanted));

  it('arrays of addresses', () =>
    expect(
      passed(
        `${member('size_t', 'n')}<member len="n">const <type>void</type>* const* <name>p</name></member>`,
      ),
    ).to.equal('n?: Integer64 | undefined;\np: readonly Address[];'));

  it('where Vulkan writes structs: objects or memory', () => {
    const types = structType('VkInner', member('float', 'x'));
    expect(passed('<member><type>VkInner</type>* <name>p</name></member>', { types })).to.equal(
      'p: VkInner | Bytes;',
    );
  });

  it('callbacks: functions, or the address of a native one', () => {
    const types = '<type category="funcpointer">typedef void (VKAPI_PTR *<name>PFN_x</name>)(void);</type>';
    expect(passed(member('PFN_x', 'pfn'), { types })).to.equal('pfn: PFN_x | bigint;');
  });

  it('Windows handles and strings', () => {
    const types = '<type name="HANDLE"/><type name="LPCWSTR"/>';
    expect(passed(member('HANDLE', 'h') + member('LPCWSTR', 's'), { types })).to.match(
      /^h: Win32Handle;\ns\?: string \| undefined;$/,
    );
  });

  it('unions: one arm', () => {
    const types = `<type category="union" name="VkEither">${member('float', 'a')}${member('uint32_t', 'b')}</type>`;
    expect(emitted({ types }, 'types/structs.ts')).to.contain(
      'export type VkEither = { a: number } | { b: number };\n',
    );
  });

  it('chains: the structs that extend it, each with its sType', () => {
    const types = chainable('VkBase', 'A') + chainable('VkMore', 'B', '', 'structextends="VkBase"');
    const text = emitted({ types }, 'types/structs.ts');
    expect(text).to.contain("  pNext?: readonly (Chained<'VkMore'>)[] | undefined;\n");
    expect(text).to.contain('  VkMore: VkMore & { sType: VkStructureType.B };\n');
    expect(text).to.contain('export interface VkMore {\n  sType?: VkStructureType.B;\n}');
  });
});

describe('generator: comments of structs', () => {
  it('say which commands take it, what it is part of and what it extends', () => {
    const types =
      chainable('VkBase', 'A', '<member>const <type>VkPart</type>* <name>pPart</name></member>') +
      structType('VkPart', member('float', 'x')) +
      chainable('VkMore', 'B', '', 'structextends="VkBase"');
    const commands = command('vkUse', param('VkDevice', 'device') + pointer('VkBase', 'pBase'));
    const text = emitted({ types, commands }, 'types/structs.ts');
    expect(text).to.match(
      /\/\*\*\n \* Used by vkUse\.\n \*\n \* \[VkBase\]\(\S+\), from Vulkan 1\.0\n \*\/\nexport interface VkBase /,
    );
    expect(text).to.match(/ \* Part of VkBase\.\n(?: \*[^\n]*\n)+ \*\/\nexport interface VkPart /);
    expect(text).to.match(/ \* Extends VkBase\.\n(?: \*[^\n]*\n)+ \*\/\nexport interface VkMore /);
  });

  it('name the bits of a flags member', () => {
    const types = `<type category="enum" name="VkABits"/>
      <type category="bitmask" requires="VkABits">typedef <type>VkFlags</type> <name>VkA</name>;</type>
      ${structType('VkSubject', member('VkA', 'flags'))}`;
    const text = emitted({ types }, 'types/structs.ts');
    expect(text).to.contain('  /** {@link VkABits} */\n  flags?: VkA;\n');
    expect(text).to.contain("import type { VkABits } from '../rows/enum-types.ts';\n");
  });
});

describe('generator: chains that are passed', () => {
  it('do not hold what Vulkan alone fills', () => {
    const types =
      chainable('VkBase', 'A') +
      chainable('VkMore', 'B', '', 'structextends="VkBase"') +
      chainable('VkFacts', 'C', '', 'structextends="VkBase" returnedonly="true"');
    const commands = command('vkUse', device + pointer('VkBase', 'p'));
    expect(emitted({ types, commands }, 'types/structs.ts')).to.contain(
      "  pNext?: readonly (Chained<'VkMore'>)[] | undefined;\n",
    );
  });
});

describe('generator: structs that come back', () => {
  /** The lines of VkSubject where Vulkan fills it. */
  function returned(members: string, types = ''): string {
    const commands = command('vkGet', device + out('VkSubject', 'p'));
    const subject = structType('VkSubject', members, 'returnedonly="true"');
    const text = emitted({ types: subject + types, commands }, 'types/structs.ts');
    return /^export interface VkSubject \{\n([\s\S]*?)\n?\}$/m.exec(text)?.[1].replaceAll(/^ +/gm, '') ?? '';
  }
  const members: [what: string, xml: string, wanted: string][] = [
    ['every member is there', member('uint32_t', 'x', 'optional="true"'), 'x: number;'],
    ['64 bits are bigint', member('VkDeviceSize', 'x'), 'x: bigint;'],
    ['text', '<member><type>char</type> <name>s</name>[16]</member>', 's: string;'],
    ['bytes', '<member><type>uint8_t</type> <name>id</name>[16]</member>', 'id: Uint8Array;'],
    ['arrays', '<member><type>float</type> <name>r</name>[2]</member>', 'r: [number, number];'],
    ['many', '<member><type>float</type> <name>r</name>[5]</member>', 'r: number[];'],
    [
      'matrices',
      '<member><type>float</type> <name>m</name>[2][3]</member>',
      'm: [[number, number, number], [number, number, number]];',
    ],
    [
      'pointers to text',
      '<member len="null-terminated">const <type>char</type>* <name>s</name></member>',
      's: string | null;',
    ],
    ['addresses', '<member><type>void</type>* <name>p</name></member>', 'p: bigint | null;'],
  ];
  for (const [what, xml, wanted] of members) it(what, () => expect(returned(xml)).to.equal(wanted));

  it('a pointer to one struct: the struct or null', () => {
    const inner = structType('VkInner', member('float', 'x'), 'returnedonly="true"');
    expect(returned('<member><type>VkInner</type>* <name>p</name></member>', inner)).to.equal(
      'p: VkInner | null;',
    );
  });

  it('of a union that a selector rules only one arm', () => {
    const union = (selection: string) =>
      `<type category="union" name="VkEither" returnedonly="true">${member('float', 'a', selection)}</type>`;
    const text = (selection: string) =>
      emitted(
        {
          types: `${union(selection)}${structType('VkSubject', member('VkEither', 'e'), 'returnedonly="true"')}`,
          commands: command('vkGet', device + out('VkSubject', 'p')),
        },
        'types/structs.ts',
      );
    expect(text('selection="VK_SUCCESS"')).to.contain('export interface VkEither {\n  a?: number;\n}');
    expect(text('')).to.contain('export interface VkEither {\n  a: number;\n}');
  });

  it('a struct that is inout has an interface a way', () => {
    const types = structType('VkSubject', member('VkDeviceSize', 'x'));
    const commands =
      command('vkGet', device + out('VkSubject', 'p')) + command('vkUse', device + pointer('VkSubject', 'p'));
    const text = emitted({ types, commands }, 'types/structs.ts');
    expect(text).to.contain('export interface VkSubject {\n  x?: Integer64 | undefined;\n}');
    expect(text).to.contain('export interface VkSubjectReturned {\n  x: bigint;\n}');
    expect(emitted({ types, commands }, 'types/methods.ts')).to.contain('  get(): VkSubjectReturned;\n');
  });

  it('what no command takes or gives is passed, unless Vulkan alone fills it', () => {
    const types =
      structType('VkData', member('VkDeviceSize', 'x')) +
      structType('VkFacts', member('VkDeviceSize', 'x'), 'returnedonly="true"');
    const text = emitted({ types }, 'types/structs.ts');
    expect(text).to.contain('export interface VkData {\n  x?: Integer64 | undefined;\n}');
    expect(text).to.contain('export interface VkFacts {\n  x: bigint;\n}');
  });
});
