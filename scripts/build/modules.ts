// Builds the package as ES modules in dist/esm/, for bundlers, Bun and Deno, which follow only imports.
import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Entry } from './bundle.ts';

/**
 * Builds a file for each entry, and puts what two entries need into files of its own, so that no class exists twice.
 * The rows are in them as text, so that a bundler needs no plugin for JSON or CommonJS.
 * @returns path in dist/ → text
 */
export async function modules(root: string, entries: readonly Entry[]): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(entries.map(({ name, source }) => [name, source])),
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['koffi'],
    banner: { js: "// Built by `npm run build`. Do not edit. Its data is Khronos': see NOTICE." },
    write: false,
    outdir: 'dist/esm',
    chunkNames: 'shared-[hash]',
    logLevel: 'warning',
  });
  const dist = resolve(root, 'dist');
  return new Map(outputFiles.map(({ path, text }) => [relative(dist, path).replaceAll('\\', '/'), text]));
}
