// Sentences of validusage.json become rules and required members in rows, and src/ names only VUIDs that are there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { withRules } from '../../scripts/generate/valid-usage.ts';
import { enumVuid } from '../../src/marshal/argument.ts';
import { registry } from '../../src/registry/registry.ts';
import { formatRules, parseRules } from '../../src/registry/value-rule.ts';
import { skipOrFail } from '../skip.ts';
import {
  command,
  emitted,
  handleType,
  member,
  param,
  pointer,
  resolved,
  type Snippet,
  structType,
} from './snippet.ts';
import { pinned, REPO } from './tree.ts';

const TYPES =
  structType('VkExtent', member('uint32_t', 'width') + member('uint32_t', 'height')) +
  handleType('VkLayout', 'VkDevice') +
  structType('VkGraphicsPipelineLibraryCreateInfoEXT', member('uint32_t', 'flags')) +
  structType(
    'VkSubject',
    member('uint32_t', 'size') +
      member('uint32_t', 'count', 'optional="true"') +
      member('VkExtent', 'extent') +
      member('VkLayout', 'layout', 'optional="true"') +
      '<member len="count">const <type>float</type>* <name>pFloats</name></member>',
  );
const COMMANDS = command('vkSubject', param('uint32_t', 'size') + pointer('VkExtent', 'pExtent'));
const CONSTANTS = `<enums name="API Constants" type="constants">
  <enum type="uint32_t" value="(~0U)" name="VK_WHOLE"/><enum type="uint32_t" value="0" name="VK_NONE"/></enums>`;
const SNIPPET: Snippet = { types: TYPES, commands: COMMANDS, enums: CONSTANTS };

/** The rules that a sentence gives, as their row spells them. */
function rulesOf(owner: 'VkSubject' | 'vkSubject', sentence: string): string {
  const r = resolved({ ...SNIPPET, rules: { [owner]: { 'x-1': sentence } } });
  return [...r.structs, ...r.commands].map(row => formatRules(row.name, row.rules)).join('');
}

describe('generator: sentences of validusage.json', () => {
  const sentences: [text: string, rules: string][] = [
    ['size must be greater than 0', 'size!x-1'],
    ['<code>size</code> <strong class="purple">must</strong> be greater than <code>0</code>', 'size!x-1'],
    ['The size must not be zero', 'size!x-1'],
    ['size must be non-zero', 'size!x-1'],
    ['size must be at least 1', 'size!x-1'],
    ['size must be greater than or equal to 1', 'size!x-1'],
    ['size must be greater than zero and less than or equal to VkLimits::most', 'size!x-1'],
    ['count must be greater than 0', 'count!x-1'],
    ['extent.width must not be 0', 'extent.width!x-1'],
    ['The width member of extent must be greater than 0', 'extent.width!x-1'],
    ['size must be a multiple of 4', 'size%4:x-1'],
    ['size must be a multiple of 256 bytes', 'size%256:x-1'],
    ['size must be a multiple of 4 and must be greater than or equal to sizeof(VkExtent)', 'size%4:x-1'],
    ['If size is not equal to VK_WHOLE, size must be greater than 0', 'size!x-1'],
    ['If size is not VK_WHOLE, it must be greater than 0', 'size!x-1'],
    ['If the pNext chain does not include a VkExtent structure, size must not be 0', 'size!x-1~VkExtent'],
    [
      'If the pNext chain does not include a VkExtent structure, then layout must be a valid VkLayout handle',
      'layout!x-1~VkExtent',
    ],
    [
      'If VkExtent::flags does not include VK_HEAP_BIT, layout must not be VK_NULL_HANDLE',
      'layout!x-1~VkExtent',
    ],
    [
      'If VkExtent::flags does not include VK_HEAP_BIT, the pipeline includes a complete set of state, and there are no libraries included in VkExtent::pLibraries, then VkPipelineLayout must be a valid pipeline layout',
      'layout!x-1~VkExtent+VkExtent+VkGraphicsPipelineLibraryCreateInfoEXT',
    ],
    ['size must be aligned to 16 bytes', 'size%16:x-1'],
    ['size must be 4 byte aligned', 'size%4:x-1'],
    ['size must be 4-byte aligned', 'size%4:x-1'],
    ['If size is not 0, it must be aligned to 16 bytes', 'size%16:x-1'],
    ['Each element of pFloats must be a multiple of 4', 'pFloats[]%4:x-1'],
    ['All elements of pFloats must be greater than 0', 'pFloats[]!x-1'],
    ['For each i where i ≤ count-1, pFloats[i] must be greater than 0', 'pFloats[]!x-1'],
    [
      'each element of pFloats must be greater than 0 and less than or equal to VkLimits::most',
      'pFloats[]!x-1',
    ],
    // What holds under a condition only, and what is about something else, is no rule.
    ['If size is not VK_NONE, it must be greater than 0', ''],
    ['If count is 3, size must be greater than 0', ''],
    ['If VkElsewhere::flags does not include VK_HEAP_BIT, layout must not be VK_NULL_HANDLE', ''],
    ['size must not be 0 if count is 3', ''],
    ['size must not be 0xFFFFFFFF', ''],
    ['size must be a multiple of 4 / count', ''],
    ['somewhere must be greater than 0', ''],
    ['extent must be greater than 0', ''],
    ['If size is not equal to VK_WHOLE, size must be a multiple of 4', ''],
    ['VkOther::size must be greater than 0', ''],
    ['Each element of size must be greater than 0', ''],
    ['pFloats must be greater than 0', ''],
  ];
  for (const [text, rules] of sentences)
    it(`${text}: ${rules || 'nothing'}`, () => expect(rulesOf('VkSubject', text)).to.equal(rules));

  it('of a parameter, and of what one points to where nothing else takes the struct', () => {
    expect(rulesOf('vkSubject', 'size must be greater than 0')).to.equal('size!x-1');
    expect(rulesOf('vkSubject', 'pExtent-&gt;width must be a multiple of 4')).to.equal(
      'pExtent->width%4:x-1',
    );
    const types = structType('VkOwn', member('uint32_t', 'n'));
    const r = resolved({
      types,
      commands: command('vkSubject', pointer('VkOwn', 'pOwn')),
      rules: { vkSubject: { 'pOwn::n-arraylength': 'pOwn-&gt;n must be greater than 0' } },
    });
    expect(formatRules('VkOwn', r.structs[0].rules)).to.equal('n!VUID-vkSubject-pOwn::n-arraylength');
    expect(r.commands[0].rules).to.deep.equal([]);
  });

  it('of flags that the registry does not call optional', () => {
    const bitmask = (attributes: string) => {
      const types = `<type category="bitmask">typedef <type>VkFlags</type> <name>VkUses</name>;</type>
        ${structType('VkSubject', member('VkUses', 'uses', attributes))}
        ${structType('VkUses2', member('VkUses', 'uses'))}`;
      const sentence = 'uses must be a valid combination of VkUseBits values';
      return resolved({ types, rules: { VkSubject: { 'uses-parameter': sentence } } }).structs[0].rules;
    };
    expect(formatRules('VkSubject', bitmask(''))).to.equal('uses!uses-parameter');
    expect(formatRules('VkSubject', bitmask('flagsextend="VkUses2" flagsextendmember="uses"'))).to.equal(
      'uses!uses-parameter~VkUses2',
    );
    expect(bitmask('optional="true"')).to.deep.equal([]);
    expect(bitmask('noautovalidity="true"')).to.deep.equal([]);
  });

  it('make what they are about required, and the members inside it', () => {
    const rules = {
      VkSubject: { 'size-1': 'size must be greater than 0', 'extent-2': 'extent.width must not be 0' },
    };
    const text = emitted({ ...SNIPPET, rules }, 'types/structs.ts');
    expect(text).to.contain('  size: number;\n').and.to.contain("  extent: Given<VkExtent, 'width'>;\n");
    expect(emitted(SNIPPET, 'types/structs.ts')).to.contain('  size?: number | undefined;\n');
  });

  it('of another version stop the generator', () => {
    const usage = { 'version info': { 'api version': '1.0.1' }, validation: {} };
    expect(() => withRules(resolved(SNIPPET), usage)).to.throw(
      'validusage.json: expected Vulkan 1.9.7, as in vk.xml, got 1.0.1',
    );
  });

  it('come back from a row as they were, and a row that is none is refused', () => {
    for (const name of ['VkBufferCreateInfo', 'VkCommandBufferAllocateInfo']) {
      const { rules } = registry.struct(name);
      expect(rules.length).to.be.greaterThan(0);
      expect(parseRules(name, formatRules(name, rules))).to.deep.equal(rules);
    }
    expect(() => parseRules('VkA', 'size')).to.throw('Row rule of VkA');
  });
});

/** `X must be greater than 0` and the like, from the beginning of a sentence to its end, as the file has it. */
const SIMPLE =
  /"vuid": "(VUID-[Vv]k[\w:-]+)",\s*"text": "<code>\w+<\/code> <strong class=\\"purple\\">must<\/strong> (?:be greater than|not be) <code>0<\/code>"/g;

describe('generator: the rules of 1.4.363', () => {
  const rules = [
    ...registry.tables.structs.names().map(name => registry.struct(name)),
    ...registry.tables.commands.names().map(name => registry.command(name)),
  ].flatMap(row => row.rules);
  const vuids = new Set(rules.map(rule => rule.vuid));

  it('are 337 that forbid zero and 101 that demand a multiple', () => {
    const zero = new Set(rules.filter(rule => rule.multiple === 0).map(rule => rule.vuid));
    expect([zero.size, vuids.size - zero.size]).to.deep.equal([337, 101]);
  });

  it('know the sentences that say it without a condition', function () {
    const path = join(pinned(this), 'validusage.json');
    if (!existsSync(path)) skipOrFail(this, `${path} is not there`);
    const text = readFileSync(path, 'utf8');
    const simple = [...text.matchAll(SIMPLE)].map(match => match[1]);
    expect(simple.length).to.be.greaterThan(150);
    // Of these two another sentence says the same.
    expect(simple.filter(vuid => !vuids.has(vuid))).to.deep.equal([
      'VUID-VkIndirectCommandsLayoutCreateInfoNV-tokenCount-arraylength',
      'VUID-VkIndirectCommandsLayoutCreateInfoNV-streamCount-arraylength',
    ]);
  });
});

/** The VUIDs that a file names, with what its templates are filled with. */
function namedIn(text: string): string[] {
  return [...text.matchAll(/['`(](VUID-(?:[\w:-]|\$\{\w+\})+)(?!\$)/g)].flatMap(({ 1: vuid, index }) => {
    const hole = /\$\{(\w+)\}/.exec(vuid);
    if (hole === null) return /-\w+-/.test(vuid) ? [vuid] : [];
    const fill = (word: string) => vuid.replace(hole[0], word);
    if (hole[1] === 'vuid') return [...text.matchAll(/'(\w+-\d{5})'/g)].map(match => fill(match[1]));
    const before = text.slice(0, index).matchAll(/\b(?:command|COMMAND) = '(\w+)'/g);
    return [...before].slice(-1).map(match => fill(match[1]));
  });
}

describe('what src says of valid usage', () => {
  let known: Set<string>;
  before(function () {
    const path = join(pinned(this), 'validusage.json');
    if (!existsSync(path)) skipOrFail(this, `${path} is not there`);
    known = new Set(readFileSync(path, 'utf8').match(/VUID-[\w:-]+/g));
  });

  it('is in validusage.json', () => {
    const files = readdirSync(join(REPO, 'src'), { recursive: true, encoding: 'utf8' });
    const said = files
      .filter(name => name.endsWith('.ts'))
      .flatMap(name => namedIn(readFileSync(join(REPO, 'src', name), 'utf8')));
    expect(said).to.include.members([
      'VUID-vkGetMemoryWin32HandlePropertiesKHR-handle-00665',
      'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660',
      'VUID-vkDestroyDevice-device-05137',
    ]);
    expect(said.filter(vuid => !known.has(vuid))).to.deep.equal([]);
  });

  it('is there for every enum that a command takes', () => {
    const said = registry.tables.commands.names().flatMap(name => {
      const row = registry.command(name);
      return row.params.flatMap(p => (p.pointers === '&' ? [] : (enumVuid(row, p) ?? [])));
    });
    expect(said.filter(vuid => !known.has(vuid))).to.deep.equal([]);
  });
});
