// The stream that is written to: its width, colours where it takes them, and lines broken between words so that
// none runs off its edge.

import { stripVTControlCharacters, styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'cyan' | 'yellow' | 'red';

export interface Screen {
  /** Columns; Infinity where nobody sees an edge (a pipe, a file). */
  readonly width: number;
  paint(style: Style, text: string): string;
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Honours NO_COLOR (no-color.org: set and not empty), FORCE_COLOR and a dumb terminal. */
export function screenOf(output: Output, env: NodeJS.ProcessEnv = process.env): Screen {
  const takesColor = env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : output.isTTY && env.TERM !== 'dumb';
  const color = takesColor && !env.NO_COLOR;
  return {
    width: output.isTTY ? output.columns || 80 : Number.POSITIVE_INFINITY,
    paint: (style, text) => (color ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** How many columns a line takes. */
export const visible = (line: string): number => stripVTControlCharacters(line).length;

/** Breaks a line between words; what follows stands under the value, or a little further in. */
function wrap(line: string, width: number): string[] {
  if (visible(line) <= width) return [line];
  const label = visible(/^\s*(?:\S+(?: \S+)*\s{2,})?/.exec(line)![0]);
  const hang = ' '.repeat(label <= width / 2 ? label : /^\s*/.exec(line)![0].length + 2);
  const lines: string[] = [];
  let current = '';
  for (const word of line.match(/\s*\S+/g) ?? []) {
    if (current.trim() !== '' && visible(current + word) > width) {
      lines.push(current);
      current = hang + word.trimStart();
    } else current += word;
  }
  return [...lines, current];
}

export const fit = (lines: readonly string[], { width }: Screen): string =>
  lines.flatMap(line => wrap(line, width)).join('\n');

/** Labels in one column, values in the next. */
export function columns(rows: readonly (readonly string[])[], indent: number, gap = 2): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, visible(cell));
    });
  return rows.map(row => {
    const cells = row.map((cell, i) => cell + ' '.repeat(widths[i] - visible(cell)));
    return (' '.repeat(indent) + cells.join(' '.repeat(gap))).trimEnd();
  });
}
