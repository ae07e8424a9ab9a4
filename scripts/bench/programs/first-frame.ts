// Prints as JSON how many nanoseconds a draw takes in the first frame of a process and in a warm one, or why there is none.
import { bareRun } from '../call.ts';
import type { Run } from '../contest.ts';
import { frames } from '../dispatches.ts';
import { drawCall, draws } from '../draws.ts';
import type { Tools } from '../tools.ts';
import { openTrivialDriver } from '../trivial-driver.ts';

const DRAWS = 10_000;
const [name, given] = process.argv.slice(2);
const tools = JSON.parse(given) as Tools;

async function open(): Promise<Run | string> {
  if (name in frames) {
    const { run, missing } = await frames[name](tools);
    return run ?? (missing as string);
  }
  if (tools.trivialDriver.path === undefined) return tools.trivialDriver.missing;
  const driver = openTrivialDriver(tools.trivialDriver.path);
  return name === 'ours'
    ? driver.counted(draws(driver).literals)
    : bareRun(drawCall(driver), driver, 'number');
}

const run = await open();
if (typeof run === 'string') process.stdout.write(JSON.stringify({ missing: run }));
else {
  const once = () => {
    const start = process.hrtime.bigint();
    run(DRAWS);
    return Number(process.hrtime.bigint() - start) / DRAWS;
  };
  const first = once();
  const warm = Array.from({ length: 60 }, once).slice(20);
  process.stdout.write(`\n${JSON.stringify({ first, warm: Math.min(...warm) })}`);
}
process.exit(0);
