// How the sources make errors: each text begins with a path, shows a script's values by `describe` alone, and no class of the
// language is recognized by `instanceof`, which another realm's objects are not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const SRC = join(import.meta.dirname, '../../src');

const sources = readdirSync(SRC, { recursive: true })
  .map(name => String(name).replaceAll('\\', '/'))
  // The command line has texts of its own, and the values of this library alone.
  .filter(name => name.endsWith('.ts') && !name.startsWith('cli/'))
  .map(name => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));

/** What a pattern finds in the sources, `file: what`. */
const found = (pattern: RegExp, files = sources): string[] =>
  files.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([, what]) => `${name}: ${what}`));

const BUILT_IN = Object.getOwnPropertyNames(globalThis).filter(name => /^[A-Z]\w*[a-z]/.test(name));

describe('the sources of errors', () => {
  it('recognize no class of the language by instanceof', () => {
    const pattern = new RegExp(`instanceof (${BUILT_IN.join('|')})\\b`, 'g');
    expect(found(pattern)).to.deep.equal([
      'commands/interpret.ts: AbortSignal',
      'helpers/waits.ts: AbortSignal',
    ]);
  });

  it('turn no value of a script into text but by describe', () => {
    expect(found(/(JSON\.stringify)\(/g)).to.deep.equal(['errors/describe.ts: JSON.stringify']);
    const errors = /(?:new \w*Error|expected)\([^;]*?(\bString\([^;]*?\))/g;
    expect(found(errors)).to.deep.equal([]);
  });

  it('begin each text with a path, the name of a function or of a command', () => {
    const folders = ['d3d', 'embedded', 'external', 'helpers', 'linux', 'objects', 'shared-texture', 'win32'];
    const files = sources.filter(({ name }) => folders.includes(name.split('/')[0]));
    // `new TypeError('...')`, also over two lines; errors with classes of their own put the path before their text.
    const texts = found(/new (?:Type|Range|)Error\(\s*([`'"].*)/g, files);
    expect(texts.length).to.be.above(80);
    const WITH_PATH = /^[^:]+: [`'"](?:\$\{[^}]+\}|[\w.[\]]|::)+: /;
    expect(texts.filter(text => !WITH_PATH.test(text))).to.deep.equal([]);
  });
});
