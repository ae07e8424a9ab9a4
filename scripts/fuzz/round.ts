// One call with bent arguments, and what is wrong with how it ended.
import { NotAvailableError, ValidUsageError, VulkanError } from '../../src/errors/errors.ts';
import { inUse } from '../../src/handles/busy.ts';
import { Device, Queue } from '../../src/index.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow } from '../../src/registry/rows.ts';
import { DISPATCHABLE_CLASSES, shapeOf } from '../../src/registry/shape.ts';
import { bend } from './bend.ts';
import { Boom, detach } from './hostile.ts';
import { simpler } from './simpler.ts';
import { arrayNode, buffers, type Node, toNode } from './tree.ts';
import { randomFrom } from './values.ts';
import { methodName, type Objects, type World } from './world.ts';

export interface Round {
  readonly command: string;
  /** The arguments as a script would write them. */
  readonly text: string;
  /** The words of the error, or `ok`. */
  readonly outcome: string;
  /** What must not be. */
  readonly failure?: string;
}

const WORD = /pfn\w*: (?!\(\) =>)|pHostPointer: [^n]/;

export function planRound(
  world: World,
  seed: number,
  index: number,
  choices: readonly number[],
): Planned | undefined {
  world.refresh();
  const values = world.values(randomFrom(seed * 0x9e37_79b1 + index * 0x85eb_ca6b));
  const promised = values.chance(0.05);
  const row = registry.command(values.pick(promised ? world.promised : world.commands));
  const { roles } = shapeOf(row, registry);
  const lengths = new Map<string, number>();
  const given = row.params.flatMap((p, i) =>
    roles[i] === 'in' || roles[i] === 'buffer'
      ? [
          toNode(p.optional && values.chance(0.2) ? undefined : values.member(p, 0, lengths), o =>
            world.name(o),
          ),
        ]
      : [],
  );
  let tree: Node = arrayNode(given);
  const valid = tree;
  for (let bends = values.int(4); bends > 0; bends--) tree = bend(tree, values, world.foreign);
  // An address is trusted as it is, and the embedded driver calls it or reads there.
  if (world.target === undefined && WORD.test(tree.text())) tree = valid;
  // A wait for ever is no fault.
  const waits = row.params.some(p => p.name === 'timeout');
  if (promised && waits && world.target === undefined) tree = valid;
  for (const choice of choices) {
    const next = [...simpler(tree)][choice];
    if (next === undefined) return undefined;
    tree = next;
  }
  const selfIsForeign = values.chance(0.03);
  const result = values.chance(0.1) ? values.pick([-4, -1, 1, 5, -1_000_000_000]) : 0;
  return { row, promised, tree, self: selfIsForeign ? values.pick(world.foreign) : undefined, result };
}

interface Planned {
  readonly row: CommandRow;
  /** Whether its promise form is called, and the sync one after it. */
  readonly promised: boolean;
  readonly tree: Node;
  /** What the method is called on, where that is not the object it belongs to. */
  readonly self: Node | undefined;
  readonly result: number;
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

export async function runRound(world: World, { row, promised, tree, self, result }: Planned): Promise<Round> {
  const owner = ownerOf(row);
  const object = owner === '' ? world.vulkan : world.objects[owner];
  const key = methodName(row.name);
  if (world.target !== undefined) {
    world.target.result = result;
    world.target.violation = undefined;
    world.noteLive();
  }
  const on = self === undefined ? '' : `.call(${self.text()}, …)`;
  const text = `${owner || 'vulkan'}${promised ? '.async' : ''}.${key}${on}(...${tree.text()})`;
  const args = argumentsOf(tree);
  // A simpler tree in whose place a function of hostile.ts can do nothing.
  if (args === undefined) return { command: row.name, text, outcome: 'ok' };
  const called = async (given: unknown[]) => {
    const method = (object as unknown as Methods)[key];
    world.remember(method.apply(self === undefined ? object : self.make(), given));
  };
  let ended: Ended;
  if (promised) {
    const forms = Object.getOwnPropertyDescriptor((owner === 'VkQueue' ? Queue : Device).prototype, 'async')!
      .get!;
    ended = await outcomeOf(async () => {
      const promise = (forms.call(self === undefined ? object : self.make()) as Methods)[key](...args);
      // What was passed is the caller's again.
      detach();
      world.remember(await promise);
    });
    // A getter may have ended all that there is.
    const again = world.objects.VkDevice.alive ? argumentsOf(tree) : undefined;
    const sync = again && (await outcomeOf(() => called(again)));
    if (sync !== undefined && self === undefined && differs(world, ended.outcome, sync.outcome))
      ended.failure ??= `the promise form says ${ended.outcome}\nand the sync form ${sync.outcome}`;
    ended = { outcome: `${ended.outcome}, ${sync?.outcome}`, failure: ended.failure ?? sync?.failure };
    if (inUse.size > 0) ended.failure ??= 'its handles stayed in use';
  } else ended = await outcomeOf(() => called(args));
  const { outcome, failure = world.target?.violation } = ended;
  const stack = argumentStack();
  const released = stack.top === 0;
  return {
    command: row.name,
    text,
    outcome,
    failure: failure ?? (released ? undefined : 'the argument stack was not released'),
  };
}

function argumentsOf(tree: Node): unknown[] | undefined {
  buffers.length = 0;
  try {
    return tree.make() as unknown[];
  } catch {
    return undefined;
  }
}

/** How a call ended: the words of its error, or `ok`; and what must not be. */
interface Ended {
  readonly outcome: string;
  failure?: string;
}

async function outcomeOf(call: () => Promise<void>): Promise<Ended> {
  try {
    await call();
    return { outcome: 'ok' };
  } catch (error) {
    return judge(error);
  }
}

/**
 * The promise form has copied what a getter takes away later. A driver that remembers the first call may answer the
 * second another code: the embedded one does, the null target does not.
 */
function differs(world: World, promised: string, sync: string): boolean {
  if (promised === sync || sync.includes('bytes were detached or shrunk')) return false;
  const isCode = (outcome: string) => outcome === 'ok' || outcome.startsWith('VulkanError');
  return world.target !== undefined || !isCode(promised) || !isCode(sync);
}

function ownerOf(row: CommandRow): keyof Objects | '' {
  const first = row.params[0]?.base ?? '';
  if (DISPATCHABLE_CLASSES.includes(first) && row.params[0].pointers === '') return first as keyof Objects;
  return row.level === 'device' ? 'VkDevice' : '';
}

/** What the engine says of a script's own strange objects. */
const ENGINE = /proxy|Maximum call stack|incompatible receiver|only a getter|read only|not extensible/i;

/** Begins with a struct or a command, or with the method that was called on the wrong object. */
const PATH = /^(Vk|vk)\w+(\.|\[|:)/;

function judge(error: unknown): { outcome: string; failure?: string } {
  if (!(error instanceof Error)) return { outcome: String(error), failure: `threw ${String(error)}` };
  const outcome = `${error.name}: ${error.message}`;
  if (error instanceof VulkanError || error instanceof NotAvailableError || error instanceof ValidUsageError)
    return { outcome };
  if (!(error instanceof TypeError || error instanceof RangeError))
    return { outcome, failure: `neither TypeError, RangeError nor ours: ${outcome}` };
  if (!PATH.test(error.message)) return { outcome, failure: `no path: ${outcome}\n${error.stack}` };
  const { cause } = error;
  // An engine's words about a Proxy, or about an array that is too long, are the script's own doing.
  // A getter of an object of ours that is given in place of a struct: it was destroyed, or only looks like one.
  const isEnd = cause instanceof Error && / was destroyed$|private member/.test(cause.message);
  const theirs = cause === undefined || cause instanceof Boom || isEnd || ENGINE.test(String(cause));
  return theirs
    ? { outcome }
    : { outcome, failure: `${outcome}\n${(cause as Error).stack ?? String(cause)}` };
}
