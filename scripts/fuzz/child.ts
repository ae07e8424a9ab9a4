// A child process of the fuzzing: it plays rounds of one ground, and writes the number of each to a file, so that its parent
// knows which round ended it.
import { openSync, writeSync } from 'node:fs';
import { threshold } from '../../src/marshal/tier-up.ts';
import { type Player, UnavailableError } from './ground.ts';
import { groundNamed } from './grounds/index.ts';

export interface Job {
  readonly ground: string;
  readonly on: string;
  readonly compile: boolean;
  readonly seed: number;
  readonly from: number;
  /** It ends after so many rounds, or before, after so many seconds. */
  readonly rounds: number;
  readonly seconds: number;
  /** How the round's tree is simplified: each number chooses one of the simpler trees of the one before. */
  readonly choices: readonly number[];
  /** Whether each round's calls and outcome are reported. */
  readonly trace: boolean;
  /** File that gets the number of the round that is being played. */
  readonly place: string;
}

export interface Report {
  /** Why nothing was played. */
  readonly missing?: string;
  readonly played: number;
  readonly calls: number;
  /** How many calls came through to C, where that can be told. */
  readonly reached: number;
  readonly refused: number;
  /** For each hundred rounds that were all played, a hash of their outcomes. */
  readonly digests: [hundred: number, digest: number][];
  /** A line for each round, if it was asked for. */
  readonly trace: string[];
  readonly failure?: { readonly round: number; readonly text: string; readonly failure: string };
}

// An error that a callback throws becomes an uncaught one: it fails the round unless the fuzzing threw it itself.
process.on('uncaughtException', error => {
  if (/boom|embedded/i.test(error.message)) return;
  console.error('uncaught', error);
  process.exit(9);
});

const job = JSON.parse(process.argv[2]) as Job;
const place = openSync(job.place, 'w');
writeSync(place, `${job.from}`.padEnd(12), 0);

/** Written at once, so that it is there even if the process ends next. */
function print(line: string): void {
  for (let left = Buffer.from(`${line}\n`); left.length > 0; )
    try {
      left = left.subarray(writeSync(1, left));
    } catch (error) {
      // The pipe is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
}

function tell(report: Partial<Report>): never {
  const nothing: Report = { played: 0, calls: 0, reached: 0, refused: 0, digests: [], trace: [] };
  print(`REPORT ${JSON.stringify({ ...nothing, ...report })}`);
  process.exit(0);
}

async function open(): Promise<Player> {
  try {
    return await groundNamed(job.ground).open(job.on, job.compile);
  } catch (error) {
    if (error instanceof UnavailableError) return tell({ missing: error.message });
    throw error;
  }
}

threshold.uses = job.compile ? 0 : Number.POSITIVE_INFINITY;
const player = await open();
const until = Date.now() + job.seconds * 1000;
const digests: Report['digests'] = [];
let begun = false;
const trace: string[] = [];
let digest = 0;
let [played, calls, refused] = [0, 0, 0];
let failure: Report['failure'];
const say = job.trace ? print : () => undefined;

for (let i = job.from; i < job.from + job.rounds && Date.now() < until; i++) {
  writeSync(place, `${i}`.padEnd(12), 0);
  if (i % 100 === 0) begun = true;
  const planned = player.plan(job.seed, i, job.choices);
  if (planned === undefined) break;
  const round = await planned.run(say);
  played++;
  calls += round.calls;
  refused += round.refused;
  // After a getter has destroyed all objects, compiled and interpreted code may go on with different handles.
  const outcome = round.outcome.replaceAll(/0x[0-9a-f]+|\d{9,}/g, '0x…');
  if (job.trace) trace.push(`${round.text}: ${outcome}`);
  for (const unit of outcome) digest = (Math.imul(digest, 31) + unit.codePointAt(0)!) | 0;
  if (i % 100 === 99) {
    if (begun) digests.push([Math.floor(i / 100), digest]);
    digest = 0;
    // Lets uncaught errors of callbacks arrive.
    await new Promise(resolve => setImmediate(resolve));
  }
  if (round.failure !== undefined) {
    failure = { round: i, text: round.text, failure: round.failure };
    break;
  }
}
tell({ played, calls, reached: player.reached ?? 0, refused, digests, trace, failure });
