// Rows of figures as a table for a person.
import type { Machine } from './machine.ts';
import type { Figure, Row, Verdict } from './row.ts';

/** Three digits that mean something, whatever the size. */
function digits(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const figureLine = ({ name, min, median, ratio, missing }: Figure, width: number): string =>
  missing === undefined
    ? [
        `  ${name.padEnd(width)}`,
        digits(min!).padStart(9),
        digits(median!).padStart(9),
        ratio === undefined ? '' : `${digits(ratio).padStart(8)} ×`,
      ]
        .join(' ')
        .trimEnd()
    : `  ${name.padEnd(width)} - ${missing}`;

const verdictLine = ({ text, value, reached, missing }: Verdict): string =>
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
    ...row.figures.map(f => figureLine(f, width)),
    ...row.verdicts.map(verdictLine),
    ...row.notes.map(note => `    ${note}`),
    '',
  ].join('\n');
}

export const formatMachine = (facts: Machine): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(13)} ${value}`)
    .join('\n');

/** What a subject gave: a block for each row, and one of which the rows of its table are the lines. */
export function formatRows(subject: string, rows: readonly Row[]): string {
  const lines = rows.filter(row => row.table !== undefined);
  const blocks = rows.filter(row => row.table === undefined).map(row => formatRow(subject, row));
  return [...blocks, ...(lines.length > 0 ? [formatTable(lines)] : [])].join('\n');
}

/** Lines of a table, what its columns are below. */
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

const RANK = { missed: 0, ok: 1, '-': 2 };

/** `38 targets: 30 ok, 8 missed`, and one line for each: the missed first. */
export function formatSummary(rows: readonly Row[]): string {
  const verdicts = rows.flatMap(row => row.verdicts.map(verdict => ({ row, verdict })));
  const missed = verdicts.filter(({ verdict }) => verdict.reached === false);
  const ok = verdicts.filter(({ verdict }) => verdict.reached === true).length;
  const empty = rows.filter(row => row.figures.every(figure => figure.missing !== undefined));
  const lines = verdicts.map(({ row, verdict }) => {
    const mark = verdict.missing === undefined ? (verdict.reached ? 'ok' : 'missed') : '-';
    const value = verdict.value === undefined ? '' : digits(verdict.value);
    return { mark, text: `${mark.padEnd(6)} ${value.padStart(7)}  ${row.title}: ${verdict.text}` } as const;
  });
  return [
    `${verdicts.length} targets: ${ok} ok, ${missed.length} missed, ${verdicts.length - ok - missed.length} not judged`,
    ...lines.toSorted((a, b) => RANK[a.mark] - RANK[b.mark]).map(({ text }) => text),
    ...empty.map(row => `not measured  ${row.title}: ${row.figures[0]?.missing}`),
  ].join('\n');
}
