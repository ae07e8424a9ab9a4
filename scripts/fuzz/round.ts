// One call with bent arguments, and what is wrong with how it ended.
import { timeoutOf } from '../../src/commands/timeout.ts';
import { NotAvailableError, ValidUsageError, VulkanError } from '../../src/errors/errors.ts';
import { inUse } from '../../src/handles/busy.ts';
import { Device, Queue } from '../../src/index.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow } from '../../src/registry/rows.ts';
import { DISPATCHABLE_CLASSES, methodName, shapeOf } from '../../src/registry/shape.ts';
import type { Fixture, FixtureObjects } from './fixture.ts';
import type { Round } from './ground.ts';
import { Boom, detach } from './hostile.ts';
import { arrayNode, type Node, takers, toNode } from './tree.ts';
import type { RandomValues } from './values.ts';

/** One call, with what may be wrong about it. */
export interface PlannedCall {
  readonly row: CommandRow;
  /** Whether its promise form is called, and the sync one after it. */
  readonly promised: boolean;
  /** The argument list. */
  readonly tree: Node;
  /** What the method is called on, where that is not the object it belongs to. */
  readonly self?: Node;
  /** The VkResult that the null driver returns. */
  readonly result?: number;
}

/** Right arguments of a command. */
export function rightArguments(fixture: Fixture, values: RandomValues, row: CommandRow): Node {
  const { roles } = shapeOf(row, registry);
  const lengths = new Map<string, number>();
  const name = (object: object) => fixture.name(object);
  return arrayNode(
    row.params.flatMap((p, i) =>
      roles[i] === 'in' || roles[i] === 'buffer'
        ? [toNode(p.optional && values.chance(0.2) ? undefined : values.member(p, 0, lengths), name)]
        : [],
    ),
  );
}

const LONGEST_WAIT = 200;

type Methods = Record<string, (...args: unknown[]) => unknown>;

export async function runRound(
  fixture: Fixture,
  { row, promised, tree, self, result = 0 }: PlannedCall,
): Promise<Round> {
  const owner = ownerOf(row);
  const object = owner === '' ? fixture.vulkan : fixture.objects[owner];
  const key = methodName(row.name);
  if (fixture.nullDriver !== undefined) {
    fixture.nullDriver.result = result;
    fixture.nullDriver.violation = undefined;
    fixture.noteLive();
  }
  const text = callText({ row, promised, tree, self });
  const args = argumentsOf(tree);
  // A simplified tree may have a value that a function of hostile.ts cannot work on: then nothing is called.
  if (args === undefined) return { text, outcome: 'ok', calls: 0, refused: 0 };
  const called = async (given: unknown[]) => {
    const method = (object as unknown as Methods)[key];
    fixture.remember(method.apply(self === undefined ? object : self.make(), given));
  };
  let ended: Ended;
  if (promised) {
    const forms = Object.getOwnPropertyDescriptor((owner === 'VkQueue' ? Queue : Device).prototype, 'async')!
      .get!;
    // To wait forever is no fault: forms with a timeout take a signal after their arguments, which ends the wait.
    const signal = timeoutOf(row) !== undefined ? AbortSignal.timeout(LONGEST_WAIT) : undefined;
    const given = signal === undefined ? args : [...args, { signal }];
    ended = await outcomeOf(async () => {
      const promise = (forms.call(self === undefined ? object : self.make()) as Methods)[key](...given);
      // The caller may change what it passed.
      detach();
      fixture.remember(await promise);
    }, signal);
    // A getter may have destroyed every object.
    const isComparable = fixture.objects.VkDevice.alive && ended.outcome !== ABORTED;
    const again = isComparable ? argumentsOf(tree) : undefined;
    const sync = again && (await outcomeOf(() => called(again)));
    if (sync !== undefined && self === undefined && differs(fixture, ended.outcome, sync.outcome))
      ended.failure ??= `the promise form says ${ended.outcome}\nand the sync form ${sync.outcome}`;
    ended = { outcome: `${ended.outcome}, ${sync?.outcome}`, failure: ended.failure ?? sync?.failure };
    if (inUse.size > 0) ended.failure ??= 'its handles stayed in use';
  } else ended = await outcomeOf(() => called(args));
  const { outcome, failure = fixture.nullDriver?.violation } = ended;
  const stack = argumentStack();
  const released = stack.top === 0;
  return {
    text,
    outcome,
    calls: promised ? 2 : 1,
    refused: outcome === 'ok' ? 0 : 1,
    failure: failure ?? (released ? undefined : 'the argument stack was not released'),
  };
}

/** The call as a script would write it. */
export function callText({ row, promised, tree, self }: PlannedCall): string {
  const on = self === undefined ? '' : `.call(${self.text()}, …)`;
  return `${ownerOf(row) || 'vulkan'}${promised ? '.async' : ''}.${methodName(row.name)}${on}(...${tree.text()})`;
}

function argumentsOf(tree: Node): unknown[] | undefined {
  takers.length = 0;
  try {
    return tree.make() as unknown[];
  } catch {
    return undefined;
  }
}

/** How a call ended: the words of its error, or `ok`; and what is wrong with that. */
interface Ended {
  readonly outcome: string;
  failure?: string;
}

const ABORTED = 'aborted';

async function outcomeOf(call: () => Promise<void>, signal?: AbortSignal): Promise<Ended> {
  try {
    await call();
    return { outcome: 'ok' };
  } catch (error) {
    return signal?.aborted && error === signal.reason ? { outcome: ABORTED } : judgeError(error);
  }
}

/**
 * Whether two outcomes are a fault. The promise form has copied bytes that may be detached before the sync call. A driver
 * that remembers the first call may answer the second with another code: the embedded one does, the null driver does not.
 */
function differs(fixture: Fixture, promised: string, sync: string): boolean {
  if (promised === sync || sync.includes('bytes were detached or shrunk')) return false;
  const isCode = (outcome: string) => outcome === 'ok' || outcome.startsWith('VulkanError');
  return fixture.nullDriver !== undefined || !isCode(promised) || !isCode(sync);
}

function ownerOf(row: CommandRow): keyof FixtureObjects | '' {
  const first = row.params[0]?.base ?? '';
  if (DISPATCHABLE_CLASSES.includes(first) && row.params[0].pointers === '')
    return first as keyof FixtureObjects;
  return row.level === 'device' ? 'VkDevice' : '';
}

/** Messages of the engine about a script's own strange objects. */
const ENGINE = /proxy|Maximum call stack|incompatible receiver|only a getter|read only|not extensible/i;

/** How a message must begin: with the command, or with the property that was asked of the wrong object. */
const PATH = /^(vk\w+(\.|\[|:)|Vk\w+\.async:)/;

export function judgeError(error: unknown): { outcome: string; failure?: string } {
  if (!(error instanceof Error)) return { outcome: String(error), failure: `threw ${String(error)}` };
  const outcome = `${error.name}: ${error.message}`;
  if (error instanceof VulkanError || error instanceof NotAvailableError || error instanceof ValidUsageError)
    return { outcome };
  if (!(error instanceof TypeError || error instanceof RangeError))
    return { outcome, failure: `neither TypeError, RangeError nor ours: ${outcome}` };
  if (!PATH.test(error.message)) return { outcome, failure: `no path: ${outcome}\n${error.stack}` };
  const { cause } = error;
  // An engine's words about a Proxy, or about an array that is too long, are the script's own doing.
  const theirs = cause === undefined || cause instanceof Boom || ENGINE.test(String(cause));
  return theirs
    ? { outcome }
    : { outcome, failure: `${outcome}\n${(cause as Error).stack ?? String(cause)}` };
}
