// Each kind of fault that reports about other bindings told of, tried against the driver in C.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { skipHere, skipOrFail } from '../skip.ts';
import { buildDriver, driverMissing } from './build.ts';
import { KINDS } from './kinds/index.ts';
import type { Outcome } from './kinds-child.ts';

const CHILD = fileURLToPath(new URL('kinds-child.ts', import.meta.url));

/** What is not right yet: what happens instead is printed. */
const NOT_YET: ReadonlySet<string> = new Set([
  '2 inner arrays are as long as what stands beside them says',
  '3 what C writes by stride, or as large as properties say, has room',
  '3 what C reads by stride, template or entry is there',
  '3 a descriptor is as large as the properties say',
  '5 arms of unions that may be null are null to C',
  '6 arrays of vkGetDeviceFaultInfoEXT are counted first and then filled',
  '7 the error of a command that creates an array carries what was made, and it is alive',
  '7 what is written through pointers inside inputs comes back on errors too',
  '7 a result that the registry does not list is given',
  '7 a success without an object is an error that says so',
  '10 deferred host operations are refused by name',
  '11 images of a new swapchain that have the old one\u2019s values are alive',
  '11 a swapchain\u2019s image is not destroyed by itself, nor a surface under its swapchain',
  '12 NULL is refused where Vulkan never allows it',
  '12 errors of what is not present name it',
]);

/** All cases in one process: what it said before it ended. */
function play(library: string): Promise<{ outcomes: Map<string, Outcome>; ended: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, library], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', part => {
        text += part;
      });
    child.on('close', (code, signal) => {
      const lines = text.split('\n').filter(line => line.startsWith('OUTCOME '));
      const outcomes = lines.map(line => JSON.parse(line.slice(8)) as Outcome);
      const ended = `${signal ?? `exit code ${code}`}: ${text.slice(-1000)}`;
      resolve({ outcomes: new Map(outcomes.map(outcome => [outcome.name, outcome])), ended });
    });
  });
}

describe('kinds of faults, before a driver in C', function () {
  this.timeout(120_000);
  let played: Awaited<ReturnType<typeof play>>;

  before(async function () {
    const missing = driverMissing();
    if (missing !== undefined) skipOrFail(this, missing);
    played = await play(buildDriver());
  });

  for (const { name } of KINDS)
    it(name, function () {
      const outcome = played.outcomes.get(name);
      const wrong = outcome === undefined ? `the process ended: ${played.ended}` : outcome.wrong;
      if (wrong !== undefined && NOT_YET.has(name))
        skipHere(this, `not right yet: ${wrong.split('\n').slice(0, 2).join(' ')}`);
      if (wrong !== undefined) throw new Error(wrong);
      console.log(`      ${outcome!.found}`);
    });
});
