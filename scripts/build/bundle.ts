// Bundles the entries: dist/core.cjs with all that the main entry or two entries need, a file for the rest of each
// further entry, and the command line, which shares them.
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { checkCommonJs, toCommonJs } from './commonjs.ts';
import { type Data, writeData } from './data.ts';
import { program } from './program.ts';

export interface Entry {
  /** `index`, or the subpath: `embedded`. */
  readonly name: string;
  /** Relative to the root. */
  readonly source: string;
}

interface Bundled {
  /** Path in dist/ → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Entry → what it exports. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

const TOP = `'use strict';\n// Built by \`npm run build\`. Do not edit. Its data is Khronos': see NOTICE.\n`;
/** What CommonJS has instead of `import.meta.url`. */
const FILE_URL = 'packageFileUrl';
/** Name that the core exports its inner modules by, next to the main entry's names. */
const INNER = 'innerModules';

export async function bundle(root: string, entries: readonly Entry[], data: Data): Promise<Bundled> {
  const main = entries.find(entry => entry.name === 'index');
  if (main === undefined) throw new Error('the main entry, src/index.ts, does not exist');
  const others = entries.filter(entry => entry !== main);

  // What two entries need goes into the core: a class or koffi type that existed twice would be two.
  const whole = await Promise.all(entries.map(entry => esbuild(root, entry, { data })));
  const reached = whole.flatMap(part => part.modules);
  const twice = reached.filter((path, i) => reached.indexOf(path) !== i);
  const inCore = new Set([...whole[entries.indexOf(main)].modules, ...twice]);

  const parts = await Promise.all(others.map(entry => esbuild(root, entry, { data, inCore })));
  const sources = new Map(entries.map(({ name, source }) => [source, name]));
  const cli = await program(root, { entries: sources, data, inCore });
  const wanted = [...new Set([...parts.flatMap(part => part.fromCore), ...cli.fromCore])].sort();
  const core = await esbuild(root, main, { data, append: innerModules(wanted) });

  const { json, rest, reader } = writeData(data, core.stars);
  const converted = toCommonJs(core.code, specifier => located(specifier, 'data', ''));
  const own = [...converted.exports].filter(([name]) => name !== INNER);
  const text = [
    `${TOP}${reader}${converted.head.join('\n')}\n${converted.body}`,
    `module.exports = {\n  data,\n  modules: ${converted.exports.get(INNER)},\n`,
    `  index: Object.assign(data.exported, ${literal([], own, '  ')}),\n};\n`,
  ].join('');
  const files = new Map([
    ['data.json', json],
    ['rest.json', rest],
    ['core.cjs', checkCommonJs('core.cjs', text)],
    ...cli.files,
    ['index.cjs', `${TOP}module.exports = require('./core.cjs').index;\n`],
  ]);
  const names = new Map([['index', exportedNames(core.stars, own, data)]]);

  for (const [i, { name }] of others.entries()) {
    const locate = (specifier: string) => located(specifier, 'core.data', 'core.modules');
    const { head, stars, body, exports } = toCommonJs(parts[i].code, locate);
    const url = body.includes(FILE_URL)
      ? `const ${FILE_URL} = require('node:url').pathToFileURL(__filename).href;\n`
      : '';
    const start = `${TOP}const core = require('./core.cjs');\n${url}${head.join('\n')}\n`;
    const end = `module.exports = ${literal(stars, [...exports], '')};\n`;
    files.set(`${name}.cjs`, checkCommonJs(`${name}.cjs`, start + body + end));
    names.set(name, exportedNames(parts[i].stars, [...exports], data));
  }
  return { files, names };
}

/** Source that exports modules of the core, whole, for the other entries' files. */
const innerModules = (paths: readonly string[]) =>
  [
    ...paths.map((path, i) => `import * as inner${i} from '../${path}';\n`),
    `export const ${INNER} = { ${paths.map((path, i) => `'${path}': inner${i}`).join(', ')} };\n`,
  ].join('');

interface Options {
  readonly data: Data;
  /** Modules to leave outside, relative to the root. */
  readonly inCore?: ReadonlySet<string>;
  /** Source to put at the end of the entry. */
  readonly append?: string;
}

/** What esbuild made of an entry: its own modules, and what it has outside. */
interface Part {
  readonly code: string;
  readonly modules: readonly string[];
  readonly fromCore: readonly string[];
  /** Data files that it exports whole. */
  readonly stars: readonly string[];
}

async function esbuild(root: string, { source }: Entry, options: Options): Promise<Part> {
  const result = await build({
    entryPoints: [source],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['koffi'],
    define: { 'import.meta.url': FILE_URL },
    plugins: [outside(root, join(root, source), options)],
    write: false,
    outdir: 'dist',
    metafile: true,
    logLevel: 'warning',
  });
  const code = result.outputFiles[0].text;
  const { inputs } = result.metafile;
  const outer = Object.values(inputs).flatMap(input =>
    input.imports.filter(i => i.external).map(i => i.path),
  );
  const of = (kind: string) =>
    outer.filter(path => path.startsWith(kind)).map(path => path.slice(kind.length));
  return {
    code,
    modules: Object.keys(inputs),
    fromCore: of('core:'),
    stars: [...code.matchAll(/^export \* from "data:(\w+)";$/gm)].map(match => match[1]),
  };
}

/** Has the data files, which become JSON, and the modules that the core holds outside of a bundle. */
const outside = (root: string, entry: string, { data, inCore, append }: Options): Plugin => ({
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative(root, resolve(resolveDir, path)).replaceAll('\\', '/');
      const name = /^ffi\/rows\/(\w+)\.ts$/.exec(file)?.[1];
      if (name !== undefined && data.has(name)) return { path: `data:${name}`, external: true };
      return inCore?.has(file) ? { path: `core:${file}`, external: true } : undefined;
    });
    if (append !== undefined)
      build.onLoad({ filter: /[\\/]index\.ts$/ }, ({ path }) =>
        path === entry ? { contents: `${readFileSync(path, 'utf8')}\n${append}`, loader: 'ts' } : undefined,
      );
  },
});

/** The expression for a module that is outside. */
function located(specifier: string, dataObject: string, modules: string): string {
  if (specifier.startsWith('data:')) return `${dataObject}.${specifier.slice('data:'.length)}`;
  if (specifier.startsWith('core:')) return `${modules}['${specifier.slice('core:'.length)}']`;
  return `require('${specifier}')`;
}

function literal(stars: readonly string[], exports: readonly [string, string][], indent: string): string {
  const lines = [
    ...stars.map(star => `...${star},`),
    ...exports.map(([name, variable]) => (name === variable ? `${name},` : `${name}: ${variable},`)),
  ];
  return `{\n${lines.map(line => `${indent}  ${line}\n`).join('')}${indent}}`;
}

const exportedNames = (stars: readonly string[], own: readonly [string, string][], data: Data) =>
  [...stars.flatMap(name => Object.keys(data.get(name) ?? {})), ...own.map(([name]) => name)].sort();
