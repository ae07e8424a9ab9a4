// Every command has a sentence that says what it does, in hover and in help(), and each sentence belongs to a command.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { sentences as rows } from '../../ffi/rows/sentences.ts';
import { sentences } from '../../scripts/generate/sentences.ts';
import { help } from '../../src/cli/repl/help.ts';
import { registry } from '../../src/registry/registry.ts';
import { aliasOf } from '../../src/registry/rows.ts';
import { methodName } from '../../src/registry/shape.ts';
import { Table } from '../../src/registry/table.ts';

describe('sentences', () => {
  const commands = registry.tables.commands.entries().filter(([, row]) => aliasOf(row) === undefined);
  const aliases = registry.tables.commands.entries().filter(([, row]) => aliasOf(row) !== undefined);

  it('are there for every command, and for nothing else', () => {
    expect([...sentences.keys()].sort()).to.deep.equal(commands.map(([name]) => name));
    expect(new Table(rows).entries()).to.deep.equal([...sentences].sort(([a], [b]) => (a < b ? -1 : 1)));
  });

  it('stand in the order in which a person looks for them, one a line, none twice', () => {
    const text = readFileSync(new URL('../../scripts/generate/sentences.txt', import.meta.url), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines).to.deep.equal([...lines].sort((a, b) => (a.split(' ')[0] < b.split(' ')[0] ? -1 : 1)));
    expect(lines).to.have.length(sentences.size);
    expect(new Set(sentences.values()).size).to.equal(sentences.size);
  });

  it('are sentences of at most 120 characters', () => {
    for (const [name, sentence] of sentences) {
      expect(sentence.length, name).to.be.within(15, 120);
      expect(sentence, name).to.match(/^[A-Z][^\n]*[A-Za-z0-9)]\.$/);
    }
  });

  it('are shown by help(), of aliases too', () => {
    for (const [name, row] of [...commands, ...aliases])
      expect(help(name), name).to.include(sentences.get(aliasOf(row) ?? name));
  });

  it('are in the comments of methods', () => {
    const methods = readFileSync(new URL('../../ffi/types/methods.ts', import.meta.url), 'utf8');
    for (const [name, row] of [...commands, ...aliases]) {
      const method = methodName(name);
      const comment =
        new RegExp(`/\\*\\*\\n((?:   \\*[^\\n]*\\n)+)   \\*/\\n  ${method}[(<]`).exec(methods)?.[1] ?? '';
      expect(comment, name).to.contain(`   * ${sentences.get(aliasOf(row) ?? name)}\n`);
      expect(comment, name).to.contain(`/${name}.html)`);
    }
  });
});
