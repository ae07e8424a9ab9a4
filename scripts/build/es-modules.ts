// Bundles ES modules for dist/, the parts that several of them share in files of their own.
import { relative, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** @returns path in dist/ and text of each file; nothing is written */
export async function esModules(root: string, options: BuildOptions): Promise<[string, string][]> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['koffi'],
    write: false,
    logLevel: 'warning',
  });
  const dist = resolve(root, 'dist');
  return outputFiles.map(({ path, text }) => [relative(dist, path).replaceAll('\\', '/'), text]);
}
