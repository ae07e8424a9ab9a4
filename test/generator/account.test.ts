// The account of the registry lists everything that the generator reads or drops, and says what it really does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { accountOf } from '../../scripts/generate/account.ts';
import { parse } from '../../scripts/generate/parse.ts';
import { read, type Sources } from '../../scripts/generate/read.ts';
import { VOCABULARY } from '../../scripts/generate/vocabulary.ts';
import { parseXml } from '../../scripts/generate/xml.ts';
import { parsed } from './snippet.ts';
import { pinned, REPO } from './tree.ts';

const rowsOf = (account: string): [key: string, becomes: string][] =>
  [...account.matchAll(/^\| `<?([\w/]+)>?`(?: (\w+))? \|.*\| ([^|]+) \|$/gm)].map(
    ([, element, attribute, text]) => [attribute === undefined ? element : `${element}@${attribute}`, text],
  );

describe('generator: the account of the registry', () => {
  let folder: string;
  let sources: Sources;
  let account: string;
  let readKeys: ReadonlySet<string>;
  before(function () {
    folder = pinned(this);
    sources = read(folder);
    const raw = parse(sources);
    readKeys = raw.read;
    account = accountOf(sources, raw.headerVersion, raw.read);
  });

  it('is what is committed', () => {
    expect(account).to.equal(readFileSync(join(REPO, 'scripts/registry-account.md'), 'utf8'));
  });

  it('has every element and attribute of both files, counted by other means', () => {
    const text = ['vk.xml', 'video.xml'].map(name => readFileSync(join(folder, name), 'utf8')).join('');
    const tags = new Set([...text.matchAll(/<(\w+)[\s>/]/g)].map(match => match[1]));
    const rows = rowsOf(account).map(([key]) => key);
    expect(rows.length).to.be.greaterThan(250);
    for (const tag of tags)
      expect(
        rows.some(key => key.split('/').at(-1) === tag),
        tag,
      ).to.equal(true);
    const [stride, duplicates] = [/<param[^>]* stride=/g, /<type[^>]* allowduplicate=/g].map(
      form => text.match(form)?.length,
    );
    expect(account).to.contain(`| \`command/param\` stride | ${stride} | 0 | Member.stride |`);
    expect(account).to.contain(
      `| \`types/type\` allowduplicate | ${duplicates} | 0 | StructRow.allowDuplicate |`,
    );
  });

  it('says that something becomes of what is read, and nothing of the rest', () => {
    for (const [key, becomes] of rowsOf(account))
      expect(becomes.startsWith('nothing: '), `${key}: ${becomes}`).to.equal(!readKeys.has(key));
  });

  it('stops where something is read of which nothing is said to become', () => {
    const keys = new Set([...readKeys, 'type/member@limittype']);
    expect(() => accountOf(sources, '1.4.363', keys)).to.throw(
      'scripts/generate/vocabulary.ts: type/member@limittype: is read, so something becomes of it',
    );
  });

  it('says of everything what becomes of it', () => {
    const said = Object.values(VOCABULARY).flatMap(({ becomes, attributes }) => [
      becomes,
      ...Object.values(attributes),
    ]);
    for (const text of said)
      expect(text)
        .to.match(/^\S.*\S$/)
        .and.not.match(/undefined/);
  });
});

describe('generator: stops at a new element or attribute, wherever it stands', () => {
  const cases: [features: string, message: string][] = [
    [
      '<formats><format name="F" class="c" blockSize="1" texelsPerBlock="1" colour="red"/></formats>',
      'vk.xml: <format> F: unknown attribute colour',
    ],
    [
      '<formats><format name="F"><texel/></format></formats>',
      'vk.xml: <format> F: unknown element <texel> inside',
    ],
    [
      '<sync><syncstage name="S"><syncsupport colour="red"/></syncstage></sync>',
      'vk.xml: <syncsupport> (unnamed): unknown attribute colour',
    ],
    [
      '<spirvcapabilities><spirvcapability name="C"><enable colour="red"/></spirvcapability></spirvcapabilities>',
      'vk.xml: <enable> (unnamed): unknown attribute colour',
    ],
    [
      '<types><type category="struct" name="VkX"><member><type>float</type> <name colour="red">x</name></member></type></types>',
      'vk.xml: <name> (unnamed): unknown attribute colour',
    ],
    [
      '<feature api="vulkansc" name="VK_SC" number="1"><remove><type name="T" colour="red"/></remove></feature>',
      'vk.xml: <type> T: unknown attribute colour',
    ],
    // A known attribute in a place where nobody knows what it means.
    [
      '<feature api="vulkan" name="VK_V" number="1"><require><type name="T" allowduplicate="true"/></require></feature>',
      'vk.xml: <type> T: unknown attribute allowduplicate',
    ],
    ['<registry/>', 'vk.xml: <registry> (unnamed): unknown element <registry> inside'],
  ];
  for (const [features, message] of cases)
    it(message, () => expect(() => parsed({ features })).to.throw(message));

  it('and in video.xml', () => {
    const file = (name: string, text: string) => ({ name, root: parseXml(text, name), sha256: '' });
    const files = [file('vk.xml', '<registry/>'), file('video.xml', '<registry><extras/></registry>')];
    expect(() => parse({ files })).to.throw(
      'video.xml: <registry> (unnamed): unknown element <extras> inside',
    );
  });
});
