// Rows of the matrix for bundlers and minifiers, as ES module and CommonJS, minified and not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tool, versionHere } from './npm.ts';
import type { Row } from './row.ts';
import { beside, copyOf, user } from './user.ts';
import * as versions from './versions.ts';

/** A program that imports, and imports what requires: both have to get the same classes. */
const MIXED = 'mixed.mjs';

interface Job {
  readonly entry: string;
  readonly format: 'esm' | 'cjs';
  readonly minify: boolean;
}

const jobs = (...entries: readonly (readonly [entry: string, format: Job['format']])[]): Job[] =>
  entries.flatMap(([entry, format]) => [false, true].map(minify => ({ entry, format, minify })));

const ALL = jobs([MIXED, 'esm'], ['program.cjs', 'cjs']);
const IMPORTING = jobs(['program.mjs', 'esm'], ['program.mjs', 'cjs']);

interface Bundler {
  /** `name@version`; the first is who it is, the others are installed with it. */
  readonly packages: readonly string[];
  /** What is special about it. */
  readonly how?: string;
  readonly jobs: readonly Job[];
  /** A module that makes `outfile` of `entry`, in `format`, minified where `minify` says so. */
  readonly script: string;
}

const START = `import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
const { entry, outfile, format, minify } = JSON.parse(process.argv[2]);
const [dir, file] = [dirname(outfile), basename(outfile)];
`;

function split(spec: string): [name: string, version: string] {
  const at = spec.lastIndexOf('@');
  return [spec.slice(0, at), spec.slice(at + 1)];
}

function row({ packages, how, jobs, script }: Bundler): Row {
  const [name, version] = split(packages[0]);
  return {
    who: `${name} ${version}`,
    how: [jobs === ALL ? 'ES module, CommonJS' : 'ES module', 'minified and not', how]
      .filter(Boolean)
      .join(', '),
    print() {
      const id = [name, how].join(' ').replace(/\W+/g, '-');
      const installed = tool(name, version, ...packages.slice(1));
      const folder = installed.slice(0, -join('node_modules', name).length);
      writeFileSync(join(folder, `${id}.mjs`), START + script);
      // Nothing beside the bundle but koffi, so that nothing can have been left out of it.
      const home = beside(`bundled-${id}`);
      copyOf(home, 'koffi', '@koromix');
      return jobs.flatMap(job => {
        const outfile = join(
          home,
          `${job.entry.replace('.', '-')}${job.minify ? '-minified' : ''}.${job.format === 'esm' ? 'mjs' : 'cjs'}`,
        );
        const told = JSON.stringify({ ...job, entry: join(user(), job.entry), outfile });
        run(process.execPath, ['--no-warnings', join(folder, `${id}.mjs`), told], user());
        // Where names are short, code that may not be made from text has its turn too.
        const ways = job.minify ? [[], ['--disallow-code-generation-from-strings']] : [[]];
        return ways.map(flags => run(process.execPath, [...flags, outfile], home).trim());
      });
    },
  };
}

const WEBPACK = `import webpack from 'webpack';
const esm = format === 'esm';
webpack({
  entry,
  mode: minify ? 'production' : 'none',
  target: 'node20',
  externals: { koffi: esm ? 'module koffi' : 'commonjs koffi' },
  experiments: { outputModule: esm },
  output: { path: dir, filename: file, module: esm, chunkFormat: esm ? 'module' : 'commonjs' },
}).run((error, stats) => {
  if (error ?? stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`;

const ROLLUP = (plugins: string) => `import { rollup } from 'rollup';
import nodeResolve from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';
import terser from '@rollup/plugin-terser';
const bundle = await rollup({
  input: entry,
  external: ['koffi', /^node:/],
  plugins: [${plugins}],
});
await bundle.write({ file: outfile, format, plugins: minify ? [terser()] : [] });
`;

const VITE = (config: string) => `import { build } from 'vite';
await build({
  configFile: false,
  root: dirname(entry),
  logLevel: 'error',
  ${config}
});
`;

const OUTPUT = "{ external: ['koffi', /^node:/], output: { format, entryFileNames: file } }";
const INTO = `outDir: dir, emptyOutDir: false, minify, rolldownOptions: ${OUTPUT}`;

const ROLLDOWN = `import { build } from 'rolldown';
await build({
  input: entry,
  platform: 'node',
  external: ['koffi'],
  logLevel: 'silent',
  output: { file: outfile, format, minify },
});
`;

/** What esbuild bundled, shortened by another program. */
const minified = (imported: string, call: string) => `${ESBUILD}
${imported}
await esbuild();
if (minify) writeFileSync(outfile, (${call}).code);
`;

const ESBUILD = `import { build } from 'esbuild';
const esbuild = options =>
  build({
    entryPoints: [entry],
    outfile,
    format,
    bundle: true,
    platform: 'node',
    external: ['koffi'],
    logLevel: 'error',
    ...options,
  });
`;

const CODE = `readFileSync(outfile, 'utf8')`;
const esbuild = `esbuild@${versionHere('esbuild')}`;
const rollup = [
  versions.ROLLUP,
  versions.ROLLUP_NODE_RESOLVE,
  versions.ROLLUP_COMMONJS,
  versions.ROLLUP_TERSER,
];

/** The conditions that the package's exports name, and one that they do not. */
const CONDITIONS = ['node', 'module', 'bun', 'deno', 'default', 'production'];

const all: readonly Bundler[] = [
  { packages: [esbuild], jobs: ALL, script: `${ESBUILD}await esbuild({ minify });` },
  ...CONDITIONS.map(condition => ({
    packages: [esbuild],
    how: `conditions: ['${condition}']`,
    jobs: IMPORTING,
    script: `${ESBUILD}await esbuild({ minify, conditions: ['${condition}'] });`,
  })),
  { packages: [versions.WEBPACK], jobs: ALL, script: WEBPACK },
  { packages: rollup, how: 'node-resolve alone', jobs: IMPORTING, script: ROLLUP('nodeResolve()') },
  { packages: rollup, jobs: ALL, script: ROLLUP('nodeResolve(), commonjs()') },
  {
    packages: [versions.VITE],
    how: 'SSR',
    jobs: ALL,
    script: VITE(`build: { ssr: entry, ${INTO} }, ssr: { noExternal: true, external: ['koffi'] }`),
  },
  {
    packages: [versions.VITE],
    how: "SSR, resolve.conditions: ['node']",
    jobs: IMPORTING,
    script: VITE(
      `build: { ssr: entry, ${INTO} }, ssr: { noExternal: true, external: ['koffi'], resolve: { conditions: ['node'] } }`,
    ),
  },
  {
    packages: [versions.VITE],
    how: 'library',
    jobs: IMPORTING,
    script: VITE(`build: { lib: { entry, formats: [format === 'esm' ? 'es' : 'cjs'] }, ${INTO} }`),
  },
  {
    packages: [versions.VITE],
    how: "library, resolve.conditions: ['node']",
    jobs: IMPORTING,
    script: VITE(
      `build: { lib: { entry, formats: [format === 'esm' ? 'es' : 'cjs'] }, ${INTO} }, resolve: { conditions: ['node'] }`,
    ),
  },
  { packages: [versions.ROLLDOWN], jobs: ALL, script: ROLLDOWN },
  {
    packages: [versions.SWC, esbuild],
    jobs: ALL,
    script: minified(
      `import swc from '@swc/core';`,
      `await swc.minify(${CODE}, { compress: { passes: 2 }, mangle: { toplevel: true }, module: format === 'esm' })`,
    ),
  },
  {
    packages: [versions.TERSER, esbuild],
    jobs: ALL,
    script: minified(
      `import { minify as terser } from 'terser';`,
      `await terser(${CODE}, { compress: { passes: 2 }, mangle: true, toplevel: true, module: format === 'esm' })`,
    ),
  },
  {
    packages: [versions.OXC, esbuild],
    jobs: ALL,
    script: minified(
      `import { minify as oxc } from 'oxc-minify';`,
      `await oxc(file, ${CODE}, { compress: true, mangle: { toplevel: true } })`,
    ),
  },
];

export const bundlers: readonly Row[] = all.map(row);
