// Measures what a million queries, draws and barriers leave on the heap, how many bytes one of them allocates, and whether
// memory grows with frames that are submitted and waited for.
import { type Context, missingRow, type Row, rowOf, type Subject, type Target } from '../row.ts';
import { askProgram } from './unused.ts';

const TITLES = ['bytes allocated an operation', 'heap growth over a million operations'];

type Results = Readonly<Record<string, Readonly<Record<string, number>>>>;

const rowFrom = (
  title: string,
  unit: string,
  results: readonly Results[],
  key: string,
  targets: Target[],
): Row =>
  rowOf(
    {
      title,
      unit,
      by: 'min',
      baseline: '',
      checks: results.length,
      targets,
      notes: [],
    },
    Object.keys(results[0]).map(name => ({ name, group: name, samples: results.map(r => r[name][key]) })),
  );

interface Growth {
  readonly heap: number;
  readonly resident: number;
  readonly missing?: string;
}

function submits(context: Context, rounds: number): Row {
  const title = 'growth over 18,000 frames, submitted and waited for';
  const grown = Array.from({ length: rounds }, () =>
    askProgram<Growth>(context, 'submits', [], ['--expose-gc']),
  );
  const [{ missing }] = grown;
  if (missing !== undefined) return missingRow(title, missing);
  return rowOf(
    {
      title,
      unit: 'KiB',
      by: 'min',
      baseline: '',
      checks: rounds,
      targets: [
        { of: 'heap', most: 64 },
        { of: 'resident memory', most: 1024 },
      ],
    },
    [
      { name: 'heap', group: 'heap', samples: grown.map(g => g.heap) },
      { name: 'resident memory', group: 'resident memory', samples: grown.map(g => g.resident) },
    ],
  );
}

export const garbage: Subject = {
  name: 'garbage',
  run(context) {
    const { path, missing } = context.tools.trivialDriver;
    if (path === undefined) return TITLES.map(title => missingRow(title, missing));
    const rounds = Math.min(context.rounds, 3);
    const times = <T>(make: () => T): T[] => Array.from({ length: rounds }, make);
    // Half a gigabyte of young generation: 200,000 operations fit.
    const roomy = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
    const allocated = times(() => askProgram<Results>(context, 'garbage', [path, 'allocated'], roomy));
    const grown = times(() => askProgram<Results>(context, 'garbage', [path, 'grown'], ['--expose-gc']));
    const collected = (key: string) => (name: string) => grown[0][name][key];
    const notes = Object.keys(grown[0]).map(
      name =>
        `${name}: ${collected('collections')(name)} collections of garbage in a million, ${collected('milliseconds')(name).toFixed(1)} ms`,
    );
    const growth = rowFrom(TITLES[1], 'KiB', grown, 'growth', [
      { of: 'the query', most: 64 },
      { of: 'the barrier from a literal', most: 64 },
    ]);
    return [
      rowFrom(TITLES[0], 'bytes', allocated, 'bytes', [
        { of: 'the query', most: 1, against: 'the object that the query returns', difference: true },
        {
          of: 'the barrier from a literal',
          most: 1,
          against: 'the literal that the barrier takes',
          difference: true,
        },
        { of: 'the barrier, its objects made before', most: 1 },
        { of: 'the draw, its arrays made before', most: 1 },
        {
          of: 'the draw, its arrays as literals',
          most: 1,
          against: 'the literals that the draw takes',
          difference: true,
        },
      ]),
      { ...growth, notes },
      submits(context, rounds),
    ];
  },
};
