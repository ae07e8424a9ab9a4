// Runs child processes on every ground, and collects crashes, hangs, wrong errors and differences between compiled and
// interpreted calls.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from './child.ts';
import type { Ground, Way } from './ground.ts';
import { GROUNDS } from './grounds/index.ts';
import { play, shrunk } from './play.ts';

interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly from: number;
  /** The only ground that is run. */
  readonly ground?: string;
  readonly log?: (line: string) => void;
}

/** What was found on one ground. */
interface GroundReport {
  readonly ground: string;
  calls: number;
  refused: number;
  /** Calls that came through to C, where that can be told. */
  reached: number;
  crashes: number;
  hangs: number;
  /** Each with the seed and round that show it again. */
  readonly failures: string[];
  /** Why drivers could not be opened here. */
  readonly missing: string[];
}

/** How many failures are kept: enough to work on. */
const MOST_FAILURES = 10;
/** How many grounds run at a time: a child process spends long on its start. */
const LANES = Math.min(2, availableParallelism());

async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

export async function fuzz({
  seconds,
  seed,
  from,
  ground,
  log = console.log,
}: FuzzOptions): Promise<GroundReport[]> {
  const home = mkdtempSync(join(tmpdir(), 'koffi-vulkan-fuzz-'));
  const walked = GROUNDS.filter(({ name }) => ground === undefined || name === ground);
  const lanes = Math.min(LANES, walked.length);
  const share = (seconds * lanes) / walked.reduce((sum, { ways }) => sum + ways.length, 0);
  const found: GroundReport[] = [];
  try {
    await inLanes(lanes, walked, async one => {
      const its = await walk(one, { seconds: share, seed, from, home }, log);
      const { calls, refused, reached, crashes, hangs, failures, missing } = its;
      log(
        `${one.name}: ${calls} calls, ${refused} refused${reached > 0 ? `, ${reached} came through` : ''}, ` +
          `${crashes} crashes, ${hangs} hangs, ${failures.length} failures` +
          missing.map(why => `; not run: ${why}`).join(''),
      );
      found.push(its);
    });
  } finally {
    rmSync(home, { recursive: true });
  }
  const sum = (key: 'calls' | 'refused' | 'crashes' | 'hangs') =>
    found.reduce((total, its) => total + its[key], 0);
  const failures = found.reduce((total, its) => total + its.failures.length, 0);
  log(
    `seed ${seed}: ${sum('calls')} calls on ${found.length} grounds, ${sum('refused')} refused, ` +
      `${sum('crashes')} crashes, ${sum('hangs')} hangs, ${failures} failures`,
  );
  return found;
}

interface Walk {
  /** How long each driver is called by compiled methods, and as long by the interpreter. */
  readonly seconds: number;
  readonly seed: number;
  readonly from: number;
  /** Folder for the files in which children write the numbers of their rounds. */
  readonly home: string;
}

type Digests = Map<number, number>;

async function walk(ground: Ground, walk: Walk, log: (line: string) => void): Promise<GroundReport> {
  const found: GroundReport = {
    ...{ ground: ground.name, calls: 0, refused: 0, reached: 0, crashes: 0, hangs: 0 },
    ...{ failures: [], missing: [] },
  };
  const digests: [Way, Digests][] = [];
  const fail = (text: string) => {
    log(text);
    found.failures.push(text);
  };
  for (const way of ground.ways) digests.push([way, await walkWay(ground, way, walk, found, fail)]);
  for (const [way, digest] of digests) {
    const [, other] = digests.find(([w]) => w.on === way.on && w.compile !== way.compile) ?? [];
    if (!way.compile || other === undefined) continue;
    const differs = [...digest.keys()].find(k => other.has(k) && other.get(k) !== digest.get(k));
    if (differs === undefined) continue;
    const words = await difference(jobOf(ground, way, walk), differs * 100);
    fail(
      `${ground.name}, ${way.on}, --seed ${walk.seed} --from ${differs * 100}: compiled and interpreted calls end differently\n${words}`,
    );
  }
  return found;
}

const jobOf = ({ name }: Ground, { on, compile }: Way, { seconds, seed, from, home }: Walk): Job => ({
  ...{ ground: name, on, compile, seed, from, seconds, rounds: 1e9, choices: [], trace: false },
  place: join(home, `${name} ${on} ${compile}`),
});

async function walkWay(
  ground: Ground,
  way: Way,
  walk: Walk,
  found: GroundReport,
  fail: (text: string) => void,
): Promise<Digests> {
  const digests: Digests = new Map();
  const how = `${way.on}, ${way.compile ? 'compiled' : 'interpreted'}`;
  const until = Date.now() + walk.seconds * 1000;
  const known = new Set<string>();
  let first = true;
  for (let at = walk.from; known.size < MOST_FAILURES; first = false) {
    const left = (until - Date.now()) / 1000;
    if (left <= 0 && !first) break;
    const job = { ...jobOf(ground, way, walk), from: at, seconds: left };
    const ended = await play(job);
    const { report } = ended;
    if (report?.missing !== undefined) {
      found.missing.push(`${way.on}: ${report.missing}`);
      break;
    }
    found.calls += report?.calls ?? ended.round - at;
    found.reached += report?.reached ?? 0;
    found.refused += report?.refused ?? 0;
    for (const [hundred, digest] of report?.digests ?? []) digests.set(hundred, digest);
    const what = ended.death ?? report?.failure?.failure;
    if (what === undefined) break;
    if (ended.death !== undefined) found[ended.hung ? 'hangs' : 'crashes']++;
    at = ended.round + 1;
    // One bug shows in many rounds: the same message is reported once.
    const kind = what.split('\n')[0].replace(/\d+/g, '');
    if (known.has(kind)) continue;
    known.add(kind);
    const call = await shrunk({ ...job, from: ended.round }, ended);
    fail(`--ground '${ground.name}' --seed ${walk.seed} --from ${ended.round} (${how}): ${what}\n  ${call}`);
  }
  return digests;
}

/** The first call of a hundred whose outcome is not the same. */
async function difference(job: Job, from: number): Promise<string> {
  const traces: string[][] = [];
  for (const compile of [true, false])
    traces.push(
      (await play({ ...job, compile, from, rounds: 100, seconds: 60, trace: true })).report?.trace ?? [],
    );
  const [compiled, interpreted] = traces;
  const i = compiled.findIndex((line, k) => line !== interpreted[k]);
  return i < 0 ? '  only after the calls of earlier rounds' : `  ${compiled[i]}\n  ${interpreted[i]}`;
}
