// The types of a subject and of its results: rows of figures, each with targets that it should reach.
import type { Tools } from './tools.ts';

export interface Context {
  readonly tools: Tools;
  /** How often each contestant is measured. */
  readonly rounds: number;
  /** Folder of this repository. */
  readonly root: string;
  /** Folder for what the bench makes. */
  readonly home: string;
  /** Folder of the bundled programs that subjects start. */
  readonly programs: string;
}

export interface Subject {
  readonly name: string;
  /** Whether it measures the built package, which is then built before. */
  readonly packaged?: boolean;
  /** Whether Dawn is one of its contestants, which is then installed before: 132 MB. */
  readonly usesDawn?: boolean;
  /** Measures, and checks every result. For a contestant that is missing there is a figure that says why. */
  run(context: Context): Row[] | Promise<Row[]>;
}

export interface Row {
  readonly title: string;
  /** Rows of one table have the same figures, and are printed as its lines. */
  readonly table?: string;
  readonly unit: string;
  /** The statistic that ratios and verdicts use. */
  readonly by: Statistic;
  /** Name of the figure that ratios are relative to. */
  readonly baseline: string;
  readonly figures: readonly Figure[];
  readonly verdicts: readonly TargetVerdict[];
  /** How many results were compared with what they had to be. */
  readonly checks: number;
  readonly notes: readonly string[];
}

/**
 * Loops within one process go by the minimum, since other processes only ever add to it; whole processes, which read
 * files and share a machine by nature, by the median.
 */
type Statistic = 'min' | 'median';

export interface Figure {
  readonly name: string;
  /** Figures of one group stand for one contestant: the best of them counts. */
  readonly group: string;
  readonly min?: number;
  readonly median?: number;
  /** Its statistic divided by that of the baseline. */
  readonly ratio?: number;
  /** Why there is no figure. */
  readonly missing?: string;
}

/** `{ of: 'ours', most: 1.15, against: 'bare koffi' }`: names are groups. */
export interface Target {
  readonly of: string;
  readonly most: number;
  /** Without it `most` is an absolute figure in the row's unit. */
  readonly against?: string;
  /** Whether `most` is added to the other figure, instead of being multiplied with it. */
  readonly difference?: boolean;
  /** Whether greater is better; then `most` is the least that is allowed. */
  readonly least?: boolean;
}

export interface TargetVerdict {
  readonly target: Target;
  /** The target in words. */
  readonly text: string;
  /** A ratio, or a figure in the row's unit. */
  readonly value?: number;
  readonly reached?: boolean;
  /** Why it could not be judged. */
  readonly missing?: string;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** A contestant and what was measured of it. */
export interface MeasuredContestant {
  readonly name: string;
  readonly group: string;
  readonly samples?: readonly number[];
  readonly missing?: string;
}

interface RowOptions {
  readonly title: string;
  readonly table?: string;
  readonly unit: string;
  readonly by: Statistic;
  /** Group that ratios are relative to: its best figure is the baseline. */
  readonly baseline: string;
  readonly targets: readonly Target[];
  readonly checks: number;
  readonly notes?: readonly string[];
}

/** Makes a row of samples. */
export function rowOf(options: RowOptions, measured: readonly MeasuredContestant[]): Row {
  const { title, table, unit, by, checks, notes = [] } = options;
  const bare = measured.map(
    ({ name, group, samples, missing }): Figure =>
      samples === undefined
        ? { name, group, missing: missing ?? 'not measured' }
        : { name, group, min: Math.min(...samples), median: median(samples) },
  );
  const baseline = bestOf(bare, options.baseline, by);
  const figures = bare.map(figure =>
    baseline === undefined || figure[by] === undefined
      ? figure
      : { ...figure, ratio: figure[by] / baseline[by]! },
  );
  const verdicts = options.targets.map(target => judge(target, figures, unit, by));
  return {
    title,
    table,
    unit,
    by,
    baseline: baseline?.name ?? options.baseline,
    figures,
    verdicts,
    checks,
    notes,
  };
}

/** A row in which nothing could be measured. */
export const missingRow = (title: string, missing: string): Row =>
  rowOf({ title, unit: '', by: 'min', baseline: '', targets: [], checks: 0 }, [
    { name: 'ours', group: 'ours', missing },
  ]);

/** The best of a group. */
function bestOf(figures: readonly Figure[], group: string, by: Statistic): Figure | undefined {
  const members = figures.filter(f => f.group === group && f[by] !== undefined);
  return members.toSorted((a, b) => a[by]! - b[by]!)[0];
}

function judge(target: Target, figures: readonly Figure[], unit: string, by: Statistic): TargetVerdict {
  const { of, most, against, difference, least } = target;
  const wanted =
    against === undefined
      ? `${most} ${unit}`
      : difference
        ? `${against} + ${most} ${unit}`
        : `${most} × ${against}`;
  const text = `${of} ${least ? '≥' : '≤'} ${wanted}`;
  const one = bestOf(figures, of, by);
  const other = against === undefined ? undefined : bestOf(figures, against, by);
  if (one === undefined || (against !== undefined && other === undefined)) {
    const missing = figures.find(f => f.group === (one === undefined ? of : against))?.missing;
    return { target, text, missing: missing ?? 'not measured' };
  }
  const value = other === undefined ? one[by]! : difference ? one[by]! - other[by]! : one[by]! / other[by]!;
  return { target, text, value, reached: least ? value >= most : value <= most };
}
