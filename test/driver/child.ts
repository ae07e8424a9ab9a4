// In a process of its own: every command of the headers through the driver in C, with random right values; what C saw is
// compared with what was meant, and what came back with what C wrote.
import { randomFrom } from '../../scripts/fuzz/values.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { registry } from '../../src/registry/registry.ts';
import type { Member } from '../../src/registry/rows.ts';
import { Types } from './c-types.ts';
import { GuardedBytes, guardArgumentMemory, overruns } from './guarded.ts';
import { Judge } from './judge.ts';
import { readModel } from './model.ts';
import { Rounds } from './rounds.ts';

export interface Job {
  readonly library: string;
  /** Where the headers that it is made from are installed. */
  readonly root: string;
  readonly compile: boolean;
  readonly seed: number;
  /** Calls of each command that C must have seen. */
  readonly rounds: number;
  /** Of one command alone, each call in words. */
  readonly only?: string;
  /** A struct whose first two members of its own are exchanged in the rows: C must find it out. */
  readonly spoilt?: string;
}

export interface Report {
  /** Of the headers. */
  readonly version: string;
  /** Commands that C saw as often as was wanted. */
  readonly reached: number;
  readonly commands: number;
  /** Those that it did not, and what was said instead. */
  readonly missed: Record<string, string>;
  readonly calls: number;
  /** Promise forms that C saw as often. */
  readonly promised: number;
  /** Right values that were refused, by their words. */
  readonly refused: Record<string, number>;
  readonly differences: string[];
  readonly differing: number;
  /** Structs of the headers that are judged, and how many of them C has read and written. */
  readonly structs: number;
  readonly read: number;
  readonly written: number;
  readonly unread: string[];
  /** Structs that are not as in the headers any more, and so are not judged. */
  readonly changed: string[];
}

const job = JSON.parse(process.argv[2]) as Job;
threshold.uses = job.compile ? 0 : Number.POSITIVE_INFINITY;
const judge = new Judge(job.library);
const protect = (address: number, size: number): void => judge.guard(address, size);
guardArgumentMemory(protect);
const model = readModel(job.root);
const rounds = new Rounds(judge, model, new Types(model), new GuardedBytes(protect), randomFrom(job.seed));
if (job.spoilt !== undefined) {
  const members = registry.struct(job.spoilt).members as Member[];
  [members[2], members[3]] = [members[3], members[2]];
}
for (const name of rounds.commands)
  if (job.only === undefined || job.only === name)
    rounds.play(name, job.rounds, job.only === undefined ? undefined : console.log);
if (job.only === undefined) {
  await rounds.playPromises(job.rounds);
  rounds.playStructs(job.rounds);
}
rounds.differences.push(...overruns);
const report = rounds.report();
console.log(`REPORT ${JSON.stringify(report)}`);
process.exit(0);
