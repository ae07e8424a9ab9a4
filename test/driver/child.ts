// Calls every command of the headers in the driver in C, with random right values, in a process of its own: what C saw must
// be what was passed, and what was returned must be what C wrote.
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
  /** The only command that is called; each of its calls is printed. */
  readonly only?: string;
  /** A struct whose members after sType and pNext are exchanged in the rows, to show that C notices it. */
  readonly spoilt?: string;
}

export interface Report {
  /** The headers' version. */
  readonly version: string;
  /** Commands that C saw as often as was wanted. */
  readonly reached: number;
  readonly commands: number;
  /** The other commands, and the errors that kept them from C. */
  readonly missed: Record<string, string>;
  readonly calls: number;
  /** Promise forms that C saw as often. */
  readonly promised: number;
  /** How often right values were refused, by error message. */
  readonly refused: Record<string, number>;
  readonly differences: string[];
  readonly differing: number;
  /** Structs of the headers that are compared, and how many of them C has read and written. */
  readonly structs: number;
  readonly read: number;
  readonly written: number;
  readonly unread: string[];
  /** Structs that have changed since the headers' version, and so are not compared. */
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
