// One set of CommonJS declarations (types/) without @internal members, re-exported to both module kinds.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import type { Entry } from './bundle.ts';

const IMPORT = /((?:from|import\(|import|declare module)\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * Objects whose types are enums. Users see the enums themselves: an editor completes `VkFormat.R8_UNORM` where an enum
 * of that very name is there, and not where an object only has its type.
 */
const VALUES = ['ffi/rows/enums', 'ffi/rows/bitmasks'];

/** Types alone, whose imports are used by links of comments too, which tsc leaves out. */
const AS_THEY_ARE = ['ffi/types/structs'];

function textOf(module: string, root: string, emitted: string): string {
  if (VALUES.includes(module)) return `export * from './enum-types.ts';\n`;
  return readFileSync(
    AS_THEY_ARE.includes(module) ? join(root, `${module}.ts`) : join(emitted, `${module}.d.ts`),
    'utf8',
  );
}

/** Path in dist/ → text. */
export function declarations(root: string, entries: readonly Entry[]): Map<string, string> {
  const emitted = emit(root, entries);
  try {
    const files = new Map<string, string>();
    const add = (module: string) => {
      const path = `types/${module}.d.cts`;
      if (files.has(path)) return;
      const text = textOf(module, root, emitted);
      files.set(path, withLibraries(withoutKoffi(text).replace(IMPORT, '$1$2$3.cjs$2')));
      // Only what is reached: most inner modules' declarations stay behind.
      for (const match of text.matchAll(IMPORT)) add(posix.join(posix.dirname(module), match[3]));
    };
    for (const { name, source } of entries) {
      const module = source.replace(/\.ts$/, '');
      add(module);
      // The classes of objects enter themselves into the types, and the main entry has them all.
      const text = `import './types/src/index.cjs';\nexport * from './types/${module}.cjs';\n`;
      files.set(`${name}.d.cts`, text);
      files.set(`${name}.d.ts`, text);
    }
    return files;
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/** Runs tsc into a temporary folder in .cache/, so that `extends` and node_modules are found. */
function emit(root: string, entries: readonly Entry[]): string {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'declarations-'));
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
    rootDir: root,
    outDir: folder,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const files = entries.map(({ source }) => join(root, source));
  const up = relative(folder, join(root, 'tsconfig.json'));
  writeFileSync(config, JSON.stringify({ extends: up, compilerOptions, files, include: [] }));
  const manifest = join(root, 'node_modules/typescript/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const tsc = join(dirname(manifest), bin.tsc);
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' });
  if (status !== 0) throw new Error('tsc could not write declarations: see above');
  return folder;
}

/** A user's `lib` may end before Symbol.dispose. */
const withLibraries = (text: string) =>
  text.includes('[Symbol.dispose]') ? `/// <reference lib="esnext.disposable" />\n${text}` : text;

/** koffi's own declarations do not compile for every user. Ours name its types in inner modules alone. */
const withoutKoffi = (text: string) =>
  text.replace(/^import koffi from 'koffi';$/m, '/** The package koffi. */\ndeclare const koffi: any;');
