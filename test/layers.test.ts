// The folders are the layers: an import goes down the list, types too, and no file is in a circle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from 'node:path/posix';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..');

/** From the ground up; a folder that is not named here belongs to no layer, which is an error. */
const LAYERS = [
  'ffi/rows',
  'src/registry',
  'src/errors',
  'src/native',
  'src/handles',
  'src/marshal',
  'src/commands',
  'ffi/types',
  'src/objects',
  'src/helpers',
  'src/external',
  'src/win32',
  'src/linux',
  'src/d3d',
  'src/shared-texture',
  'src/embedded',
  'src/index.ts',
  'src/cli',
  'scripts',
];

const IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
const ONLY_IMPORTER_OF_KOFFI = 'src/native/koffi.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** What each file imports, relative to the root; packages by their names. */
function graphOf(files: readonly string[], read: (file: string) => string): Graph {
  const target = (file: string, specifier: string) =>
    specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)) : specifier;
  return new Map(
    files.map(file => {
      const found = read(file).matchAll(IMPORT);
      return [file, [...found].map(([, from, bare, dynamic]) => target(file, from ?? bare ?? dynamic))];
    }),
  );
}

const layerOf = (file: string) => LAYERS.findIndex(layer => file === layer || file.startsWith(`${layer}/`));

/** `src/a.ts → src/b.ts`, of imports that go up. */
const upward = (graph: Graph): string[] =>
  [...graph].flatMap(([file, targets]) =>
    targets.filter(to => graph.has(to) && layerOf(to) > layerOf(file)).map(to => `${file} → ${to}`),
  );

/** One circle a group of files that reach each other, as the way round: `a → b → a`. */
function circles(graph: Graph): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    const from = way.indexOf(file);
    if (from >= 0) found.push([...way.slice(from), file].join(' → '));
    if (from >= 0 || done.has(file)) return;
    way.push(file);
    for (const to of graph.get(file) ?? []) if (graph.has(to)) visit(to);
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

const importersOf = (graph: Graph, name: string): string[] =>
  [...graph].filter(([, targets]) => targets.includes(name)).map(([file]) => file);

describe('layers', () => {
  const files = ['ffi', 'src', 'scripts']
    .flatMap(folder =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`),
    )
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replaceAll('\\', '/'))
    .sort();
  const graph = graphOf(files, file => readFileSync(join(ROOT, file), 'utf8'));

  it('are read whole, and every file belongs to one', () => {
    expect(files).to.have.length.above(250);
    expect(files.filter(file => layerOf(file) < 0)).to.deep.equal([]);
    const relative = [...graph].flatMap(([file, targets]) =>
      targets
        .filter(to => /^(ffi|src|scripts)\//.test(to) && !graph.has(to) && !existsSync(join(ROOT, to)))
        .map(to => `${file} → ${to}`),
    );
    expect(relative).to.deep.equal([]);
  });

  it('import downward only', () => expect(upward(graph)).to.deep.equal([]));

  it('have no circle of files', () => expect(circles(graph)).to.deep.equal([]));

  it(`leave koffi to ${ONLY_IMPORTER_OF_KOFFI}`, () => {
    const importers = importersOf(graph, 'koffi').filter(file => file.startsWith('src/'));
    // The command line asks first whether koffi can be loaded at all.
    expect(importers.filter(file => file !== 'src/cli/koffi.ts')).to.deep.equal([ONLY_IMPORTER_OF_KOFFI]);
  });

  it('are named where an import breaks them', () => {
    const broken = graphOf(['src/native/a.ts', 'src/native/b.ts', 'src/objects/c.ts'], file =>
      file.endsWith('a.ts')
        ? `import type { B } from './b.ts';\nimport { c } from '../objects/c.ts';`
        : file.endsWith('b.ts')
          ? `export {\n  a,\n} from './a.ts';`
          : `await import('koffi');`,
    );
    expect(upward(broken)).to.deep.equal(['src/native/a.ts → src/objects/c.ts']);
    expect(circles(broken)).to.deep.equal(['src/native/a.ts → src/native/b.ts → src/native/a.ts']);
    expect(importersOf(broken, 'koffi')).to.deep.equal(['src/objects/c.ts']);
  });
});
