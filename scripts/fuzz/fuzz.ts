// What child processes found: crashes, wrong errors, differences between compiled and interpreted; each shrunk.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job, Report } from './child.ts';
import type { TargetName } from './world.ts';

export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly from: number;
  readonly log?: (line: string) => void;
}

export interface Found {
  readonly played: number;
  /** Calls that came through to C. */
  readonly reached: number;
  readonly refused: number;
  readonly failures: string[];
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
const SHRINKS = 60;
/** Enough to work on. */
const MOST_FAILURES = 10;

/** How a child ended: its report, or the signal that ended it. */
interface Ended {
  readonly report?: Report;
  readonly death?: string;
  /** The round that it was in. */
  readonly round: number;
}

export async function fuzz({ seconds, seed, from, log = console.log }: FuzzOptions): Promise<Found> {
  const home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-fuzz-'));
  const failures: string[] = [];
  let [played, reached, refused] = [0, 0, 0];
  try {
    const ways: readonly [TargetName, boolean][] = [
      ['null', true],
      ['null', false],
      ['embedded', true],
    ];
    const digests: Map<number, number>[] = [];
    for (const [target, compile] of ways) {
      const how = `${target}, ${compile ? 'compiled' : 'interpreted'}`;
      const mine = new Map<number, number>();
      if (target === 'null') digests.push(mine);
      const until = Date.now() + (seconds / ways.length) * 1000;
      const known = new Set<string>();
      for (let at = from; Date.now() < until && known.size < MOST_FAILURES; ) {
        const place = join(home, `${target}-${compile}`);
        const left = (until - Date.now()) / 1000;
        const job: Job = {
          target,
          compile,
          seed,
          from: at,
          rounds: 1e9,
          seconds: left,
          choices: [],
          trace: false,
          place,
        };
        const ended = await play(job);
        played += ended.report?.played ?? ended.round - at;
        reached += ended.report?.reached ?? 0;
        refused += ended.report?.refused ?? 0;
        for (const [hundred, digest] of ended.report?.digests ?? []) mine.set(hundred, digest);
        const what = ended.death ?? ended.report?.failure?.failure;
        if (what === undefined) break;
        at = ended.round + 1;
        // One bug is met many times.
        const kind = what.split('\n')[0].replace(/\d+/g, '');
        if (known.has(kind)) continue;
        known.add(kind);
        const call = await shrunk({ ...job, from: ended.round }, ended);
        const failure = `${how}, --seed ${seed} --from ${ended.round}: ${what}\n  ${call}`;
        log(failure);
        failures.push(failure);
      }
      log(`${how}: ${played} calls so far, ${refused} refused, ${reached} came through`);
    }
    const [one, other] = digests;
    const differs = [...one.keys()].find(
      hundred => other.has(hundred) && other.get(hundred) !== one.get(hundred),
    );
    if (differs !== undefined) {
      const words = await difference(seed, differs * 100, home);
      const failure = `--seed ${seed} --from ${differs * 100}: compiled and interpreted say different things\n${words}`;
      log(failure);
      failures.push(failure);
    }
  } finally {
    rmSync(home, { recursive: true });
  }
  log(
    `seed ${seed}: ${played} calls, ${refused} refused, ${reached} came through, ${failures.length} failures`,
  );
  return { played, reached, refused, failures };
}

/** The first call of a hundred whose outcome is not the same. */
async function difference(seed: number, from: number, home: string): Promise<string> {
  const traces: string[][] = [];
  for (const compile of [true, false]) {
    const job: Job = {
      target: 'null',
      compile,
      seed,
      from,
      rounds: 100,
      seconds: 60,
      choices: [],
      trace: true,
      place: join(home, 'trace'),
    };
    traces.push((await play(job)).report?.trace ?? []);
  }
  const [compiled, interpreted] = traces;
  const i = compiled.findIndex((line, k) => line !== interpreted[k]);
  return i < 0 ? 'only after the calls before them' : `  ${compiled[i]}\n  ${interpreted[i]}`;
}

/** The smallest tree that still fails alone, as a line of TypeScript. */
async function shrunk(job: Job, first: Ended): Promise<string> {
  const alone = { ...job, rounds: 1, seconds: 60 };
  const fails = async (choices: number[]): Promise<Ended | undefined> => {
    const ended = await play({ ...alone, choices });
    return ended.report === undefined || ended.report.failure !== undefined || ended.report.played === 0
      ? ended
      : undefined;
  };
  let best = await fails([]);
  if (best === undefined)
    return `${first.report?.failure?.text ?? ''} (${first.death === undefined ? '' : 'a death '}not by itself: after the calls before it)`;
  const choices: number[] = [];
  for (let k = 0, tries = 0; tries < SHRINKS; tries++) {
    const ended = await fails([...choices, k]);
    if (ended?.report?.played === 0) break;
    if (ended === undefined) k++;
    else {
      best = ended;
      choices.push(k);
      k = 0;
    }
  }
  // A crash has no words of its own: the child tells what it is about to call.
  const told = await play({ ...alone, choices, trace: true });
  return best.report?.failure?.text ?? told.death ?? '';
}

function roundOf({ place, from }: Job): number {
  try {
    return Number(readFileSync(place, 'utf8')) || from;
  } catch {
    return from;
  }
}

function play(job: Job): Promise<Ended> {
  return new Promise(resolve => {
    const args = ['--import', 'tsx', '--max-old-space-size=1024', CHILD, JSON.stringify(job)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => (text += part));
    // One call that takes so long hangs.
    const timer = setTimeout(() => child.kill('SIGKILL'), (job.seconds + 60) * 1000);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const line = text.split('\n').find(l => l.startsWith('REPORT '));
      const report = line === undefined ? undefined : (JSON.parse(line.slice(7)) as Report);
      const round = report?.failure?.round ?? roundOf(job);
      if (report !== undefined && code === 0) resolve({ report, round });
      else resolve({ death: `${signal ?? `exit code ${code}`}: ${text.slice(0, 600)}`, round });
    });
  });
}
