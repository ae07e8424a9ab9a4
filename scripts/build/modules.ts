// Builds the package as ES modules in dist/esm/, for bundlers, Bun and Deno, which follow only imports.
import type { Entry } from './bundle.ts';
import { esModules } from './es-modules.ts';

/**
 * Builds a file for each entry, and puts what two entries need into files of its own, so that no class exists twice.
 * The rows are in them as text, so that a bundler needs no plugin for JSON or CommonJS.
 * @returns path in dist/ → text
 */
export async function modules(root: string, entries: readonly Entry[]): Promise<Map<string, string>> {
  const files = await esModules(root, {
    entryPoints: Object.fromEntries(entries.map(({ name, source }) => [name, source])),
    banner: { js: "// Built by `npm run build`. Do not edit. Its data is Khronos': see NOTICE." },
    outdir: 'dist/esm',
    chunkNames: 'shared-[hash]',
  });
  return new Map(files);
}
