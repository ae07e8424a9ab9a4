// What the checks cost, line by line: ours beside the bare call with the same bytes, and ours without each check.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Check, checks, leavingOut } from '../checks.ts';
import { type Contestant, contest } from '../contest.ts';
import type { Line } from '../programs/lines.ts';
import { type Context, type MeasuredContestant, missingRow, type Row, rowOf, type Subject } from '../row.ts';

/** How many calls are made so that every method and encoder is compiled. */
const CALLS = 100;
/** How many copies of each library are measured: V8 optimises equal code sometimes better, and the best of them counts. */
const COPIES = 3;
/** Fewer than elsewhere, since there are many contestants. */
const ROUNDS = 7;

/** A copy of the library without some checks, and the calls that are measured on it. */
interface Variant {
  readonly name: string;
  readonly lines: readonly Line[];
  /** Why a line has no figure: it has no such check. */
  readonly missing: readonly (string | undefined)[];
}

function variant(
  { programs }: Context,
  path: string,
  query: string,
  name: string,
  left: readonly Check[],
): Promise<Variant> {
  const found = new Set<RegExp>();
  let edits = 0;
  const edited = (pattern: RegExp) => {
    found.add(pattern);
    edits++;
  };
  return leavingOut(left, edited, async () => {
    const file = pathToFileURL(join(programs, 'programs', 'lines.mjs'));
    file.search = query;
    const { openLines } = (await import(file.href)) as { openLines(path: string): readonly Line[] };
    const lines = openLines(path);
    const had = lines.map(({ ours }) => {
      const before = edits;
      ours(CALLS);
      return edits > before;
    });
    // If the code of a check has changed, nothing was left out, and it would seem to cost nothing.
    const lost = left.flatMap(check => check.edits).find(([pattern]) => !found.has(pattern));
    const unknown = lost === undefined ? undefined : `no code has ${lost[0]} any more`;
    return {
      name,
      lines,
      missing: had.map(has => unknown ?? (has || left.length === 0 ? undefined : 'this call has none')),
    };
  });
}

export const checksSubject: Subject = {
  name: 'checks',
  async run(context) {
    const { path, missing } = context.tools.trivialDriver;
    if (path === undefined) return [missingRow('checks', missing)];
    const kinds: [name: string, left: readonly Check[]][] = [
      ['ours', []],
      ...checks.map((check): [string, Check[]] => [check.name, [check]]),
      ['all', checks],
    ];
    const variants: Variant[] = [];
    for (let copy = 0; copy < COPIES; copy++)
      for (const [name, left] of kinds)
        variants.push(await variant(context, path, `${name}?${copy}`, name, left));
    return variants[0].lines.map((_, i) => costs(context, i, variants));
  },
};

function costs({ rounds }: Context, i: number, variants: readonly Variant[]): Row {
  const { title, bare, expected } = variants[0].lines[i];
  const { figures, checks: compared } = contest({
    title,
    baseline: 'ours',
    rounds: Math.min(rounds, ROUNDS),
    expected,
    contestants: [
      ...variants.map(
        ({ name, lines, missing }): Contestant =>
          missing[i] === undefined
            ? { name, run: lines[i].ours, expected: lines[i].expected }
            : { name, missing: missing[i] },
      ),
      { name: 'bare', run: bare },
    ],
    targets: [],
  });
  const best = (name: string): MeasuredContestant => {
    const copies = figures.filter(figure => figure.name === name);
    const least = Math.min(...copies.map(({ min = Number.POSITIVE_INFINITY }) => min));
    return copies[0].missing === undefined
      ? { name, group: name, samples: [least] }
      : { name, group: name, missing: copies[0].missing };
  };
  const ours = best('ours');
  const lessThanOurs = (name: string, of: MeasuredContestant): MeasuredContestant => ({
    ...of,
    name,
    group: name,
    samples: of.samples?.map(ns => ours.samples![0] - ns),
  });
  return rowOf(
    {
      title,
      table: 'what the checks cost, ns a call',
      unit: 'ns',
      by: 'min',
      baseline: '',
      checks: compared,
      targets: [],
      notes: checks.map(({ name, looks }) => `${name}: ${looks}`),
    },
    [
      ours,
      best('bare'),
      lessThanOurs('ours − bare', best('bare')),
      ...[...checks.map(({ name }) => name), 'all'].map(name => lessThanOurs(name, best(name))),
    ],
  );
}
