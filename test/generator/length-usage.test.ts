// Sentences of validusage.json about arrays and counts become the right facts in rows.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRead } from '../../src/marshal/length-rules.ts';
import {
  formatLengthRules,
  parseAlternatives,
  parseArrayRules,
  parseCountLinks,
} from '../../src/registry/length-rule.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import { skipOrFail } from '../skip.ts';
import { member, resolved, structType } from './snippet.ts';
import { pinned } from './tree.ts';

const array = (name: string, len: string) =>
  `<member noautovalidity="true" len="${len}">const <type>float</type>* <name>${name}</name></member>`;
const TYPES =
  structType(
    'VkSubject',
    member('VkMode', 'mode') +
      member('uint32_t', 'count', 'optional="true"') +
      array('pFloats', 'count') +
      array('ppFloats', 'count'),
  ) +
  `<type category="struct" name="VkNext" structextends="VkSubject">${member('uint32_t', 'nextCount', 'optional="true"')}${array('pNexts', 'nextCount')}</type>`;
const ENUMS = `<enums name="VkMode" type="enum"><enum value="0" name="VK_MODE_A"/><enum value="3" name="VK_MODE_B"/></enums>`;

function rulesOf(owner: 'VkSubject' | 'VkNext', sentence: string): string {
  const r = resolved({
    types: `${TYPES}<type name="VkMode" category="enum"/>`,
    enums: ENUMS,
    rules: { [owner]: { 'x-1': sentence } },
  });
  return r.structs
    .map(row => formatLengthRules(row.name, row.arrayRules, row.countLinks, row.alternatives))
    .join('');
}

describe('generator: sentences on arrays and counts', () => {
  const sentences: [owner: 'VkSubject' | 'VkNext', text: string, rules: string][] = [
    [
      'VkSubject',
      'If count is not 0, pFloats must be a valid pointer to an array of count floats',
      'pFloats*x-1',
    ],
    [
      'VkSubject',
      'If mode is VK_MODE_B, pFloats must be a valid pointer to an array of count floats',
      'pFloats*x-1@mode=3',
    ],
    [
      'VkSubject',
      'If mode is VK_MODE_A, or VK_MODE_B, then pFloats must not be NULL',
      'pFloats*x-1@mode=0.3',
    ],
    ['VkSubject', 'If mode includes VK_MODE_B, pFloats must not be NULL', 'pFloats*x-1@mode&3'],
    [
      'VkSubject',
      'If mode does not include VK_MODE_B and count is not 0, pFloats must be a valid pointer to an array of count floats',
      'pFloats*x-1@mode!3',
    ],
    [
      'VkSubject',
      'If mode is VK_MODE_B, each element of pFloats must be either a valid float or 0',
      'pFloats*x-1@mode=3',
    ],
    ['VkNext', 'nextCount must equal VkSubject::count', 'count=VkNext.nextCount:VUID-VkNext-x-1'],
    [
      'VkNext',
      'nextCount must be the same value as VkSubject::count, where this is in its chain',
      'count=VkNext.nextCount:VUID-VkNext-x-1',
    ],
    ['VkNext', 'nextCount must equal 0 or VkSubject::count', 'count=VkNext.nextCount?:VUID-VkNext-x-1'],
    [
      'VkNext',
      'If nextCount is not zero, nextCount must equal VkSubject::count',
      'count=VkNext.nextCount?:VUID-VkNext-x-1',
    ],
    [
      'VkNext',
      'nextCount must be equal to count in the extended structure',
      'count=VkNext.nextCount:VUID-VkNext-x-1',
    ],
    ['VkSubject', 'If VkNext::nextCount is not 0, it must be equal to count', 'count=VkNext.nextCount?:x-1'],
    [
      'VkSubject',
      'If the pNext chain includes a VkNext structure, and its nextCount member is not zero, that member must be equal to the value of count',
      'count=VkNext.nextCount?:x-1',
    ],
    [
      'VkSubject',
      'If mode is VK_MODE_B, the pNext chain must include a VkNext structure whose nextCount member equals count',
      'count=VkNext.nextCount:x-1@mode=3',
    ],
    [
      'VkSubject',
      'If count is not 0, exactly one of pFloats or ppFloats must be a valid pointer, the other must be NULL',
      'pFloats/ppFloats!:x-1',
    ],
    [
      'VkSubject',
      'Only one of pFloats or ppFloats can be a valid pointer, the other must be NULL',
      'pFloats/ppFloats:x-1',
    ],
    // Sentences with another condition, or about another struct's count, give no rule.
    [
      'VkSubject',
      'If count is not 0, and pFloats is not NULL, pFloats must be a valid pointer to an array of count floats',
      '',
    ],
    ['VkNext', 'nextCount must be less than or equal to VkSubject::count', ''],
    ['VkNext', 'nextCount must equal VkOther::count', ''],
  ];
  for (const [owner, text, rules] of sentences)
    it(`${text}: ${rules || 'nothing'}`, () => expect(rulesOf(owner, text)).to.equal(rules));

  it('are the same after they are formatted and parsed', () => {
    const names = [
      'VkWriteDescriptorSet',
      'VkFramebufferCreateInfo',
      'VkSubmitInfo',
      'VkMicromapBuildInfoEXT',
    ];
    for (const name of names) {
      const { arrayRules, countLinks, alternatives } = registry.struct(name);
      const text = formatLengthRules(name, arrayRules, countLinks, alternatives);
      expect(parseAlternatives(name, text)).to.deep.equal(alternatives);
      expect(parseArrayRules(name, text)).to.deep.equal(arrayRules);
      expect(parseCountLinks(name, text)).to.deep.equal(countLinks);
    }
  });

  it('have VUIDs that the specification has, and so have the arrays that are always read', function () {
    const path = join(pinned(this), 'validusage.json');
    if (!existsSync(path)) skipOrFail(this, `${path} is not there`);
    const text = readFileSync(path, 'utf8');
    const rows = registry.tables.structs
      .entries()
      .filter(([name, row]) => aliasOf(row) === undefined && name.startsWith('Vk'))
      .map(([name]) => registry.struct(name));
    const named = rows.flatMap(row => [
      ...[...row.arrayRules, ...row.countLinks, ...row.alternatives].map(rule => rule.vuid),
      ...row.members
        .filter(
          m =>
            m.pointers !== '' &&
            isRead(m) &&
            row.members.some(c => c.name === m.length[0]) &&
            !row.returnedOnly,
        )
        .map(m => `VUID-${row.name}-${m.name}-parameter`),
    ]);
    expect(named.length).to.be.greaterThan(200);
    expect(named.filter(vuid => !text.includes(`"${vuid}"`))).to.deep.equal([]);
  });

  it('and what is required unless a state is dynamic is named in CONTRIBUTING', function () {
    const path = join(pinned(this), 'validusage.json');
    if (!existsSync(path)) skipOrFail(this, `${path} is not there`);
    const text = readFileSync(path, 'utf8').replaceAll(/<[^>]*>/g, '');
    const required = (sentence: RegExp) =>
      text
        .match(sentence)!
        .flatMap(one => /(p[A-Z]\w+) must be a valid pointer to an array/.exec(one)?.[1] ?? []);
    const listed = readFileSync('CONTRIBUTING.md', 'utf8');
    const dynamic = required(/"If [^"]*(?: dynamic\b|DYNAMIC_STATE)[^"]*"/g);
    expect(new Set(dynamic)).to.include.all.keys('pViewports', 'pScissors', 'pAttachments');
    for (const name of dynamic) expect(listed).to.match(new RegExp(`\\b${name}\``));
    const ruled = registry.tables.structs
      .names()
      .flatMap(name => registry.struct(name).arrayRules.map(rule => rule.array));
    for (const name of required(/"If the pipeline requires (?![^"]*dynamic)[^"]*"/g))
      expect(ruled).to.include(name);
  });
});
