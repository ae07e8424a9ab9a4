// What the checks cost, line by line: ours beside the bare call with the same bytes, and ours without each check.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Check, checks, leavingOut } from '../checks.ts';
import { type Contestant, contest } from '../contest.ts';
import type { Line } from '../programs/lines.ts';
import { type Context, type Measured, missingRow, type Row, rowOf, type Subject } from '../row.ts';

/** Until every method and encoder is compiled. */
const CALLS = 100;

/** The library with its lines, less some checks. */
interface Variant {
  readonly name: string;
  readonly lines: readonly Line[];
  /** Why a line has no figure: it has no such check. */
  readonly missing: readonly (string | undefined)[];
}

function variant(
  { programs }: Context,
  path: string,
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
    file.search = name;
    const { open } = (await import(file.href)) as { open(path: string): readonly Line[] };
    const lines = open(path);
    const had = lines.map(({ ours }) => {
      const before = edits;
      ours(CALLS);
      return edits > before;
    });
    // What has other words by now would cost nothing.
    const lost = left.flatMap(check => check.edits).find(([pattern]) => !found.has(pattern));
    const unknown = lost === undefined ? undefined : `no code has ${lost[0]} any more`;
    return { name, lines, missing: had.map(has => unknown ?? (has ? undefined : 'this call has none')) };
  });
}

export const checksSubject: Subject = {
  name: 'checks',
  async run(context) {
    const { path, missing } = context.tools.target;
    if (path === undefined) return [missingRow('checks', missing)];
    const { lines } = await variant(context, path, 'ours', []);
    const variants: Variant[] = [];
    for (const check of checks) variants.push(await variant(context, path, check.name, [check]));
    variants.push(await variant(context, path, 'all', checks));
    return lines.map((line, i) => costs(context, line, i, variants));
  },
};

function costs(
  { rounds }: Context,
  { title, ours, bare, expected }: Line,
  i: number,
  variants: readonly Variant[],
): Row {
  const contestants: Contestant[] = [
    { name: 'ours', run: ours },
    { name: 'bare', run: bare },
    ...variants.map(({ name, lines, missing }) =>
      missing[i] === undefined
        ? { name, run: lines[i].ours, expected: lines[i].expected }
        : { name, missing: missing[i] },
    ),
  ];
  const { figures, checks: compared } = contest({
    title,
    baseline: 'ours',
    rounds,
    expected,
    contestants,
    targets: [],
  });
  const [best, koffi, ...without] = figures;
  const one = (name: string, value: number): Measured => ({ name, group: name, samples: [value] });
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
      one('ours', best.min!),
      one('bare', koffi.min!),
      one('ours − bare', best.min! - koffi.min!),
      ...without.map(({ name, min, missing }) =>
        min === undefined ? { name, group: name, missing } : one(name, best.min! - min),
      ),
    ],
  );
}
