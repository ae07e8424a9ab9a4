// Bundles the command line: dist/cli.js and, for each of its commands, modules in dist/cli/ that are loaded when it
// is named.
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { bindings } from './commonjs.ts';
import type { Data } from './data.ts';
import { esModules } from './es-modules.ts';

const SOURCE = 'src/cli/main.ts';

/** Files that import nothing: they are copied, since the built file that has them would load koffi or the embedded driver. */
const COPIED = ['src/errors/closest.ts', 'src/embedded/name.ts', 'src/native/regular-file.ts'];

interface Program {
  /** Path in dist/ → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Modules of the core that it uses, relative to the root. */
  readonly fromCore: readonly string[];
}

/** Where the built package has what a source file exports: in an entry, in the data, or in one of the inner files. */
interface Built {
  readonly entries: ReadonlyMap<string, string>;
  readonly data: Data;
  readonly inCore: ReadonlySet<string>;
  readonly inShared: ReadonlySet<string>;
  readonly inLater: ReadonlySet<string>;
}

/**
 * The commands stay ES modules for their top-level awaits, and reach the rest of the package through the CommonJS
 * files that users load: the registry's rows are in the package once. Nothing is minified, as everywhere in dist/.
 */
export async function program(root: string, built: Built): Promise<Program> {
  const fromCore = new Set<string>();
  const files = await esModules(root, {
    entryPoints: { cli: SOURCE },
    plugins: [inPackage(root, built, fromCore)],
    outdir: 'dist',
    chunkNames: 'cli/[name]-[hash]',
  });
  const inDist = ([name, text]: [string, string]) =>
    [name, linked(text, name.includes('/') ? '../' : './')] as const;
  return { files: new Map(files.map(inDist)), fromCore: [...fromCore] };
}

/** A plugin that bundles only the command line's own files; other imports of src/ and ffi/ name the built file that has them. */
const inPackage = (
  root: string,
  { entries, data, inCore, inShared, inLater }: Built,
  fromCore: Set<string>,
): Plugin => ({
  name: 'in package',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir, importer }) => {
      const file = relative(root, resolve(resolveDir, path)).replaceAll('\\', '/');
      if (!/^(src|ffi)\//.test(file) || file.startsWith('src/cli/')) return undefined;
      if (COPIED.includes(file)) return undefined;
      const outside = (path: string) => ({ path, external: true, sideEffects: false });
      const entry = entries.get(file);
      if (entry !== undefined) return outside(`entry:${entry}`);
      const name = /^ffi\/rows\/(\w+)\.ts$/.exec(file)?.[1];
      if (name !== undefined && data.has(name)) return outside(`data:${name}`);
      if (inShared.has(file)) return outside(`shared:${file}`);
      if (inLater.has(file)) return outside(`later:${file}`);
      if (!inCore.has(file))
        throw new Error(`${relative(root, importer)} imports ${file}, which no file of dist/ holds whole`);
      fromCore.add(file);
      return outside(`core:${file}`);
    });
  },
});

/** The expression by which the command line reaches something of the package. */
function located(specifier: string): string {
  const [, kind, name] = /^(\w+):(.*)$/.exec(specifier) ?? [];
  if (kind === 'data') return `packageCore.data.${name}`;
  if (kind === 'core') return `packageCore.modules['${name}']`;
  if (kind === 'shared' || kind === 'later') return `packageRequire('./${kind}.cjs')['${name}']`;
  return name === 'index' ? 'packageCore.index' : `packageRequire('./${name}.cjs')`;
}

/** Turns imports of the package into `require` calls; `packageRequire` resolves from dist/, wherever the module is. */
function linked(code: string, dist: string): string {
  const head: string[] = [];
  const body = code
    .replace(
      /^import ([^"']+?) from "((?:entry|data|core|shared|later):[^"]+)";\n/gm,
      (_, clause: string, specifier) => {
        head.push(...bindings(clause.trim(), located(specifier)));
        return '';
      },
    )
    .replace(/\bimport\("((?:entry|data|core|shared|later):[^"]+)"\)/g, (_, specifier) => {
      return `Promise.resolve(${located(specifier)})`;
    });
  const left = /"(?:entry|data|core|shared|later):[^"]*"/.exec(body);
  if (left !== null) throw new Error(`esbuild wrote an import of another form, of ${left[0]}`);
  const [shebang] = /^(#!.*\n)?/.exec(body) ?? [''];
  const uses = head.length > 0 || body.includes('packageRequire(');
  const links = [
    '// Built by `npm run build`. Do not edit.\n',
    `import { createRequire as packageRequireOf } from 'node:module';\n`,
    `const packageRequire = packageRequireOf(new URL('${dist}', import.meta.url));\n`,
    `const packageCore = packageRequire('./core.cjs');\n`,
    ...head.map(line => `${line}\n`),
  ].slice(0, uses ? undefined : 1);
  return shebang + links.join('') + body.slice(shebang.length);
}
