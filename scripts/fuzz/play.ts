// Runs rounds in a child process, says what ended it where it crashed or hung, and shrinks the round that failed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childPrograms } from '../build/child.ts';
import type { Job, Report } from './child.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The child, and what grounds start in it. */
const PROGRAMS = [
  ...['child.ts', 'grounds/exit-child.ts', 'grounds/worker-calls.ts'],
  '../../test/driver/entitled.ts',
].map(at);
let programs: Promise<string[]> | undefined;
/** How many simpler rounds are tried. */
const SHRINKS = 60;
/** How long one round may take, in seconds: what takes longer hangs. */
const LONGEST = 60;

const MOST_TEXT = 2 ** 22;

/** How a child ended: its report, or what ended it. */
interface Ended {
  readonly report?: Report;
  readonly death?: string;
  readonly hung?: boolean;
  /** The round that it was in. */
  readonly round: number;
}

export async function play(job: Job): Promise<Ended> {
  programs ??= childPrograms(PROGRAMS);
  const [program] = await programs;
  return new Promise(resolve => {
    const args = ['--max-old-space-size=1024', program, JSON.stringify(job)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    // Layers print much to stdout where nobody listens: what Node says of a death is in stderr.
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', part => {
        text[name] = (text[name] + part).slice(-MOST_TEXT);
      });
    let [place, since, hung] = ['', Date.now(), false];
    const timer = setInterval(() => {
      const now = placeOf(job);
      if (now !== place) [place, since] = [now, Date.now()];
      hung = Date.now() - since > LONGEST * 1000;
      if (hung) child.kill('SIGKILL');
    }, 1000);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const line = text.stdout.split('\n').find(l => l.startsWith('REPORT '));
      const report = line === undefined ? undefined : (JSON.parse(line.slice(7)) as Report);
      const round = report?.failure?.round ?? (Number(placeOf(job)) || job.from);
      const end = hung ? `hangs for ${LONGEST} s` : (signal ?? `exit code ${code}`);
      if (report !== undefined && code === 0) resolve({ report, round });
      else resolve({ death: `${end}: ${(text.stderr || text.stdout).slice(-2000)}`, round, hung });
    });
  });
}

function placeOf({ place }: Job): string {
  try {
    return readFileSync(place, 'utf8');
  } catch {
    return '';
  }
}

/** The smallest round that still fails alone, in words. */
export async function shrunk(job: Job, first: Ended): Promise<string> {
  const alone = { ...job, rounds: 1, seconds: LONGEST };
  const fails = async (choices: number[]): Promise<Ended | undefined> => {
    const ended = await play({ ...alone, choices });
    return ended.report === undefined || ended.report.failure !== undefined || ended.report.played === 0
      ? ended
      : undefined;
  };
  let best = await fails([]);
  if (best === undefined)
    return `${first.report?.failure?.text ?? ''} (not alone: only after the calls of earlier rounds)`;
  const choices: number[] = [];
  for (let k = 0, tries = 0; tries < SHRINKS && first.hung !== true; tries++) {
    const ended = await fails([...choices, k]);
    if (ended?.report?.played === 0) break;
    if (ended === undefined) k++;
    else {
      best = ended;
      choices.push(k);
      k = 0;
    }
  }
  // A crash says nothing itself: the child prints what it is about to call.
  const told = await play({ ...alone, choices, trace: true });
  return best.report?.failure?.text ?? told.death ?? '';
}
