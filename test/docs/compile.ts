// Compiles blocks of TypeScript with the project's compiler, with src/ under the names of the package's entries.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPO } from '../generator/tree.ts';
import { manifest } from '../package/user.ts';
import type { Block } from './blocks.ts';
import { READER } from './reader.ts';

export interface Compiled extends Block {
  /** The compiler's errors, with the lines of the document. */
  readonly errors: readonly string[];
}

/** What users import, and its source. */
export const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(manifest.exports)
    .filter(subpath => subpath !== './package.json')
    .map(subpath => [
      subpath.replace('.', manifest.name),
      `src/${subpath === '.' ? '' : `${subpath.slice('./'.length)}/`}index.ts`,
    ]),
);

/** Each name that an entry exports at run time, and the entry. */
async function exportedNames(): Promise<[name: string, entry: string][]> {
  const names: [string, string][] = [];
  for (const [entry, file] of Object.entries(ENTRIES))
    for (const name of Object.keys(await import(`../../${file}`))) names.push([name, entry]);
  return names;
}

/** The entry that a source belongs to: of names that two entries have, its own is meant. */
const entryOf = (file: string) =>
  Object.keys(ENTRIES).find(entry => dirname(ENTRIES[entry]) === dirname(file) && entry !== manifest.name);

/** `import { a, b as c } from 'x'` → c, with how it is imported. */
function importsOf(code: string): Map<string, string> {
  const found = code.matchAll(/^import \{([^}]*)\} from ('[^']+');$/gm);
  return new Map(
    [...found].flatMap(([, list, from]) =>
      list
        .split(',')
        .map(one => one.trim())
        .filter(one => one !== '')
        .map(one => [one.split(' ').at(-1)!, `import { ${one} } from ${from};`] as const),
    ),
  );
}

const declares = (code: string, name: string) =>
  new RegExp(`\\b(const|let|using|function|class)(?:(?! of )[^=;(])*\\b${name}\\b`).test(code);
const uses = (code: string, name: string) => new RegExp(`(?<![\\w]|[^.]\\.)${name}\\b(?!:)`).test(code);

/** One line of imports that the block uses and has not. */
function prelude(code: string, known: ReadonlyMap<string, string>): string {
  const own = importsOf(code);
  const needed = [...known].filter(([name]) => !own.has(name) && uses(code, name) && !declares(code, name));
  return needed.map(([, line]) => line).join(' ');
}

/** A document imports what it uses; an example has every export. */
async function preludes(blocks: readonly Block[]): Promise<string[]> {
  const names = await exportedNames();
  return blocks.map(({ file, code }) => {
    if (file.endsWith('.md')) return '';
    const own = names.filter(([, entry]) => entry === entryOf(file));
    const lines = [...names, ...own].map(
      ([name, entry]) => [name, `import { ${name} } from '${entry}';`] as const,
    );
    return prelude(code, new Map(lines));
  });
}

/** The declarations of Electron's that are used, with its own names. */
const ELECTRON = join(REPO, 'scripts/examples/electron.d.ts');

/** @param electron the declarations of Electron's module */
export async function compile(blocks: readonly Block[], electron: string = ELECTRON): Promise<Compiled[]> {
  const folder = mkdtempSync(join(tmpdir(), 'koffi-vulkan-docs-'));
  try {
    const first = await preludes(blocks);
    for (const [i, { code }] of blocks.entries())
      writeFileSync(join(folder, `block${i}.ts`), `${first[i]}\n${code}\nexport {};\n`);
    writeFileSync(join(folder, 'reader.ts'), READER);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    cpSync(electron, join(folder, 'electron.d.ts'));
    const at = (path: string) => join(REPO, path);
    const compilerOptions = {
      typeRoots: [at('node_modules/@types')],
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: {
        ...Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, [at(file)]])),
        '../../src/*': [at('src/*')],
        chai: [at('node_modules/@types/chai')],
      },
    };
    const config = { extends: at('tsconfig.json'), compilerOptions, include: ['.'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(REPO, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '--pretty', 'false', '-p', folder];
    // The compiler must not load the loaders of the process that runs the tests.
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const lines = (stdout + stderr).split('\n').filter(line => /error TS/.test(line));
    if ((status === 0) !== (lines.length === 0))
      throw new Error(`tsc: exit code ${status}: ${stdout}${stderr}`);
    const elsewhere = lines.filter(line => !/^block\d+\.ts\(/.test(line));
    if (elsewhere.length > 0) throw new Error(elsewhere.join('\n'));
    return blocks.map((block, i) => ({
      ...block,
      errors: lines.flatMap(line => {
        const [, index, row, text] = /^block(\d+)\.ts\((\d+),\d+\): (.*)$/.exec(line)!;
        return Number(index) === i ? [`${block.file}:${block.line + Number(row) - 2}: ${text}`] : [];
      }),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
