// Wrong values at any place of any command's arguments, sync and in promise forms, on foreign objects too.
import { registry } from '../../../src/registry/registry.ts';
import { bend } from '../bend.ts';
import { bothWays, type Ground } from '../ground.ts';
import { rightArguments } from '../round.ts';
import { type Planner, TreePlayer } from '../tree-player.ts';

/** Arguments with an address in place of a function, and pointers to memory of the host. */
const ADDRESS = /pfn\w*: (?!\(\) =>)|pHostPointer: [^n]/;

/** The results other than success that the null driver returns. */
export const RESULTS: readonly number[] = [-4, -1, 1, 5, -1_000_000_000];

const plan: Planner = (fixture, values) => {
  const promised = values.chance(0.05);
  const row = registry.command(values.pick(promised ? fixture.promised : fixture.commands));
  const right = rightArguments(fixture, values, row);
  let tree = right;
  for (let bends = values.int(4); bends > 0; bends--) tree = bend(tree, values, fixture.foreign);
  // An address is trusted as it is, and the embedded driver calls it or reads there.
  if (fixture.nullDriver === undefined && ADDRESS.test(tree.text())) tree = right;
  const self = values.chance(0.03) ? values.pick(fixture.foreign) : undefined;
  const result = values.chance(0.1) ? values.pick(RESULTS) : 0;
  return { row, promised, tree, self, result };
};

export const hostileArguments: Ground = {
  name: 'arguments',
  ways: [...bothWays('null'), { on: 'embedded', compile: true }],
  open: on => new TreePlayer(on, plan),
};
