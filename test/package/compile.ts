// Rows of the matrix for each compiler and kind of module: a program is compiled strictly, and its output is run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importing, typed } from './consumer.ts';
import { root, run, tool, versionHere } from './npm.ts';
import type { Row } from './row.ts';
import { beside, copyOf, user } from './user.ts';
import { TYPESCRIPT_5, TYPESCRIPT_6 } from './versions.ts';

/** The compiler of this tree is the newest. */
export const OWN = '7';

/** The folder of a compiler's package. */
export const typescript = (version: string): string =>
  version === OWN ? join(root, 'node_modules/typescript') : tool('typescript', version);

interface Kind {
  readonly how: string;
  readonly options: object;
  /** Whether the package's declarations are checked, not only read: three times as long. */
  readonly checked?: boolean;
  /** Within the user's. */
  readonly folder: '.' | 'module';
  readonly files: readonly string[];
  readonly programs: readonly string[];
}

const both = {
  folder: '.',
  files: ['program.mts', 'program.cts', 'typed.mts', 'typed.cts'],
  programs: ['program.mjs', 'program.cjs'],
} as const;
const single = { files: ['program.ts', 'typed.ts'], programs: ['program.js'] };
const commonjs = { ...single, folder: '.' } as const;
const esm = { ...single, folder: 'module' } as const;

const node16 = { ...both, how: 'node16', options: { module: 'node16' } };
const node20 = { ...both, how: 'node20', options: { module: 'node20' } };
const nodenext = { ...both, how: 'nodenext', options: { module: 'nodenext' }, checked: true };
const bundler = {
  ...esm,
  how: 'esnext + bundler',
  options: { module: 'esnext', moduleResolution: 'bundler' },
};
const commonjsBundler = {
  ...commonjs,
  how: 'commonjs + bundler',
  options: { module: 'commonjs', moduleResolution: 'bundler' },
};
const node10 = (ignoreDeprecations: string) => ({
  ...commonjs,
  how: 'commonjs + node10',
  options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations },
  checked: true,
});

/** 5.9 has no CommonJS with bundler resolution, 7 no node10. */
const KINDS: Record<string, readonly Kind[]> = {
  [OWN]: [node16, node20, nodenext, commonjsBundler, bundler],
  [TYPESCRIPT_6]: [node16, node20, nodenext, node10('6.0'), commonjsBundler, bundler],
  [TYPESCRIPT_5]: [node16, node20, nodenext, node10('5.0'), bundler],
};

function compileAndRun(version: string, kind: Kind): string[] {
  const folder = join(user(), kind.folder);
  const name = `${version}-${kind.how.replaceAll(' ', '')}`;
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    types: [],
    strict: true,
    skipLibCheck: !kind.checked,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    rootDir: user(),
    outDir: `out-${name}`,
    ...kind.options,
  };
  const files = [...kind.files, join(user(), 'globals.d.ts')];
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions, files }));
  run(process.execPath, [join(typescript(version), 'bin/tsc'), '-p', `tsconfig.${name}.json`], folder);
  const out = join(folder, `out-${name}`, kind.folder);
  return kind.programs.map(program => run(process.execPath, [join(out, program)], user()).trim());
}

/** With what `tsc --init` writes, and the package's declarations checked. */
function initAndRun(version: string): string[] {
  const folder = beside(`init-${version}`);
  copyOf(folder, 'koffi-vulkan', 'koffi', '@koromix');
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(folder, 'program.ts'), importing());
  writeFileSync(join(folder, 'typed.ts'), typed);
  const tsc = (...args: string[]) =>
    run(process.execPath, [join(typescript(version), 'bin/tsc'), ...args], folder);
  tsc('--init');
  tsc('-p', '.', '--skipLibCheck', 'false', '--outDir', 'out');
  return [run(process.execPath, [join(folder, 'out/program.js')], folder).trim()];
}

export const compiles: readonly Row[] = Object.keys(KINDS)
  .sort()
  .reverse()
  .flatMap(version =>
    [
      ...KINDS[version].map(kind => ({
        how: kind.how + (kind.checked ? ', declarations checked' : ''),
        print: () => compileAndRun(version, kind),
      })),
      { how: 'tsc --init, declarations checked', print: () => initAndRun(version) },
    ].map(row => ({
      who: `TypeScript ${version === OWN ? versionHere('typescript') : version}`,
      ...row,
    })),
  );
