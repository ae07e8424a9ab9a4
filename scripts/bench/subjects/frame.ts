// What a frame of draws costs, each with a pipeline, a set and 32 bytes of constants: warm, and as the first of a
// process.
import { type Contestant, contest } from '../contest.ts';
import { frames } from '../dispatches.ts';
import { bindings, byBareCalls, byC, byUs, type Draws, openDraws } from '../draws.ts';
import { countItself } from '../lavapipe.ts';
import { type Context, missingRow, type Row, rowOf, type Subject } from '../row.ts';
import { ask } from './unused.ts';

const TITLE = 'a draw: bind pipeline, bind set, push 32 bytes, draw';
const FIRST = 'a draw, by frames of 10,000 in a process of its own';

const eachCommand = ({ rounds }: Context, draws: Draws): Row[] =>
  bindings(draws).map(({ name, ours, bare, expected }) =>
    contest({
      title: name,
      baseline: 'bare koffi',
      rounds,
      expected,
      contestants: [
        { name: 'ours', run: ours },
        { name: 'bare koffi, bigint', group: 'bare koffi', run: bare('bigint') },
        { name: 'bare koffi, number', group: 'bare koffi', run: bare('number') },
      ],
      targets: [{ of: 'ours', most: 1.3, against: 'bare koffi' }],
    }),
  );

async function warm({ tools, rounds }: Context, draws: Draws): Promise<Row> {
  const { literals, hoisted, fresh } = byUs(draws);
  const onDriver: Contestant[] = [];
  for (const [name, open] of Object.entries(frames)) {
    const opened = await open(tools);
    onDriver.push(
      opened.missing === undefined
        ? { name, run: opened.run, expected: countItself }
        : { name, missing: opened.missing },
    );
  }
  return contest({
    title: TITLE,
    baseline: 'bare koffi',
    rounds,
    expected: draws.expected,
    contestants: [
      { name: 'ours, arrays hoisted', run: hoisted },
      { name: 'ours, arrays as literals', run: literals },
      { name: 'ours, constants in a new typed array', run: fresh },
      { name: 'bare koffi, bigint', group: 'bare koffi', run: byBareCalls(draws, 'bigint') },
      { name: 'bare koffi, number', group: 'bare koffi', run: byBareCalls(draws, 'number') },
      { name: 'C', run: byC(draws) },
      ...onDriver,
    ],
    targets: [
      { of: 'ours, arrays hoisted', most: 1.15, against: 'bare koffi' },
      { of: 'ours, arrays as literals', most: 1.15, against: 'bare koffi' },
      { of: 'ours on lavapipe', most: 0.2, against: 'nvk on lavapipe' },
      { of: 'ours on lavapipe', most: 0.25, against: 'Dawn on lavapipe' },
    ],
    notes: ['Dawn has no push constants: it sets a pipeline and a bind group, and dispatches'],
  });
}

interface Frames {
  readonly first: number;
  readonly warm: number;
  readonly missing?: string;
}

function first(context: Context): Row {
  const rounds = Math.min(context.rounds, 5);
  const names = ['ours', 'bare koffi', ...Object.keys(frames)];
  const measured = names.flatMap(name => {
    const runs: Frames[] = [];
    for (let i = 0; i < rounds; i++) {
      runs.push(ask<Frames>(context, 'first-frame', [name, JSON.stringify(context.tools)]));
      if (runs[0].missing !== undefined) break;
    }
    const [{ missing }] = runs;
    return (['first', 'warm'] as const).map(which => {
      const title = `${name}, ${which} frame`;
      return missing === undefined
        ? { name: title, group: title, samples: runs.map(run => run[which]) }
        : { name: title, group: title, missing };
    });
  });
  return rowOf(
    {
      title: FIRST,
      unit: 'ns',
      by: 'median',
      baseline: 'ours, warm frame',
      checks: names.length,
      targets: [
        { of: 'ours, first frame', most: 2, against: 'ours, warm frame' },
        { of: 'ours on lavapipe, first frame', most: 1, against: 'Dawn on lavapipe, first frame' },
      ],
    },
    measured,
  );
}

export const frame: Subject = {
  name: 'frame',
  usesDawn: true,
  async run(context) {
    const { path, missing } = context.tools.target;
    if (path === undefined) return [TITLE, FIRST].map(title => missingRow(title, missing));
    const draws = openDraws(path);
    return [await warm(context, draws), ...eachCommand(context, draws), first(context)];
  },
};
