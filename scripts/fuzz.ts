// The command `npm run fuzz`: makes hostile calls from a seed for some seconds, counts them by ground, and prints each
// crash, hang and wrong error as the smallest call that still shows it.
import { fuzz } from './fuzz/fuzz.ts';
import { GROUNDS } from './fuzz/grounds/index.ts';

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

const options: Record<string, number> = { seconds: 60, seed: Date.now() % 1_000_000, from: 0 };
let ground: string | undefined;

const args = process.argv.slice(2);
let isUsage = args.includes('--help');
for (let i = 0; i < args.length && !isUsage; i += 2) {
  const name = args[i].replace(/^--/, '');
  if (name === 'ground') {
    ground = args[i + 1];
    isUsage = !NAMES.includes(ground);
    continue;
  }
  const value = Number(args[i + 1]);
  isUsage = !Object.hasOwn(options, name) || !Number.isSafeInteger(value) || value < 0;
  options[name] = value;
}
if (isUsage) {
  console.log(HELP);
  process.exitCode = args.includes('--help') ? 0 : 2;
} else {
  const { seconds, seed, from } = options;
  const found = await fuzz({ seconds, seed, from, ground });
  process.exitCode = found.some(({ failures }) => failures.length > 0) ? 1 : 0;
}
