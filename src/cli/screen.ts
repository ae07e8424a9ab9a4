// The output stream: its width and colours, and lines that are broken between words to fit it.

import { stripVTControlCharacters, styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'cyan' | 'yellow' | 'red';

export interface Screen {
  /** In columns; Infinity for a pipe or file. */
  readonly width: number;
  paint(style: Style, text: string): string;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Respects NO_COLOR (no-color.org: set and not empty), FORCE_COLOR and dumb terminals. */
export function screenOf(output: Output): Screen {
  const { env } = process;
  const takesColor = env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : output.isTTY && env.TERM !== 'dumb';
  const color = takesColor && !env.NO_COLOR;
  return {
    width: output.isTTY ? output.columns || 80 : Number.POSITIVE_INFINITY,
    paint: (style, text) => (color ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Number of columns that a line takes. */
export const visible = (line: string): number => stripVTControlCharacters(line).length;

/** Breaks a line between words; further lines begin under its value, or slightly indented. */
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

/** Aligns the cells of rows in columns. */
export function columns(rows: readonly (readonly string[])[], indent: number): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, visible(cell));
    });
  return rows.map(row => {
    const cells = row.map((cell, i) => cell + ' '.repeat(widths[i] - visible(cell)));
    return (' '.repeat(indent) + cells.join('  ')).trimEnd();
  });
}
