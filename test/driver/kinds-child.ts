// Runs the cases about kinds of faults in a process of its own, and prints for each what it found or what went wrong.
import { threshold } from '../../src/marshal/tier-up.ts';
import { GuardedBytes, guardArgumentMemory, overruns } from './guarded.ts';
import { Judge } from './judge.ts';
import { Bench } from './kinds/bench.ts';
import { KINDS } from './kinds/index.ts';
import { readModel } from './model.ts';

export interface Outcome {
  readonly name: string;
  readonly found?: string;
  readonly wrong?: string;
}

const [, , library, root, how, only] = process.argv;
threshold.uses = how === 'interpreted' ? Number.POSITIVE_INFINITY : 0;
const judge = new Judge(library);
const protect = (address: number, size: number): void => judge.guard(address, size);
guardArgumentMemory(protect);
const bench = new Bench(judge, readModel(root), new GuardedBytes(protect));
for (const { name, run } of KINDS) {
  if (only !== undefined && !name.startsWith(only)) continue;
  let outcome: Outcome;
  try {
    const found = await run(bench);
    const [wrong] = overruns.splice(0);
    outcome = { name, found, wrong };
  } catch (error) {
    outcome = { name, wrong: error instanceof Error ? error.message : String(error) };
  }
  console.log(`OUTCOME ${JSON.stringify(outcome)}`);
}
process.exit(0);
