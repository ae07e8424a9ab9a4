// Every argument and member left out, one by one, and counts larger than their arrays.
import { registry } from '../../../src/registry/registry.ts';
import { countsArray } from '../../../src/registry/shape.ts';
import { bothWays, type Ground } from '../ground.ts';
import { rightArguments } from '../round.ts';
import { structNodes } from '../struct-nodes.ts';
import { arrayNode, GONE, leaf, type Node, ObjectNode, places } from '../tree.ts';
import { type Planner, TreePlayer } from '../tree-player.ts';
import type { RandomValues } from '../values.ts';

const COUNTS = [0, 1, 3, 1000, 2 ** 31, 2 ** 32 - 1].map(n => leaf(`${n}`, () => n));

/** Gives a count beside its arrays, or without some of them. */
function counted(row: Parameters<typeof structNodes>[0], tree: Node, values: RandomValues): Node | undefined {
  const found = structNodes(row, tree).flatMap(({ row: struct, node, put }) =>
    struct.members.flatMap(m =>
      countsArray(m, struct.members) ? [{ name: m.name, members: struct.members, node, put }] : [],
    ),
  );
  if (found.length === 0) return undefined;
  const { name, members, node, put } = values.pick(found);
  const arrays = members.filter(m => m.length[0] === name).map(m => m.name);
  const children = node.children.map((child, i) =>
    arrays.includes(node.keys[i]) && values.chance(0.5) ? GONE : child,
  );
  return put(new ObjectNode([...node.keys, name], [...children, values.pick(COUNTS)]));
}

/** Leaves one thing out: an argument with those after it, a member, or an element. */
function without(tree: Node, turn: number, values: RandomValues): Node {
  const all = [...places(tree)].slice(1);
  if (all.length === 0) return tree;
  if (values.chance(0.1)) return arrayNode(tree.children.slice(0, turn % tree.children.length));
  return all[turn % all.length].put(GONE);
}

const plan: Planner = (fixture, values, index) => {
  const { commands } = fixture;
  // Commands take turns, and at each of its turns a command loses something else.
  const row = registry.command(commands[index % commands.length]);
  const right = rightArguments(fixture, values, row);
  const turn = Math.floor(index / commands.length);
  const tree = (values.chance(0.3) && counted(row, right, values)) || without(right, turn, values);
  return { row, promised: false, tree };
};

export const leftOut: Ground = {
  name: 'arguments left out',
  ways: bothWays('null'),
  open: on => new TreePlayer(on, plan),
};
