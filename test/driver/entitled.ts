// Calls the driver in C with nearly right arguments, whose memory ends at pages that nobody may touch: where the checks let
// arguments pass, C may read and write all that they allow. The fuzzing starts this program.
import { randomOf } from '../../scripts/fuzz/ground.ts';
import { structNodes } from '../../scripts/fuzz/struct-nodes.ts';
import { arrayNode, GONE, leaf, type Node, ObjectNode, toNode } from '../../scripts/fuzz/tree.ts';
import { isVulkanObject } from '../../src/handles/object.ts';
import { threshold } from '../../src/marshal/tier-up.ts';
import { registry } from '../../src/registry/registry.ts';
import type { CommandRow } from '../../src/registry/rows.ts';
import { methodName, shapeOf } from '../../src/registry/shape.ts';
import { Arguments } from './arguments.ts';
import { buildDriver, driverMissing, isDriverPlatform } from './build.ts';
import { Types } from './c-types.ts';
import { GuardedBytes, guardArgumentMemory, overruns } from './guarded.ts';
import { Judge } from './judge.ts';
import { judgedStructs, selectingConstants } from './judged.ts';
import { readModel } from './model.ts';
import { Session } from './session.ts';
import { RightValues } from './values.ts';

/** The calls to make, which the program gets as its argument in JSON. */
interface EntitledJob {
  readonly seed: number;
  readonly index: number;
  readonly compile: boolean;
  readonly calls: number;
}

/** What the program prints in its last line. */
interface EntitledReport {
  readonly missing?: string;
  readonly calls: number;
  readonly refused: number;
  /** The accesses behind the end of memory, each with its call. */
  readonly faults: readonly string[];
}

const ROOT = '/usr';

function tell(report: Partial<EntitledReport>): never {
  console.log(`REPORT ${JSON.stringify({ calls: 0, refused: 0, faults: [], ...report })}`);
  process.exit(0);
}

if (!isDriverPlatform) tell({ missing: 'the driver in C is for x86-64 Linux' });
const missing = driverMissing(ROOT);
if (missing !== undefined) tell({ missing });

const job = JSON.parse(process.argv[2]) as EntitledJob;
threshold.uses = job.compile ? 0 : Number.POSITIVE_INFINITY;
const judge = new Judge(buildDriver(ROOT));
const protect = (address: number, size: number): void => judge.guard(address, size);
guardArgumentMemory(protect);
const model = readModel(ROOT);
const types = new Types(model);
const guarded = new GuardedBytes(protect);
const session = new Session(judge);
const judged = judgedStructs(model, types);
const known = new Set([...judged].map(name => registry.struct(name).name));
const values = new RightValues(
  randomOf(job.seed, job.index),
  session.VkDevice.scope,
  known,
  selectingConstants(model),
  guarded,
);
const given = new Arguments(model, values, session.VkDevice);
const commands = model.commands.filter(
  ({ name, params }) =>
    registry.tables.commands.has(name) &&
    // As in the driver test, structs that have changed since the headers' version are not compared.
    params.every(p => !model.structs.has(types.named(p.type)) || judged.has(types.named(p.type))) &&
    !/^vkDestroy(Device|Instance)$/.test(name),
);

/** Objects stay the same, and so do bytes, which must end at a guard. */
const kept = (object: object): string | undefined =>
  ArrayBuffer.isView(object)
    ? `bytes(${object.byteLength})`
    : isVulkanObject(object)
      ? String(object)
      : undefined;

const NUMBERS = [0, 1, 2, 3, 7, 64, 1000, 2 ** 16, 2 ** 32 - 1];

/** Replaces a value by another number, fewer or more elements, shorter bytes, or nothing. */
function nearly(node: Node, isNumber: boolean): Node {
  const value = node.make();
  if (isNumber) {
    const n = values.pick(NUMBERS);
    return leaf(`${n}`, () => (typeof value === 'bigint' ? BigInt(n) : n));
  }
  if (value instanceof Uint8Array) {
    const from = values.int(value.length + 1);
    return leaf(`bytes(${value.length - from})`, () => value.subarray(from));
  }
  if (!Array.isArray(value)) return GONE;
  const { children } = node;
  return arrayNode(
    values.pick([
      () => [],
      () => children.slice(1),
      () => [...children, ...children],
      () => children.slice(0, 1),
    ])(),
  );
}

function bent(row: CommandRow, tree: Node): Node {
  const isNumber = (base: string, pointers: string): boolean =>
    pointers === '' && ['scalar', 'flags', 'enum'].includes(registry.fact(base).kind);
  const isPlain = (base: string, pointers: string): boolean =>
    isNumber(base, pointers) || (pointers !== '' && registry.fact(base).kind !== 'callback');
  const { roles } = shapeOf(row, registry);
  const params = row.params.filter((_, i) => roles[i] === 'in' || roles[i] === 'buffer');
  const places: (() => Node)[] = params.flatMap((p, i) =>
    isPlain(p.base, p.pointers)
      ? [
          () =>
            tree.with(tree.children.toSpliced(i, 1, nearly(tree.children[i], isNumber(p.base, p.pointers)))),
        ]
      : [],
  );
  for (const { row: struct, node, put } of structNodes(row, tree))
    for (const [i, key] of node.keys.entries()) {
      const m = struct.members.find(one => one.name === key);
      if (m === undefined || key === 'pNext' || key === 'sType' || !isPlain(m.base, m.pointers)) continue;
      const child = node.children[i];
      places.push(() =>
        put(
          new ObjectNode(
            node.keys,
            node.children.toSpliced(
              i,
              1,
              nearly(child, isNumber(m.base, m.pointers) && m.extents.length === 0),
            ),
          ),
        ),
      );
    }
  return places.length === 0 ? tree : values.pick(places)();
}

let refused = 0;
const faults = new Map<string, string>();
for (let i = 0; i < job.calls; i++) {
  const command = values.pick(commands);
  const row = registry.command(command.name);
  let tree = toNode(given.of(command, row, shapeOf(row, registry)), kept);
  for (let bends = 1 + values.int(2); bends > 0; bends--) tree = bent(row, tree);
  const on = session.owner(row) as Record<string, (...args: unknown[]) => unknown>;
  judge.seen();
  judge.answer({ room: values.int(5), growth: values.int(4), seed: values.int(2 ** 31) + 1 });
  try {
    on[methodName(row.name)](...(tree.make() as unknown[]));
  } catch {
    refused++;
  }
  judge.answer({});
  for (const { fault } of judge.seen())
    if (fault !== undefined)
      faults.set(`${row.name}: ${fault}`, `${methodName(row.name)}(...${tree.text()})`);
  for (const text of overruns.splice(0)) faults.set(`${row.name}: ${text}`, tree.text());
  guarded.release();
}
tell({ calls: job.calls, refused, faults: [...faults].map(([fault, call]) => `${fault}\n  ${call}`) });
