// Builds dist/ for the entries that package.json's `exports` names (`.` is src/index.ts, `./x` is src/x/index.ts): for
// Node a CommonJS core, a file for each entry, and ES modules that wrap these; for bundlers ES modules; declarations.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseOptions } from '../src/cli/options.ts';
import { bundle, type Entry } from './build/bundle.ts';
import { readData } from './build/data.ts';
import { declarations } from './build/declarations.ts';
import { esmWrappers } from './build/esm-wrappers.ts';
import { examples } from './build/examples.ts';
import { modules } from './build/modules.ts';
import { root } from './packages/root.ts';
import { runScript } from './packages/script.ts';

const dist = join(root, 'dist');

const HELP = `Builds dist/, and prints the sizes of its files.

usage: npm run build`;

async function main(args: readonly string[], me: string): Promise<number> {
  parseOptions('build', args, {}, me);
  const started = performance.now();

  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries: Entry[] = [];
  for (const subpath of Object.keys(exports)) {
    if (subpath === './package.json') continue;
    const name = subpath === '.' ? 'index' : subpath.slice('./'.length);
    const source = name === 'index' ? 'src/index.ts' : `src/${name}/index.ts`;
    if (existsSync(join(root, source))) entries.push({ name, source });
    else console.log(`skipped: "${subpath}" is in package.json's exports and ${source} does not exist`);
  }

  const data = await readData(join(root, 'ffi/rows'));
  const bundled = await bundle(root, entries, data);
  const files = new Map([
    ...bundled.files,
    ...esmWrappers(bundled.names),
    ...(await modules(root, entries)),
    ...examples(root),
    ...declarations(root, entries),
  ]);

  rmSync(dist, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), text);
  }

  const sizes = [...files.keys()].map(path => ({ path, kib: statSync(join(dist, path)).size / 1024 }));
  for (const { path, kib } of sizes.filter(file => !/^(types|examples)\//.test(file.path)))
    console.log(`${kib.toFixed(1).padStart(8)} KiB  dist/${path}`);
  const types = sizes.filter(file => file.path.startsWith('types/'));
  const total = types.reduce((sum, file) => sum + file.kib, 0);
  console.log(`${total.toFixed(1).padStart(8)} KiB  dist/types/ (${types.length} files)`);
  console.log(`${Math.round(performance.now() - started)} ms`);
  return 0;
}

await runScript({ name: 'build', help: HELP, main });
