// Wrong values at any place of any command's arguments, sync and in promise forms, on foreign objects too.
import { registry } from '../../../src/registry/registry.ts';
import { bend } from '../bend.ts';
import { bothWays, type Ground } from '../ground.ts';
import { rightArguments } from '../round.ts';
import { type Planner, TreePlayer } from '../tree-player.ts';

const WORD = /pfn\w*: (?!\(\) =>)|pHostPointer: [^n]/;

/** The results that the driver gives, most often success. */
export const RESULTS: readonly number[] = [-4, -1, 1, 5, -1_000_000_000];

const plan: Planner = (world, values) => {
  const promised = values.chance(0.05);
  const row = registry.command(values.pick(promised ? world.promised : world.commands));
  const right = rightArguments(world, values, row);
  let tree = right;
  for (let bends = values.int(4); bends > 0; bends--) tree = bend(tree, values, world.foreign);
  // An address is trusted as it is, and the embedded driver calls it or reads there.
  if (world.target === undefined && WORD.test(tree.text())) tree = right;
  const self = values.chance(0.03) ? values.pick(world.foreign) : undefined;
  const result = values.chance(0.1) ? values.pick(RESULTS) : 0;
  return { row, promised, tree, self, result };
};

export const hostileArguments: Ground = {
  name: 'arguments',
  ways: [...bothWays('null'), { on: 'embedded', compile: true }],
  open: on => new TreePlayer(on, plan),
};
