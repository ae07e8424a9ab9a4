// Bytes that are transferred, posted, shrunk or grown between check and use: by getters beside them, and while a promise
// form waits.
import { registry } from '../../../src/registry/registry.ts';
import type { CommandRow } from '../../../src/registry/rows.ts';
import type { Fixture } from '../fixture.ts';
import { bothWays, type Ground } from '../ground.ts';
import { BYTES, MEMBER_BENDS } from '../hostile.ts';
import { rightArguments } from '../round.ts';
import { leaf, type Node, ObjectNode, places, toNode, wrapped } from '../tree.ts';
import { type Planner, TreePlayer } from '../tree-player.ts';
import { type RandomValues, randomFrom } from '../values.ts';

const TRIES = 8;
const LENGTH = /^new Uint8Array\((\d+)\)$/;

/** Right arguments with bytes in them, each of another kind. */
function withBytes(fixture: Fixture, values: RandomValues, row: CommandRow): Node | undefined {
  let tree = rightArguments(fixture, values, row);
  const isBytes = ({ node }: { node: Node }) => LENGTH.test(node.text());
  if (![...places(tree)].some(isBytes)) return undefined;
  for (let found = [...places(tree)].find(isBytes); found; found = [...places(tree)].find(isBytes)) {
    const length = Number(LENGTH.exec(found.node.text())![1]);
    const kind = values.pick(Object.keys(BYTES));
    tree = found.put(leaf(`${kind}(${length})`, () => BYTES[kind](length)));
  }
  return tree;
}

/** A getter of some struct detaches or resizes them. */
function taken(tree: Node, values: RandomValues): Node {
  const objects = [...places(tree)].filter(({ node }) => node instanceof ObjectNode && node.keys.length > 0);
  if (objects.length === 0) return tree;
  const { node, put } = values.pick(objects);
  const key = toNode(values.pick((node as ObjectNode).keys), () => undefined);
  return put(wrapped('detaching', MEMBER_BENDS.detaching, node, key));
}

/** Commands that may have bytes among their arguments. */
function takers(fixture: Fixture, names: readonly string[]): string[] {
  return names.filter(name =>
    Array.from({ length: TRIES }, (_, i) => fixture.values(randomFrom(i))).some(
      values => withBytes(fixture, values, registry.command(name)) !== undefined,
    ),
  );
}

class Buffers {
  #commands: readonly string[] | undefined;
  #promised: readonly string[] | undefined;

  readonly plan: Planner = (fixture, values) => {
    this.#commands ??= takers(fixture, fixture.commands);
    this.#promised ??= takers(fixture, fixture.promised);
    const promised = values.chance(0.3);
    const row = registry.command(values.pick(promised ? this.#promised : this.#commands));
    const tree = withBytes(fixture, values, row) ?? rightArguments(fixture, values, row);
    return { row, promised, tree: values.chance(0.8) ? taken(tree, values) : tree };
  };
}

export const takenBuffers: Ground = {
  name: 'buffers taken away',
  ways: bothWays('null'),
  open(on) {
    const player = new TreePlayer(on, new Buffers().plan);
    // Which commands take bytes is found out before the clock starts.
    player.plan(0, 0, []);
    return player;
  },
};
