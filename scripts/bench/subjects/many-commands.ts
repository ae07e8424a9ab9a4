// Measures whether many commands slow each other: the last method must be made as fast as the first, and calls stay as fast.
import { missingRow, type Row, rowOf, type Subject, type Target } from '../row.ts';
import { askProgram } from './unused.ts';

const TITLES = ['cmdDraw beside nearly all commands', 'a method at its first touch'];

interface Answer {
  readonly made: number;
  readonly before: number;
  readonly after: number;
  readonly first: number;
  readonly last: number;
}

export const manyCommands: Subject = {
  name: 'many-commands',
  run(context) {
    const { path, missing } = context.tools.trivialDriver;
    if (path === undefined) return TITLES.map(title => missingRow(title, missing));
    const rounds = Math.min(context.rounds, 3);
    const answers = Array.from({ length: rounds }, () =>
      askProgram<Answer>(context, 'many-commands', [path]),
    );
    const row = (title: string, unit: string, names: Record<string, keyof Answer>, target: Target): Row =>
      rowOf(
        {
          title,
          unit,
          by: 'min',
          baseline: Object.keys(names)[0],
          checks: rounds,
          targets: [target],
          notes: [`${answers[0].made} methods`],
        },
        Object.entries(names).map(([name, key]) => ({
          name,
          group: name,
          samples: answers.map(a => a[key]),
        })),
      );
    return [
      row(
        TITLES[0],
        'ns',
        { alone: 'before', 'with all made': 'after' },
        {
          of: 'with all made',
          most: 1.05,
          against: 'alone',
        },
      ),
      row(
        TITLES[1],
        'us',
        { 'the first hundred': 'first', 'the last hundred': 'last' },
        {
          of: 'the last hundred',
          most: 1.1,
          against: 'the first hundred',
        },
      ),
    ];
  },
};
