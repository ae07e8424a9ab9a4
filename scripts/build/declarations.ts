// Writes the declarations: one set in types/, as CommonJS and without @internal members, which the .d.ts and the .d.cts of
// each entry re-export.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import type { Entry } from './bundle.ts';

const IMPORT = /((?:from|import\(|import|declare module)\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * Modules of objects whose types are enums. Users get the enums in their place: an editor completes `VkFormat.R8_UNORM`
 * only where there is an enum of that name, not where an object has its type.
 */
const VALUES = ['ffi/rows/enums', 'ffi/rows/bitmasks'];

/** Copied, since tsc would remove imports that only links in comments use. */
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
      // Only declarations that an entry reaches are written; those of most inner modules are not.
      for (const match of text.matchAll(IMPORT)) add(posix.join(posix.dirname(module), match[3]));
    };
    for (const { name, source } of entries) {
      const module = source.replace(/\.ts$/, '');
      add(module);
      // The classes of objects add themselves to the types by `declare module`, and the main entry imports all of them.
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
