// The documents and the examples in doc comments: their code compiles, their commands exist and run, and what they link to
// is there.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { runOther } from '../cli/run.ts';
import { figure } from '../figure.ts';
import { REPO } from '../generator/tree.ts';
import { skipOrFail } from '../skip.ts';
import { type Block, documents, examples, fenced, inline, opening, program, sources } from './blocks.ts';
import { type Compiled, compile } from './compile.ts';

const DOCUMENTS = documents();
const LANGUAGES = ['ts', 'sh', 'json', ''];
const { scripts } = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8'));

const blocks = DOCUMENTS.flatMap(fenced);
const of = (language: string) => blocks.filter(block => block.language === language);
const shown = ({ file, line }: Block) => `${file}:${line}`;

/** What the workflows run. */
const workflows = (): Block[] =>
  readdirSync(join(REPO, '.github/workflows')).flatMap(name => {
    const file = `.github/workflows/${name}`;
    const lines = readFileSync(join(REPO, file), 'utf8').split('\n');
    return lines.flatMap((text, i) => {
      const [, code] = /- run: (npm .*)$/.exec(text) ?? [];
      return code === undefined ? [] : [{ file, line: i + 1, language: 'sh', code }];
    });
  });

/** `npm run x -- …`, `npm start`, `npm test`, as documents have them in blocks and in text. */
const commands: Block[] = [
  ...of('sh').flatMap(block =>
    block.code.split('\n').map((line, i) => ({ ...block, line: block.line + i, code: line })),
  ),
  ...workflows(),
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
  const programs = DOCUMENTS.map(program).filter(({ code }) => code.trim() !== '');
  const typed = [...programs, ...sources().flatMap(examples), ...sources().flatMap(opening)];

  before(async () => {
    compiled = await compile(typed);
  });

  after(() => {
    const count = (name: string, n: number) => `${n} ${name}`;
    const inDocuments = programs.length;
    figure(
      `${[
        count('documents and', inDocuments),
        count('examples of doc comments compiled,', typed.length - inDocuments),
        count('commands found,', commands.length),
        count('different ones of them run', RUN.length),
      ].join(' ')}`,
    );
  });

  it('have blocks of known languages', () => {
    expect(blocks.filter(b => !LANGUAGES.includes(b.language)).map(shown)).to.deep.equal([]);
    expect(of('ts')).to.have.length.above(3);
    expect(sources().flatMap(examples)).to.have.length.above(20);
    expect(sources().flatMap(opening)).to.have.length.above(5);
  });

  for (const kind of ['documents', 'doc comments'])
    it(`compile: ${kind}`, () => {
      const own = compiled.filter(({ file }) => (kind === 'documents') === file.endsWith('.md'));
      expect(own).to.not.be.empty;
      expect(own.flatMap(block => block.errors)).to.deep.equal([]);
    });

  it('would not compile with a mistake in them', async () => {
    const block = program('README.md');
    const wrong = { ...block, code: block.code.replace('queueFamilyIndex }', 'queueFamily }') };
    const [{ errors }] = await compile([wrong]);
    expect(errors[0]).to.match(/^README\.md:\d+: error TS\d+: .*'queueFamily'/);
    const line = Number(/:(\d+):/.exec(errors[0])![1]);
    expect(readFileSync(join(REPO, 'README.md'), 'utf8').split('\n')[line - 1]).to.contain(
      'queueFamilyIndex }',
    );
  });

  it('hold JSON that parses', () => {
    for (const block of of('json')) expect(() => JSON.parse(block.code), shown(block)).to.not.throw();
  });

  it('name scripts and files that exist', () => {
    const missing = commands.flatMap(({ code, ...where }) => {
      const [, script] = /^npm (?:run )?([\w:]+)/.exec(code) ?? [];
      const [, file] = /^npx tsx (\S+)/.exec(code) ?? [];
      if (script !== undefined && !['ci', 'install'].includes(script) && !Object.hasOwn(scripts, script))
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
      [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, to]) => [file, join(dirname(file), to)]),
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
