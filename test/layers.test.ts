// A file imports only from its own folder and from folders listed before it, types too, and no file is in a circle.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from 'node:path/posix';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..');

/** The folders of README's table, in its order; a file in none of them is an error. */
const LAYERS = [
  ...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^\| `((?:ffi|src|scripts)\/[^`]*)` \|/gm),
].map(([, path]) => path.replace(/\/$/, ''));

/** Imports, and each call of a file's name or of koffi: `import()`, `require()`, `createRequire(…)()`, `resolve()`. */
const IMPORT =
  /^(?:import|export)\b[^;'"]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\(\s*['"`](koffi(?=['"`]\s*\))|\.{1,2}\/[^'"`$]+\.ts)['"`]/gm;

const IMPORTERS_OF_KOFFI = [
  // Tries whether koffi can be loaded at all, before anything that needs it is loaded.
  'src/cli/koffi.ts',
  // The text of a worker, which loads koffi by itself.
  'src/helpers/message-thread.ts',
  'src/native/koffi.ts',
];

type Graph = ReadonlyMap<string, readonly string[]>;

/** What each file imports, relative to the root; packages by their names. */
function graphOf(files: readonly string[], read: (file: string) => string): Graph {
  const target = (file: string, specifier: string) =>
    specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)) : specifier;
  return new Map(
    files.map(file => {
      const found = read(file).matchAll(IMPORT);
      return [file, [...found].map(([, from, bare, called]) => target(file, from ?? bare ?? called))];
    }),
  );
}

const layerOf = (file: string) => LAYERS.findIndex(layer => file === layer || file.startsWith(`${layer}/`));

/** `src/a.ts → src/b.ts`, of imports that go up. */
const upward = (graph: Graph): string[] =>
  [...graph].flatMap(([file, targets]) =>
    targets.filter(to => graph.has(to) && layerOf(to) > layerOf(file)).map(to => `${file} → ${to}`),
  );

/** The shortest way from a file to each that it reaches; to itself too if it is in a circle. */
function waysFrom(graph: Graph, file: string): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>();
  const queue: (readonly string[])[] = [[file]];
  for (const way of queue)
    for (const to of graph.get(way.at(-1)!) ?? []) {
      if (!graph.has(to) || ways.has(to)) continue;
      ways.set(to, [...way, to]);
      queue.push([...way, to]);
    }
  return ways;
}

/** The shortest circle of each group of files that reach each other, as the way round: `a → b → a`. */
function circles(graph: Graph): string[] {
  const ways = new Map([...graph.keys()].map(file => [file, waysFrom(graph, file)]));
  const grouped = new Set<string>();
  const found: string[] = [];
  for (const [file, reached] of ways) {
    if (!reached.has(file) || grouped.has(file)) continue;
    const group = [...reached.keys()].filter(to => ways.get(to)!.has(file)).sort();
    for (const member of group) grouped.add(member);
    const [shortest] = group.map(to => ways.get(to)!.get(to)!).sort((a, b) => a.length - b.length);
    found.push(shortest.join(' → '));
  }
  return found;
}

const importersOf = (graph: Graph, name: string): string[] =>
  [...graph].filter(([, targets]) => targets.includes(name)).map(([file]) => file);

/** Used by tests alone in other files; each is a part that a test has to see by itself. */
const FOR_TESTS = [
  // Each command's advice is compared with what the registry has, without an object.
  'src/handles/advice.ts: adviceFor',
  // Tests of the kernel's interface call it with the same numbers.
  'src/linux/implicit-sync.ts: EXPORT_SYNC_FILE',
  'src/linux/implicit-sync.ts: SYNC_FLAGS',
  'src/native/libc.ts: F_DUPFD_CLOEXEC',
  // The VUIDs that it makes are looked up in the specification.
  'src/marshal/argument.ts: enumVuid',
  // The compiled decoders are compared with the interpreted ones.
  'src/marshal/decode.ts: interpretDecoder',
  // What is written into rows is read back.
  'src/registry/rows.ts: formatDeclarator',
  'src/registry/rows.ts: parseDeclarator',
  // Tests pass the same hostile values as the fuzzer, and print what an import costs on drivers that the benchmark has not.
  'scripts/bench/subjects/import-texture.ts: driverOf',
  'scripts/bench/subjects/import-texture.ts: importAndDispose',
  'scripts/fuzz/values.ts: HOSTILE',
];

/** Exports, except of the library's entries, that no other file of the library or the scripts names. */
function unused(files: readonly string[], read: (file: string) => string): string[] {
  const code = new Map(files.map(file => [file, read(file).replaceAll(/^ *(\/\/|\/?\*).*$/gm, '')]));
  const users = new Map<string, number>();
  for (const text of code.values())
    for (const word of new Set(text.match(/\w+/g))) users.set(word, (users.get(word) ?? 0) + 1);
  return [...code].flatMap(([file, text]) =>
    /^(src|scripts)\//.test(file) && !file.endsWith('/index.ts')
      ? [
          ...text.matchAll(
            /^export (?:abstract |async )*(?:const|let|function\*?|class|interface|type) (\w+)/gm,
          ),
        ]
          .filter(([, name]) => users.get(name) === 1)
          .map(([, name]) => `${file}: ${name}`)
      : [],
  );
}

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

  it(`leave koffi to ${IMPORTERS_OF_KOFFI.join(', ')}`, () => {
    const importers = importersOf(graph, 'koffi').filter(file => file.startsWith('src/'));
    expect(importers).to.deep.equal(IMPORTERS_OF_KOFFI);
  });

  it('export nothing for tests alone, except what is named', () => {
    const found = unused(files, file => readFileSync(join(ROOT, file), 'utf8'));
    expect(found).to.have.members(FOR_TESTS);
    const setter = (file: string) =>
      file.endsWith('a.ts')
        ? 'let hot = 16;\nexport const isHot = n => n > hot;\n/** setHot */\nexport function setHot(n) { hot = n; }\nsetHot(8);'
        : `import { isHot } from './a.ts';`;
    expect(unused(['src/a.ts', 'src/b.ts'], setter)).to.deep.equal(['src/a.ts: setHot']);
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

  it('are named however a file loads another, or koffi', () => {
    const ways = [
      `import 'WHAT';`,
      `import type { a } from "WHAT";`,
      `const a = await import("WHAT");`,
      'const a = await import(`WHAT`);',
      `const a = require('WHAT');`,
      `const a = createRequire(import.meta.url)('WHAT');`,
      `const a = createRequire(here).resolve(\n  'WHAT'\n);`,
    ];
    for (const [what, to] of Object.entries({ koffi: 'koffi', './b.ts': 'src/b.ts' }))
      for (const way of ways)
        expect(graphOf(['src/a.ts'], () => way.replace('WHAT', what)).get('src/a.ts'), way).to.deep.equal([
          to,
        ]);
    const text = `row('koffi', 1);\n// import 'koffi'\nconst name = 'koffi';`;
    expect(graphOf(['src/a.ts'], () => text).get('src/a.ts')).to.deep.equal([]);
  });

  it('have one circle, the shortest, for each group of files that reach each other', () => {
    const graph: Graph = new Map([
      ['a', ['b', 'e']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', ['c']],
      ['e', ['f']],
      ['f', ['g']],
      ['g', ['e']],
      ['h', ['a']],
    ]);
    expect(circles(graph)).to.deep.equal(['c → d → c', 'e → f → g → e']);
  });
});
