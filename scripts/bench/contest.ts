// How many nanoseconds each contestant takes: they take turns within one process, and every result is checked.
import { type MeasuredContestant, type Row, rowOf, type Target } from './row.ts';

/** Makes a call `times` times, and returns a number that shows that all were made. */
export type Run = (times: number) => number;

export interface Contestant {
  readonly name: string;
  /**
   * The contestants of a group count as one in targets: the best of them; by default a group is one contestant. The bare
   * call with addresses as numbers, which is the faster one, and that with bigints are such a group.
   */
  readonly group?: string;
  readonly run?: Run;
  /** What `run` must return; by default what all others must. */
  readonly expected?: Run;
  /** How many things one call counts as, for example elements of an array; 1 by default. */
  readonly each?: number;
  readonly missing?: string;
}

interface Contest {
  readonly title: string;
  /** Group that ratios are relative to. */
  readonly baseline: string;
  readonly contestants: readonly Contestant[];
  readonly expected: Run;
  readonly targets: readonly Target[];
  readonly notes?: readonly string[];
  readonly rounds: number;
}

/** Long enough that reading the clock and one collection of garbage do not show. */
const SAMPLE = 20e6;
/** Nanoseconds until V8 has compiled and optimised what is measured. */
const WARM_UP = 120e6;

const now = (): number => Number(process.hrtime.bigint());

interface Ready {
  readonly contestant: Contestant;
  readonly run: Run;
  readonly times: number;
  readonly expected: number;
  readonly samples: number[];
}

export function contest(options: Contest): Row {
  const { contestants, rounds } = options;
  let checks = 0;
  const measure = ({ contestant, run, times, expected }: Omit<Ready, 'samples'>): number => {
    // So that no contestant's time contains the collection of another's garbage. A full collection would also drop the shapes
    // of objects that are not alive just now, and with them the code that was optimised for them.
    globalThis.gc?.({ type: 'minor' });
    const start = now();
    const proof = run(times);
    const took = now() - start;
    if (proof !== expected)
      throw new Error(`${options.title}: ${contestant.name} gave ${proof}, expected ${expected}`);
    checks++;
    return took;
  };
  const ready = contestants.flatMap((contestant): Ready[] => {
    const { run } = contestant;
    if (run === undefined) return [];
    const expect = contestant.expected ?? options.expected;
    const times = calibrate(times => measure({ contestant, run, times, expected: expect(times) }));
    return [{ contestant, run, times, expected: expect(times), samples: [] }];
  });
  // Once more, so that V8 compiles again what it has to, now that it has seen the objects of all contestants.
  for (const one of ready) measure(one);
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another contestant, so that what else the machine does slows all of them alike.
    for (let i = 0; i < ready.length; i++) {
      const one = ready[(i + round) % ready.length];
      one.samples.push(measure(one) / one.times / (one.contestant.each ?? 1));
    }
  }
  const measured = contestants.map((contestant): MeasuredContestant => {
    const { name, group = name, missing } = contestant;
    return { name, group, missing, samples: ready.find(r => r.contestant === contestant)?.samples };
  });
  return rowOf({ ...options, unit: 'ns', by: 'min', checks }, measured);
}

/** How many calls take as long as a sample, after the warm-up. */
function calibrate(measure: (times: number) => number): number {
  let times = 1;
  let spent = 0;
  for (;;) {
    const took = measure(times);
    spent += took;
    const wanted = Math.max(1, Math.round((times * SAMPLE) / Math.max(took, 1)));
    if (spent > WARM_UP && took > SAMPLE / 4) return wanted;
    times = Math.min(wanted, times * 8);
  }
}
