// A table of rows in one sorted text, found by binary search: no index is built, and a row becomes a string only when it
// is looked up.

/**
 * `\nname row\nname row\n`. In the built package `first` has what most programs need, and `rest` is read from its file
 * once a name is not in it.
 */
type Text = string | { readonly first: string; readonly rest: string };

/** A table of rows by name. */
export class Table {
  readonly #text: Text;
  #rest: string | undefined;

  constructor(text: Text) {
    this.#text = text;
  }

  static of(rows: Iterable<readonly [name: string, row: string]>): Table {
    const sorted = [...rows].sort(byName);
    return new Table(`\n${sorted.map(([name, row]) => `${name} ${row}\n`).join('')}`);
  }

  get(name: string): string | undefined {
    if (typeof this.#text === 'string') return find(this.#text, name);
    const first = find(this.#text.first, name);
    if (first !== undefined) return first;
    this.#rest ??= this.#text.rest;
    return find(this.#rest, name);
  }

  /** The whole table, as it is in ffi/. */
  get text(): string {
    return `\n${this.entries()
      .map(([name, row]) => `${name} ${row}\n`)
      .join('')}`;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  names(): string[] {
    return this.entries().map(([name]) => name);
  }

  entries(): [name: string, row: string][] {
    if (typeof this.#text === 'string') return entriesOf(this.#text);
    const all = [...entriesOf(this.#text.first), ...entriesOf(this.#text.rest)];
    return all.sort(byName);
  }
}

/** Compares with `<`, as the binary search does, and not by locale. */
const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

function find(text: string, name: string): string | undefined {
  // Start of the first line that may be the one, and of the first line that is certainly behind it.
  let low = 1;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    const space = text.indexOf(' ', start);
    const found = text.slice(start, space);
    if (found === name) return text.slice(space + 1, text.indexOf('\n', space));
    if (found < name) low = text.indexOf('\n', space) + 1;
    else high = start;
  }
  return undefined;
}

function entriesOf(text: string): [name: string, row: string][] {
  const lines = text.split('\n').slice(1, -1);
  return lines.map(line => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)];
  });
}
