// The command `npm run fuzz`: makes hostile calls from a seed for some seconds, counts them by ground, and prints each
// crash, hang and wrong error as the smallest call that still shows it.
import { parseOptions } from '../src/cli/options.ts';
import { UsageError } from '../src/cli/usage-error.ts';
import { fuzz } from './fuzz/fuzz.ts';
import { GROUNDS } from './fuzz/grounds/index.ts';
import { runScript } from './packages/script.ts';

const NAMES = GROUNDS.map(({ name }) => name);

const HELP = `Calls every command with right and wrong arguments, in child processes. Also destroys objects while calls use
them, and ends workers and processes during calls.

usage: npm run fuzz -- [--seconds N] [--seed S] [--from ROUND] [--ground NAME]

grounds: ${NAMES.join(', ')}

  --seconds N    how long, all grounds together (default 60)
  --seed S       the same seed makes the same calls
  --from ROUND   the number of the first round of each ground (default 0)
  --ground NAME  only this one of the grounds, which are kinds of calls

exit code: 0 no failure, 1 failures, 2 wrong usage`;

const OPTIONS = {
  seconds: { type: 'string', default: '60' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  from: { type: 'string', default: '0' },
  ground: { type: 'string' },
} as const;

async function main(args: readonly string[], me: string): Promise<number> {
  const { ground, ...values } = parseOptions('fuzz', args, OPTIONS, me);
  if (ground !== undefined && !NAMES.includes(ground))
    throw new UsageError(`--ground: no ground is named "${ground}" (see ${me} --help)`);
  const number = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new UsageError(`--${name}: expected a whole number, got "${values[name]}" (see ${me} --help)`);
  };
  const numbers = { seconds: number('seconds'), seed: number('seed'), from: number('from') };
  const found = await fuzz({ ...numbers, ground });
  return found.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

await runScript({ name: 'fuzz', help: HELP, main });
