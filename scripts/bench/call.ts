// A call as each contestant writes it, and the contest of them: ours, bare koffi, koffi's struct objects, the addon, C.
import { type Addon, addonContestants } from './addon.ts';
import { type BareFunction, bareCommand, type ObjectFunction, objectCommand } from './bare.ts';
import type { CMemory } from './bytes.ts';
import { type Contestant, contest, type Run } from './contest.ts';
import type { Once } from './loop.ts';
import { type Context, missingRow, type Row, type Subject, type Target as Wanted } from './row.ts';
import { openTrivialDriver, type TrivialDriver } from './trivial-driver.ts';

type Form = 'number' | 'bigint';

/** A handle, or the address of memory, in the form that a bare call passes. */
type Of = (value: bigint | CMemory) => number | bigint;

/** The memory whose addresses bare calls have: it must not be collected before the process ends. */
const kept: CMemory[] = [];

const keep = (bytes: CMemory): CMemory => {
  kept.push(bytes);
  return bytes;
};

const inForm: Readonly<Record<Form, Of>> = {
  number: value => (typeof value === 'bigint' ? Number(value) : keep(value).number),
  bigint: value => (typeof value === 'bigint' ? value : keep(value).bigint),
};

/** The driver that all contestants call. */
export interface Driver {
  /** The address of a command. */
  command(name: string): bigint;
  /** A run whose result is the sum of what was read, and, of the trivial driver, of what its commands were given. */
  counted(once: Once): Run;
}

export interface RacedCall {
  readonly title: string;
  /** Vulkan's names of the commands that it takes. */
  readonly commands: readonly string[];
  readonly ours: Once;
  /** With addresses and numbers; the structs that they point to are written before. */
  readonly bare: (functions: readonly BareFunction[], of: Of) => Once;
  /** With koffi's struct objects. */
  readonly objects?: (functions: readonly ObjectFunction[]) => Once;
  readonly addon?: (addon: Addon) => Once;
  /** The call in a loop in C. */
  readonly c?: Run;
  /** The result that every contestant must have; by default that of C. */
  readonly expected?: Run;
  readonly others?: readonly Contestant[];
  readonly targets: readonly Wanted[];
  readonly notes?: readonly string[];
}

/** The bare call in one of its two forms. */
export function bareRun(
  { commands, bare }: Pick<RacedCall, 'commands' | 'bare'>,
  driver: Driver,
  form: Form,
): Run {
  const functions = commands.map(name => bareCommand(driver.command(name), name));
  return driver.counted(bare(functions, inForm[form]));
}

/** Every contestant in turn; ratios are relative to the faster of the two bare calls. */
export function raceCall(call: RacedCall, driver: Driver, { tools, rounds }: Context): Row {
  const { title, commands, ours, objects, addon, c, expected = c, others = [], targets, notes } = call;
  if (expected === undefined) throw new Error(`${title}: there is no expected result`);
  const contestants: Contestant[] = [
    { name: 'ours', run: driver.counted(ours) },
    { name: 'bare koffi, bigint', group: 'bare koffi', run: bareRun(call, driver, 'bigint') },
    { name: 'bare koffi, number', group: 'bare koffi', run: bareRun(call, driver, 'number') },
  ];
  if (objects !== undefined) {
    const functions = commands.map(name => objectCommand(driver.command(name), name));
    contestants.push({ name: 'koffi struct objects', run: driver.counted(objects(functions)) });
  }
  if (addon !== undefined)
    contestants.push(
      ...addonContestants(tools, commands, driver.command, opened => driver.counted(addon(opened))),
    );
  if (c !== undefined) contestants.push({ name: 'C', run: c });
  contestants.push(...others);
  return contest({ title, baseline: 'bare koffi', rounds, expected, contestants, targets, notes });
}

/** A subject of calls on the driver of trivial functions. */
export const callSubject = (
  name: string,
  calls: (driver: TrivialDriver, context: Context) => readonly RacedCall[],
): Subject => ({
  name,
  run(context) {
    const { path, missing } = context.tools.trivialDriver;
    if (path === undefined) return [missingRow(name, missing)];
    const driver = openTrivialDriver(path);
    return calls(driver, context).map(call => raceCall(call, driver, context));
  },
});
