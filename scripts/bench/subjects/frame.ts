// Measures what a frame of draws costs, each with a pipeline, a set and 32 bytes of constants: a warm one, and the first
// of a process.
import { raceCall } from '../call.ts';
import { frames } from '../dispatches.ts';
import { drawCall } from '../draws.ts';
import { type Context, missingRow, type Row, rowOf, type Subject } from '../row.ts';
import { openTrivialDriver } from '../trivial-driver.ts';
import { askProgram } from './unused.ts';

async function warm(context: Context, path: string): Promise<Row> {
  const driver = openTrivialDriver(path);
  const call = drawCall(driver);
  const onDriver = await Promise.all(Object.values(frames).map(open => open(context.tools)));
  return raceCall(
    {
      ...call,
      others: [...call.others!, ...onDriver],
      targets: [
        { of: 'ours', most: 1.15, against: 'bare koffi' },
        { of: 'ours, arrays as literals', most: 1.15, against: 'bare koffi' },
        { of: 'ours on lavapipe', most: 0.2, against: 'nvk on lavapipe' },
        { of: 'ours on lavapipe', most: 0.25, against: 'Dawn on lavapipe' },
      ],
      notes: ['Dawn has no push constants: it sets a pipeline and a bind group, and dispatches'],
    },
    driver,
    context,
  );
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
      runs.push(askProgram<Frames>(context, 'first-frame', [name, JSON.stringify(context.tools)]));
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
      title: 'a draw of the first 10,000, and of warm ones',
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
    const { path, missing } = context.tools.trivialDriver;
    return path === undefined ? [missingRow('frame', missing)] : [await warm(context, path), first(context)];
  },
};
