// Prints rows of figures: a table for each, and the summary of all targets.
import type { MachineFacts } from './machine.ts';
import type { Figure, Row, TargetVerdict } from './row.ts';

/** Three significant digits. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size < 0.005) return '0.00';
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The multiple of the baseline, and how much more than the baseline it is. */
const besides = (ratio: number, more: number): string =>
  `${digits(ratio).padStart(8)} ×${`${more < 0 ? '' : '+'}${digits(more)}`.padStart(10)}`;

function figureLine(figure: Figure, width: number, { by, figures, baseline }: Row): string {
  const { name, min, median, ratio, missing } = figure;
  if (missing !== undefined) return `  ${name.padEnd(width)} - ${missing}`;
  const base = figures.find(f => f.name === baseline)?.[by];
  const numbers = [min!, median!].map(n => digits(n).padStart(9));
  const beside = ratio === undefined || base === undefined ? [] : [besides(ratio, figure[by]! - base)];
  return [`  ${name.padEnd(width)}`, ...numbers, ...beside].join(' ');
}

const verdictLine = ({ text, value, reached, missing }: TargetVerdict): string =>
  missing === undefined
    ? `    ${reached ? 'ok    ' : 'missed'} ${text}: ${digits(value!)}`
    : `    -      ${text}: not judged (${missing})`;

function formatRow(subject: string, row: Row): string {
  const width = Math.max(30, ...row.figures.map(f => f.name.length));
  const head = `${row.title}  [${subject}]`;
  const unit =
    row.unit === '' ? '' : `  ${''.padEnd(width)} ${`min ${row.unit}`.padStart(9)} ${'median'.padStart(9)}`;
  const hasRatios = row.figures.some(f => f.ratio !== undefined);
  const baseline = hasRatios ? `   ${row.by} to ${row.baseline}` : '';
  return [
    head,
    ...(unit === '' ? [] : [unit + baseline]),
    ...row.figures.map(f => figureLine(f, width, row)),
    ...row.verdicts.map(verdictLine),
    ...row.notes.map(note => `    ${note}`),
    '',
  ].join('\n');
}

export const formatMachine = (facts: MachineFacts): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(13)} ${value}`)
    .join('\n');

/** The results of a subject: a block for each row, and a block for a table, whose lines are rows. */
export function formatRows(subject: string, rows: readonly Row[]): string {
  const lines = rows.filter(row => row.table !== undefined);
  const blocks = rows.filter(row => row.table === undefined).map(row => formatRow(subject, row));
  return [...blocks, ...(lines.length > 0 ? [formatTable(lines)] : [])].join('\n');
}

/** A table of rows, with notes that say what its columns are. */
function formatTable(rows: readonly Row[]): string {
  const [{ table, figures, notes }] = rows;
  const width = Math.max(...rows.map(row => row.title.length));
  const cells = (texts: readonly string[]) =>
    texts.map((text, i) => text.padStart(Math.max(figures[i].name.length, 5))).join('  ');
  return [
    table,
    `  ${''.padEnd(width)}  ${cells(figures.map(f => f.name))}`,
    ...rows.map(
      row =>
        `  ${row.title.padEnd(width)}  ${cells(row.figures.map(({ min }) => (min === undefined ? '' : digits(min))))}`,
    ),
    ...notes.map(note => `    ${note}`),
    '',
  ].join('\n');
}

/** `1.26 × bare koffi (≤ 1.15)`, with the contestant's name before it if it is not `ours`. */
function measured({ target, value, missing }: TargetVerdict, unit: string): string {
  const { of, most, against, difference, least } = target;
  const name = of === 'ours' ? '' : `${of} `;
  if (missing !== undefined) return `${name}not judged${against === undefined ? '' : ` beside ${against}`}`;
  const beside = against === undefined ? unit : difference ? `${unit} more than ${against}` : `× ${against}`;
  return `${name}${digits(value!)} ${beside} (${least ? '≥' : '≤'} ${most})`;
}

const MARKS = ['missed', 'ok', '-'] as const;

const markOf = ({ verdicts }: Row): (typeof MARKS)[number] => {
  if (verdicts.some(v => v.reached === false)) return 'missed';
  return verdicts.some(v => v.reached === true) ? 'ok' : '-';
};

/** The widths of a title and of a line, in columns; what does not fit goes on in the next line. */
const [TITLE, WIDTH] = [58, 130];

function summaryLine(row: Row): string {
  const missedFirst = row.verdicts.toSorted(
    (a, b) => Number(a.reached !== false) - Number(b.reached !== false),
  );
  const lines = [`${markOf(row).padEnd(6)}  ${row.title.padEnd(TITLE)}`];
  for (const [i, verdict] of missedFirst.entries()) {
    const text = measured(verdict, row.unit);
    if (i > 0 && lines.at(-1)!.length + text.length > WIDTH) lines.push(''.padEnd(8 + TITLE));
    lines.push(`${lines.pop()}  ${text}`);
  }
  return lines.join('\n');
}

/** All rows that have targets; those that missed one come first. */
export function formatSummary(rows: readonly Row[]): string {
  const verdicts = rows.flatMap(row => row.verdicts);
  const count = (reached: boolean | undefined) => verdicts.filter(v => v.reached === reached).length;
  const judged = rows.filter(row => row.verdicts.length > 0);
  const lines = MARKS.flatMap(mark => judged.filter(row => markOf(row) === mark).map(summaryLine));
  const empty = rows.filter(row => row.figures.every(figure => figure.missing !== undefined));
  const reasons = [
    ...verdicts.flatMap(v => v.missing ?? []),
    ...empty.map(row => `${row.title}: ${row.figures[0].missing}`),
  ];
  return [
    `${verdicts.length} targets: ${count(true)} ok, ${count(false)} missed, ${count(undefined)} not judged`,
    ...lines,
    ...[...new Set(reasons)].map(reason => `not judged: ${reason}`),
  ].join('\n');
}
