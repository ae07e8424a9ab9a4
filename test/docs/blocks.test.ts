// In: README, CONTRIBUTING, CHANGELOG, and the examples in doc comments.
// Out: proof that their code compiles, that their commands exist and run, and that what they link to is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runOther } from '../cli/run.ts';
import { REPO } from '../generator/tree.ts';
import { skipOrFail } from '../skip.ts';
import { type Block, examples, fenced, inline, opening, sources } from './blocks.ts';
import { type Compiled, compile } from './compile.ts';

const DOCUMENTS = ['README.md', 'src/win32/README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const LANGUAGES = ['ts', 'sh', 'json', ''];
const { scripts } = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8'));

const blocks = DOCUMENTS.flatMap(fenced);
const of = (language: string) => blocks.filter(block => block.language === language);
const shown = ({ file, line }: Block) => `${file}:${line}`;

/** `npm run x -- …`, `npm start`, `npm test`, as documents have them in blocks and in text. */
const commands: Block[] = [
  ...of('sh').flatMap(block =>
    block.code.split('\n').map((line, i) => ({ ...block, line: block.line + i, code: line })),
  ),
  ...DOCUMENTS.flatMap(inline).filter(({ code }) => /^(npm (start|test|run|ci)|npx) ?/.test(code)),
].flatMap(block =>
  block.code
    .replace(/ #.*/, '')
    .split('&&')
    .map(code => ({ ...block, code: code.trim() })),
);

/** What a reader's machine can always do: a device that is not there has the embedded driver in its place. */
const RUNS = /^npm (start|run (info|repl))\b(?!.*<)/;

const RUN = [...new Set(commands.map(({ code }) => code).filter(code => RUNS.test(code)))];

describe('documents', () => {
  let compiled: Compiled[] = [];
  const typed = [...of('ts'), ...sources().flatMap(examples), ...sources().flatMap(opening)];

  before(async function () {
    this.timeout(120_000);
    compiled = await compile(typed);
  });

  after(() => {
    const count = (name: string, n: number) => `${n} ${name}`;
    const inDocuments = of('ts').length;
    console.log(
      `      ${[
        count('blocks of documents and', inDocuments),
        count('of doc comments compiled,', typed.length - inDocuments),
        count('commands found,', commands.length),
        count('different ones of them run', RUN.length),
      ].join(' ')}`,
    );
  });

  it('have blocks of known languages', () => {
    expect(blocks.filter(b => !LANGUAGES.includes(b.language)).map(shown)).to.deep.equal([]);
    expect(of('ts')).to.have.length.above(3);
    expect(sources().flatMap(examples)).to.have.length.above(20);
    expect(sources().flatMap(opening)).to.have.length(5);
  });

  for (const document of ['README.md', 'doc comments'])
    it(`compile: ${document}`, () => {
      const own = compiled.filter(({ file }) => (document === 'README.md') === file.endsWith('.md'));
      expect(own).to.not.be.empty;
      expect(own.flatMap(block => block.errors)).to.deep.equal([]);
    });

  it('would not compile with a mistake in them', async function () {
    this.timeout(120_000);
    const [block] = of('ts');
    const wrong = { ...block, code: block.code.replace('queueFamilyIndex', 'queueFamily') };
    const [{ errors }] = await compile([wrong]);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.match(/^README\.md:\d+: error TS\d+: .*'queueFamily'/);
    const line = Number(/:(\d+):/.exec(errors[0])![1]);
    expect(readFileSync(join(REPO, 'README.md'), 'utf8').split('\n')[line - 1]).to.contain(
      'queueFamilyIndex',
    );
  });

  it('begin with a program of at most 15 lines and two commands', () => {
    const [program, both] = fenced('README.md');
    expect(program.language).to.equal('ts');
    expect(program.code.split('\n')).to.have.length.at.most(15);
    expect(both.code.split('\n').map(line => line.replace(/ +#.*/, ''))).to.deep.equal([
      'npm ci && npm start',
      'npm ci && npm test',
    ]);
  });

  it('hold JSON that parses', () => {
    for (const block of of('json')) expect(() => JSON.parse(block.code), shown(block)).to.not.throw();
  });

  it('name scripts and files that exist', () => {
    const missing = commands.flatMap(({ code, ...where }) => {
      const [, script] = /^npm (?:run )?([\w:]+)/.exec(code) ?? [];
      const [, file] = /^npx tsx (\S+)/.exec(code) ?? [];
      if (script !== undefined && script !== 'ci' && !Object.hasOwn(scripts, script))
        return [`${where.file}:${where.line}: no script ${script}`];
      if (file !== undefined && !existsSync(join(REPO, file)))
        return [`${where.file}:${where.line}: no ${file}`];
      return [];
    });
    expect(missing).to.deep.equal([]);
  });

  it('link to files that exist, and name folders and sources that do', () => {
    const texts = DOCUMENTS.map(file => [file, readFileSync(join(REPO, file), 'utf8')] as const);
    const links = texts.flatMap(([file, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, to]) => [file, to]),
    );
    const paths = DOCUMENTS.flatMap(inline)
      .filter(({ code }) => /^(src|scripts|test|ffi)\/[\w./-]*$/.test(code))
      .map(({ file, code }) => [file, code]);
    expect(links).to.not.be.empty;
    expect(paths).to.not.be.empty;
    expect([...links, ...paths].filter(([, path]) => !existsSync(join(REPO, path)))).to.deep.equal([]);
  });

  for (const command of RUN)
    it(`runs: ${command}`, function () {
      this.timeout(120_000);
      // Input is empty: a prompt ends at once.
      const { code, out, err } = runOther('sh', ['-c', `${command} </dev/null`], REPO)!;
      // `info` tells of the system's Vulkan; where there is none it says so.
      const [, reason] =
        /^koffi-vulkan: (no Vulkan library could be opened|no physical device)/m.exec(err) ?? [];
      if (command.startsWith('npm run info') && reason !== undefined) return skipOrFail(this, reason);
      expect(code, out + err).to.equal(0);
      expect(out).to.not.equal('');
    });
});
