// The command `npm run fuzz`: hostile calls for some seconds by a seed; what each ground was called, a crash or a wrong
// error is printed shrunk, exit code 1.
import { fuzz } from './fuzz/fuzz.ts';
import { GROUNDS } from './fuzz/grounds/index.ts';

const NAMES = GROUNDS.map(({ name }) => name);

const HELP = `Calls every command with right and wrong arguments, in child processes, and ends and exits what is in use.

usage: npm run fuzz -- [--seconds N] [--seed S] [--from ROUND] [--ground NAME]

grounds: ${NAMES.join(', ')}

exit code: 0 nothing was found, 1 something was, 2 wrong usage`;

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
