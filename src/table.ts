// In: a table of ffi/: one text, a row a line behind its name, sorted by name.
// Out: rows by name, found by halving the text: no index is built, and no row is a string before it is asked for.

export class Table {
  /** `\nname row\nname row\n` */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  static of(rows: Iterable<readonly [name: string, row: string]>): Table {
    // Not by locale: halving compares as JavaScript does.
    const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Table(`\n${sorted.map(([name, row]) => `${name} ${row}\n`).join('')}`);
  }

  get(name: string): string | undefined {
    const { text } = this;
    // Starts of the first line that may be it, and of the first that comes after it for sure.
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

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  names(): string[] {
    return this.entries().map(([name]) => name);
  }

  entries(): [name: string, row: string][] {
    const lines = this.text.split('\n').slice(1, -1);
    return lines.map(line => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    });
  }
}
