// The command `npm run fuzz`: hostile arguments for some seconds by a seed; a crash or a wrong error is printed
// shrunk, exit code 1.
import { fuzz } from './fuzz/fuzz.ts';

const HELP = `Calls every command with right and wrong arguments, in child processes.

usage: npm run fuzz -- [--seconds N] [--seed S] [--from ROUND]

exit code: 0 nothing was found, 1 something was, 2 wrong usage`;

const options: Record<string, number> = { seconds: 60, seed: Date.now() % 1_000_000, from: 0 };

const args = process.argv.slice(2);
let isUsage = args.includes('--help');
for (let i = 0; i < args.length && !isUsage; i += 2) {
  const name = args[i].replace(/^--/, '');
  const value = Number(args[i + 1]);
  isUsage = !Object.hasOwn(options, name) || !Number.isSafeInteger(value) || value < 0;
  options[name] = value;
}
if (isUsage) {
  console.log(HELP);
  process.exitCode = args.includes('--help') ? 0 : 2;
} else
  process.exitCode =
    (await fuzz(options as { seconds: number; seed: number; from: number })).failures.length > 0 ? 1 : 0;
