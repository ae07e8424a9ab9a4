// The data of ffi/rows/ as two JSON texts, and the statements that read the first at once, the second when a name
// is not found in the first.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a file in ffi/rows/ exports, by the file's name without `.ts`. */
export type Data = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Imports every file; those that hold types only are left out. */
export async function readData(folder: string): Promise<Data> {
  const data = new Map<string, Record<string, unknown>>();
  for (const file of readdirSync(folder).filter(name => name.endsWith('.ts'))) {
    const values = { ...(await import(pathToFileURL(join(folder, file)).href)) };
    if (Object.keys(values).length > 0) data.set(basename(file, '.ts'), values);
  }
  return data;
}

/**
 * The data as JSON and CommonJS statements that declare `data` from it: what JSON lacks, bigints and two names for
 * one table, is put back there. All that the files in `whole` export is in one object, `exported`, which stands for each
 * of these files; the package adds its other exports to that object, instead of copying a thousand names.
 *
 * V8 takes twice as long for a megabyte of object literals as for the same in JSON: measured, `require` of this
 * package took 30 ms with literals and 22 ms with JSON, of which 8 ms are koffi's.
 */
export function writeData(data: Data, whole: readonly string[]): Written {
  const aliases: string[] = [];
  const wide: string[] = [];
  const known = new Map<unknown, string>();
  const plain: Record<string, Record<string, unknown>> = {};
  const rest: Record<string, string> = {};
  for (const [file, values] of data) {
    const place = whole.includes(file) ? 'exported' : file;
    plain[place] ??= {};
    for (const [name, value] of Object.entries(values)) {
      const path = `data.${place}.${name}`;
      const first = typeof value === 'object' ? known.get(value) : undefined;
      if (first !== undefined) {
        aliases.push(`${path} = ${first};`);
        continue;
      }
      known.set(value, path);
      if (file in SPLIT) {
        const lines = (value as string).split('\n').slice(1, -1);
        const text = (isFirst: boolean) =>
          ['', ...lines.filter(line => SPLIT[file](line) === isFirst), ''].join('\n');
        plain[place][name] = { first: text(true) };
        rest[name] = text(false);
        continue;
      }
      plain[place][name] = value;
      if (typeof value === 'bigint') aliases.push(`${path} = BigInt(${path});`);
      else if (isWide(path, value)) wide.push(path);
    }
  }
  const digits = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  const reader = [
    `const data = require('./data.json');`,
    `for (const table of [\n  ${wide.join(',\n  ')},\n])`,
    '  for (const name in table) table[name] = BigInt(table[name]);',
    ...aliases,
    ...whole.map(file => `data.${file} = data.exported;`),
    ...Object.keys(SPLIT).flatMap(file =>
      Object.keys(data.get(file) ?? {}).map(
        name =>
          `Object.defineProperty(data.${file}.${name}, 'rest', { get: () => require('./rest.json').${name} });`,
      ),
    ),
    '',
  ].join('\n');
  return { json: JSON.stringify(plain, digits), rest: JSON.stringify(rest), reader };
}

interface Written {
  readonly json: string;
  readonly rest: string;
  readonly reader: string;
}

/**
 * Which rows of a file every start needs; its other rows, 670 KB of the whole megabyte, are read when one of them is
 * asked for.
 */
const SPLIT: Readonly<Record<string, (row: string) => boolean>> = {
  structs: row => /\|VK_VERSION_1_0\b/.test(row),
  commands: row => /\|VK_VERSION_1_0\b/.test(row),
  extensions: () => false,
  names: () => false,
  sentences: () => false,
};

/** A table of 64-bit flags. One with other values in it would be read back wrongly. */
function isWide(path: string, table: unknown): boolean {
  const kinds = new Set(Object.values(table as object).map(value => typeof value));
  if (!kinds.has('bigint')) return false;
  if (kinds.size > 1) throw new Error(`${path} holds bigints and other values: ${[...kinds].join(', ')}`);
  return true;
}
