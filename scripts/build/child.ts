// TypeScript programs as JavaScript, for child processes and workers: they start in a fifth of the time that tsx takes.
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { root } from '../packages/root.ts';

/** In the repository, so that packages are found. One process and its children share a folder, which it deletes at exit. */
const FOLDERS = join(root, '.cache', 'children');
const started = process.argv[1] ?? '';
const isChild = started.startsWith(FOLDERS);
const FOLDER = join(FOLDERS, isChild ? relative(FOLDERS, started).split(/[\\/]/)[0] : String(process.pid));
if (!isChild) process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

/** `import.meta` of every module is that of its source: programs find their data beside it. */
const asInSource: Plugin = {
  name: 'import.meta as in the source',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const meta: Record<string, string> = {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: dirname(path),
      };
      const contents = readFileSync(path, 'utf8').replace(
        /\bimport\.meta\.(url|filename|dirname)\b/g,
        (_, name) => JSON.stringify(meta[name]),
      );
      return { contents, loader: 'ts' };
    });
  },
};

const programOf = (source: string) => join(FOLDER, relative(root, source).replace(/\.ts$/, '.mjs'));

/**
 * @param sources paths of TypeScript programs
 * @returns the paths of the programs that `node` runs; they live as long as this process
 */
export async function childPrograms(sources: readonly string[]): Promise<string[]> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [...sources],
    absWorkingDir: root,
    outdir: FOLDER,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [asInSource],
  });
  return sources.map(programOf);
}

const made = new Map<string, Promise<string>>();

/** The path of one such program, which is built at its first use; a child process uses what its parent has built. */
export function childProgram(source: string): Promise<string> {
  const known =
    made.get(source) ??
    (isChild ? Promise.resolve(programOf(source)) : childPrograms([source]).then(([program]) => program));
  made.set(source, known);
  return known;
}
