// Bundles the entries: dist/core.cjs with what the main entry needs to load, dist/later.cjs with the rest of it,
// dist/shared.cjs with what two further entries need, a file for the rest of each of them, and the command line.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { checkCommonJs, inOneByte, pairs, toCommonJs, wholeModules } from './commonjs.ts';
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
/** Stand for the sources of dist/shared.cjs and dist/later.cjs, which are made of modules alone: there are no such files. */
const SHARED = 'src/shared.ts';
const LATER = 'src/later.ts';
/** In a built file, the variable that holds the modules of dist/shared.cjs. */
const SHARED_MODULES = 'sharedModules';

/**
 * Modules that are not needed until certain functions are called. V8 parses the whole of a file that it loads, and these
 * were a fifth of the core; now the core has functions in their place, which load dist/later.cjs when they are called.
 */
const LATER_MODULES = [
  'src/commands/compile-method.ts',
  'src/commands/not-present.ts',
  'src/commands/thread.ts',
  'src/commands/trace-view.ts',
  'src/errors/closest.ts',
  'src/handles/advice.ts',
  'src/marshal/compile-struct.ts',
  'src/marshal/device-properties.ts',
  'src/marshal/enumerators.ts',
  'src/marshal/fill.ts',
  'src/marshal/image-copy.ts',
  'src/marshal/setting-values.ts',
  'src/marshal/union.ts',
  'src/objects/adopted-handle.ts',
  'src/objects/end.ts',
];

/** In the core although only modules of later.cjs import it: it registers itself, and others find encoders through that. */
const AT_START = ['src/marshal/encode.ts'];

export async function bundle(root: string, entries: readonly Entry[], data: Data): Promise<Bundled> {
  const main = entries.find(entry => entry.name === 'index');
  if (main === undefined) throw new Error('the main entry, src/index.ts, does not exist');
  const others = entries.filter(entry => entry !== main);

  // What two entries need is built once: a class that is in two files would be two classes, and so with koffi's types.
  const atStart = await esbuild(root, main.source, {
    data,
    inLater: new Set(LATER_MODULES),
    append: innerModules(AT_START),
  });
  const inCore = new Set(atStart.modules);
  const after = await esbuild(root, LATER, { data, inCore, append: innerModules(LATER_MODULES) });
  const inLater = new Set(after.modules.filter(path => path !== LATER));
  const later = await esbuild(root, LATER, { data, inCore, append: innerModules([...inLater].sort()) });
  const whole = await Promise.all(
    others.map(({ source }) => esbuild(root, source, { data, inCore, inLater })),
  );
  const reached = whole.flatMap(part => part.modules);
  const inShared = new Set(reached.filter((path, i) => reached.indexOf(path) !== i));

  const parts = await Promise.all(
    others.map(({ source }) => esbuild(root, source, { data, inCore, inLater, inShared })),
  );
  const sharedModules = innerModules([...inShared].sort());
  const shared = await esbuild(root, SHARED, { data, inCore, inLater, append: sharedModules });
  const sources = new Map(entries.map(({ name, source }) => [source, name]));
  const cli = await program(root, { entries: sources, data, inCore, inLater, inShared });
  const fromCore = [...parts, shared, later, cli].flatMap(part => part.fromCore);
  const wanted = [...new Set([...AT_START, ...fromCore])].sort();
  const core = await esbuild(root, main.source, { data, inLater, append: innerModules(wanted) });
  await checkFunctions(root, [core, ...parts, shared]);

  const { json, rest, reader } = writeData(data, core.stars);
  const converted = toCommonJs(core.code, specifier => located(specifier, 'data'));
  const { body, modules } = wholeModules(converted, INNER);
  const own = [...converted.exports].filter(([name]) => name !== INNER);
  const text = [
    `${TOP}${reader}let laterModules;\n`,
    `const later = path => (laterModules ??= require('./later.cjs'))[path];\n`,
    `${converted.head.join('\n')}\n${body}`,
    `module.exports = {\n  data,\n  later,\n  modules: ${modules},\n`,
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

  const behindCore = (file: string, part: Part) => {
    const converted = toCommonJs(part.code, s => located(s, 'core.data'));
    const { head, stars, exports } = converted;
    const { body, modules } = wholeModules(converted, INNER);
    const needs = [
      `const core = require('./core.cjs');\n`,
      head.some(line => line.includes(' later(')) ? 'const { later } = core;\n' : '',
      head.some(line => line.includes(SHARED_MODULES))
        ? `const ${SHARED_MODULES} = require('./shared.cjs');\n`
        : '',
      body.includes(FILE_URL)
        ? `const ${FILE_URL} = require('node:url').pathToFileURL(__filename).href;\n`
        : '',
    ].join('');
    const end = `module.exports = ${modules ?? literal(stars, [...exports], '')};\n`;
    files.set(file, checkCommonJs(file, `${TOP}${needs}${head.join('\n')}\n${body}${end}`));
    return [...exports];
  };
  behindCore('shared.cjs', shared);
  behindCore('later.cjs', later);
  for (const [i, { name }] of others.entries()) {
    const exports = behindCore(`${name}.cjs`, parts[i]);
    names.set(name, exportedNames(parts[i].stars, exports, data));
  }
  return { files, names };
}

/** Source text, as if it were a file in src/, that exports whole modules for the files of other entries. */
const innerModules = (paths: readonly string[]) =>
  [
    ...paths.map((path, i) => `import * as inner${i} from '../${path}';\n`),
    `export const ${INNER} = { ${paths.map((path, i) => `'${path}': inner${i}`).join(', ')} };\n`,
  ].join('');

interface Options {
  readonly data: Data;
  /** Modules, relative to the root, that the core has, so that they are not bundled again. */
  readonly inCore?: ReadonlySet<string>;
  /** The same for dist/shared.cjs and dist/later.cjs. */
  readonly inShared?: ReadonlySet<string>;
  readonly inLater?: ReadonlySet<string>;
  /** Source to put at the end of the entry. */
  readonly append?: string;
}

/** What esbuild made of an entry: its code, the modules bundled in it, and those that it takes from the core. */
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
  const code = inOneByte(result.outputFiles[0].text);
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

/** A plugin that does not bundle the data files, which become JSON, nor modules that another built file has. */
const outside = (
  root: string,
  entry: string,
  { data, inCore, inShared, inLater, append }: Options,
): Plugin => ({
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative(root, resolve(resolveDir, path)).replaceAll('\\', '/');
      const name = /^ffi\/rows\/(\w+)\.ts$/.exec(file)?.[1];
      if (name !== undefined && data.has(name)) return { path: `data:${name}`, external: true };
      if (inCore?.has(file)) return { path: `core:${file}`, external: true };
      if (inLater?.has(file)) return { path: `later:${file}`, external: true };
      return inShared?.has(file) ? { path: `shared:${file}`, external: true } : undefined;
    });
    if (append !== undefined)
      build.onLoad({ filter: /[\\/](index|shared|later)\.ts$/ }, ({ path }) => {
        if (path !== entry) return undefined;
        const own = existsSync(path) ? readFileSync(path, 'utf8') : '';
        return { contents: `${own}\n${append}`, loader: 'ts' };
      });
    build.onResolve({ filter: /(shared|later)\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? { path: entry } : undefined,
    );
  },
});

/** The expression by which a built file reaches a module that is not bundled in it. */
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

/** Throws if a file imports a class or a constant of later.cjs: only functions can load that file when they are called. */
async function checkFunctions(root: string, parts: readonly Part[]): Promise<void> {
  for (const { code } of parts)
    for (const [, list, path] of code.matchAll(/^import \{([^}]*)\} from "later:([^"]+)";$/gm)) {
      const module = await import(pathToFileURL(join(root, path)).href);
      for (const [name] of pairs(list))
        if (typeof module[name] !== 'function' || /^class\b/.test(module[name].toString()))
          throw new Error(`${path}: ${name} is no function, so the module cannot be read later`);
    }
}
