// Each rule of the specification (VUID) that code checks is written once, and help() lists it from there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { help } from '../../src/cli/repl/help.ts';
import { commandRules } from '../../src/commands/command-rules.ts';
import { END_RULES, RELATION_RULES } from '../../src/commands/end-check.ts';
import { commandSizes } from '../../src/commands/size-rules.ts';
import { objectRules } from '../../src/marshal/object-handle.ts';
import { structRules } from '../../src/marshal/struct-rules.ts';

const SRC = join(import.meta.dirname, '../../src');

/** The rules in the source text of a folder, without those in comments. */
const rulesIn = (folder: string): string[] =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => {
      const code = readFileSync(join(SRC, folder, file), 'utf8').replaceAll(/^ *(\/\/|\/?\*).*$/gm, '');
      return code.match(/\b(VUID-\w+-)?[\w-]+-\d{5}\b/g) ?? [];
    });

describe('rules of the specification', () => {
  it('stand once in the code', () => {
    const all = rulesIn('');
    expect(all.length).to.be.greaterThan(40);
    const whole = all.filter(vuid => vuid.startsWith('VUID-'));
    const same = (a: string, b: string) => a === b || a.endsWith(`-${b}`) || b.endsWith(`-${a}`);
    expect(all.filter((one, i) => all.some((other, j) => i < j && same(one, other)))).to.deep.equal([]);
    expect(new Set(whole).size).to.equal(whole.length);
  });

  it('are listed by help()', () => {
    const tables = [commandRules, commandSizes, END_RULES, RELATION_RULES, structRules, objectRules];
    const listed = new Set(
      tables.flatMap(Object.keys).flatMap(
        name =>
          help(name)
            .join('\n')
            .match(/VUID-[\w-]+/g) ?? [],
      ),
    );
    const written = [...rulesIn('commands'), ...rulesIn('marshal')].filter(vuid => vuid.startsWith('VUID-'));
    expect(written.length).to.be.greaterThan(30);
    expect(written.filter(vuid => !listed.has(vuid))).to.deep.equal([]);
    expect(help('vkGetMemoryWin32HandlePropertiesKHR')).to.include(
      `checked     ${['handleType-00666', 'handle-00665'].map(rule => `VUID-vkGetMemoryWin32HandlePropertiesKHR-${rule}`).join(', ')}`,
    );
  });
});
