// Bundles the entries: dist/core.cjs with all that the main entry needs, dist/shared.cjs with what two further entries
// need, a file for the rest of each of them, and the command line, which shares them.
import { existsSync, readFileSync } from 'node:fs';
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
/** A file that has no source of its own. */
const SHARED = 'src/shared.ts';
/** The variable that holds its modules. */
const SHARED_MODULES = 'sharedModules';

export async function bundle(root: string, entries: readonly Entry[], data: Data): Promise<Bundled> {
  const main = entries.find(entry => entry.name === 'index');
  if (main === undefined) throw new Error('the main entry, src/index.ts, does not exist');
  const others = entries.filter(entry => entry !== main);

  // What two entries need is there once: a class or koffi type that existed twice would be two.
  const whole = await Promise.all(entries.map(({ source }) => esbuild(root, source, { data })));
  const reached = whole.flatMap(part => part.modules);
  const twice = reached.filter((path, i) => reached.indexOf(path) !== i);
  const inCore = new Set(whole[entries.indexOf(main)].modules);
  const inShared = new Set(twice.filter(path => !inCore.has(path)));

  const parts = await Promise.all(
    others.map(({ source }) => esbuild(root, source, { data, inCore, inShared })),
  );
  const shared = await esbuild(root, SHARED, { data, inCore, append: innerModules([...inShared].sort()) });
  const sources = new Map(entries.map(({ name, source }) => [source, name]));
  const cli = await program(root, { entries: sources, data, inCore, inShared });
  const fromCore = [...parts, shared, cli].flatMap(part => part.fromCore);
  const wanted = [...new Set(fromCore)].sort();
  const core = await esbuild(root, main.source, { data, append: innerModules(wanted) });

  const { json, rest, reader } = writeData(data, core.stars);
  const converted = toCommonJs(core.code, specifier => located(specifier, 'data'));
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

  const behindCore = (file: string, part: Part, given: (exports: readonly [string, string][]) => string) => {
    const { head, stars, body, exports } = toCommonJs(part.code, s => located(s, 'core.data'));
    const needs = [
      `const core = require('./core.cjs');\n`,
      head.some(line => line.includes(SHARED_MODULES))
        ? `const ${SHARED_MODULES} = require('./shared.cjs');\n`
        : '',
      body.includes(FILE_URL)
        ? `const ${FILE_URL} = require('node:url').pathToFileURL(__filename).href;\n`
        : '',
    ].join('');
    const end = `module.exports = ${stars.length === 0 ? given([...exports]) : literal(stars, [...exports], '')};\n`;
    files.set(file, checkCommonJs(file, `${TOP}${needs}${head.join('\n')}\n${body}${end}`));
    return [...exports];
  };
  behindCore('shared.cjs', shared, exports => exports.find(([name]) => name === INNER)![1]);
  for (const [i, { name }] of others.entries()) {
    const exports = behindCore(`${name}.cjs`, parts[i], own => literal([], own, ''));
    names.set(name, exportedNames(parts[i].stars, exports, data));
  }
  return { files, names };
}

/** Source in src/ that exports modules whole, for other entries' files. */
const innerModules = (paths: readonly string[]) =>
  [
    ...paths.map((path, i) => `import * as inner${i} from '../${path}';\n`),
    `export const ${INNER} = { ${paths.map((path, i) => `'${path}': inner${i}`).join(', ')} };\n`,
  ].join('');

interface Options {
  readonly data: Data;
  /** Modules to leave outside, relative to the root: the core has these. */
  readonly inCore?: ReadonlySet<string>;
  /** The file beside it has those. */
  readonly inShared?: ReadonlySet<string>;
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

async function esbuild(root: string, source: string, options: Options): Promise<Part> {
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
const outside = (root: string, entry: string, { data, inCore, inShared, append }: Options): Plugin => ({
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative(root, resolve(resolveDir, path)).replaceAll('\\', '/');
      const name = /^ffi\/rows\/(\w+)\.ts$/.exec(file)?.[1];
      if (name !== undefined && data.has(name)) return { path: `data:${name}`, external: true };
      if (inCore?.has(file)) return { path: `core:${file}`, external: true };
      return inShared?.has(file) ? { path: `shared:${file}`, external: true } : undefined;
    });
    if (append !== undefined)
      build.onLoad({ filter: /[\\/](index|shared)\.ts$/ }, ({ path }) => {
        if (path !== entry) return undefined;
        const own = existsSync(path) ? readFileSync(path, 'utf8') : '';
        return { contents: `${own}\n${append}`, loader: 'ts' };
      });
    build.onResolve({ filter: /shared\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? { path: entry } : undefined,
    );
  },
});

/** The expression for a module that is outside. */
function located(specifier: string, dataObject: string): string {
  const [, kind, name] = /^(data|core|shared):(.*)$/.exec(specifier) ?? [];
  if (kind === 'data') return `${dataObject}.${name}`;
  if (kind === 'core') return `core.modules['${name}']`;
  return kind === 'shared' ? `${SHARED_MODULES}['${name}']` : `require('${specifier}')`;
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
