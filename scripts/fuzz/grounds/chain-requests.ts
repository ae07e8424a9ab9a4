// Requests to fill chained structs, `{ pNext: [sType, …] }`, with structs that do not belong, twice the same, and getters.
import { registry } from '../../../src/registry/registry.ts';
import type { StructRow } from '../../../src/registry/rows.ts';
import { shapeOf } from '../../../src/registry/shape.ts';
import { bend } from '../bend.ts';
import { bothWays, type Ground } from '../ground.ts';
import { rightArguments } from '../round.ts';
import { arrayNode, type Node, toNode } from '../tree.ts';
import { type Planner, TreePlayer } from '../tree-player.ts';
import type { RandomValues } from '../values.ts';
import { RESULTS } from './arguments.ts';

const known = new Map<string, StructRow | undefined>();

/** The struct that a command fills, if a caller may ask for further structs in its chain. */
function extended(name: string): StructRow | undefined {
  if (!known.has(name)) known.set(name, extendedOutput(name));
  return known.get(name);
}

function extendedOutput(name: string): StructRow | undefined {
  const row = registry.command(name);
  for (const index of shapeOf(row, registry).outputs) {
    const fact = registry.fact(row.params[index].base);
    if (fact.kind === 'struct' && fact.row.extendedBy.length > 0) return fact.row;
  }
  return undefined;
}

function request(struct: StructRow, values: RandomValues): Node {
  const sTypes = Array.from({ length: values.int(4) }, () => registry.struct(values.pick(struct.extendedBy)));
  const asked = [...new Set(sTypes)].map(row => row.sType);
  if (values.chance(0.05)) asked.push(asked[0] ?? 0);
  return toNode({ pNext: asked }, () => undefined);
}

const plan: Planner = (fixture, values) => {
  const row = registry.command(values.pick(fixture.commands.filter(name => extended(name) !== undefined)));
  const given = rightArguments(fixture, values, row).children;
  let asked: Node = arrayNode([request(extended(row.name)!, values)]);
  for (let bends = values.int(3); bends > 0; bends--) asked = bend(asked, values, fixture.foreign);
  let tree: Node = arrayNode([...given, ...asked.children]);
  if (values.chance(0.2)) tree = bend(tree, values, fixture.foreign);
  return { row, promised: false, tree, result: values.chance(0.1) ? values.pick(RESULTS) : 0 };
};

export const chainRequests: Ground = {
  name: 'chain requests',
  ways: bothWays('null'),
  open: on => new TreePlayer(on, plan),
};
