// Plays rounds in this process, and writes to a file where it stands, so that its parent knows what ended it.
import { openSync, writeSync } from 'node:fs';
import { setHot } from '../../src/marshal/compile.ts';
import { planRound, runRound } from './round.ts';
import { type TargetName, World } from './world.ts';

export interface Job {
  readonly target: TargetName;
  readonly seed: number;
  readonly from: number;
  /** Rounds, or seconds where there is no end to them. */
  readonly rounds: number;
  readonly seconds: number;
  readonly compile: boolean;
  /** Which simpler tree is tried in place of the round's own. */
  readonly choices: readonly number[];
  /** Whether each round's call and outcome are reported. */
  readonly trace: boolean;
  /** File that gets the number of the round that is being played. */
  readonly place: string;
}

export interface Report {
  readonly played: number;
  readonly reached: number;
  readonly refused: number;
  /** A number for every whole hundred of rounds that their outcomes decide. */
  readonly digests: [hundred: number, digest: number][];
  /** Of single rounds, where they were asked for. */
  readonly trace: string[];
  readonly failure?: { readonly round: number; readonly text: string; readonly failure: string };
}

/** What the debug messenger's callbacks and the like throw later counts too. */
process.on('uncaughtException', error => {
  if (/boom|embedded/i.test(error.message)) return;
  console.error('uncaught', error);
  process.exit(9);
});

const job = JSON.parse(process.argv[2]) as Job;
setHot(job.compile ? 0 : Number.POSITIVE_INFINITY);
const world = new World(job.target);
const place = openSync(job.place, 'w');
const until = Date.now() + job.seconds * 1000;
const digests: Report['digests'] = [];
let begun = false;
const trace: string[] = [];
let digest = 0;
let refused = 0;
let played = 0;
let failure: Report['failure'];

for (let i = job.from; i < job.from + job.rounds && Date.now() < until; i++) {
  writeSync(place, `${i}`.padEnd(12), 0);
  if (i % 100 === 0) begun = true;
  const planned = planRound(world, job.seed, i, job.choices);
  if (planned === undefined) break;
  if (job.trace) console.log(i, planned.row.name, planned.self?.text() ?? '', planned.tree.text());
  const round = await runRound(world, planned);
  played++;
  if (round.outcome !== 'ok') refused++;
  if (job.trace) trace.push(`${round.text}: ${round.outcome}`);
  for (const unit of round.outcome) digest = (Math.imul(digest, 31) + unit.codePointAt(0)!) | 0;
  if (i % 100 === 99) {
    if (begun) digests.push([Math.floor(i / 100), digest]);
    digest = 0;
    // Callbacks that throw do so in a microtask.
    await new Promise(resolve => setImmediate(resolve));
  }
  if (round.failure !== undefined) {
    failure = { round: i, text: round.text, failure: round.failure };
    break;
  }
}
const report: Report = { played, reached: world.target?.calls ?? 0, refused, digests, trace, failure };
console.log(`REPORT ${JSON.stringify(report)}`);
process.exit(0);
