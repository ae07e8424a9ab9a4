// Plays rounds of one call each, whose arguments are a tree: a failing one is shrunk by taking pieces of it away.
import { type Plan, type Player, randomOf } from './ground.ts';
import { callText, type PlannedCall, runRound } from './round.ts';
import { simpler } from './simpler.ts';
import type { RandomValues } from './values.ts';
import { type TargetName, World } from './world.ts';

/** Chooses a call and bends its arguments; `index` is the number of the round. */
export type Planner = (world: World, values: RandomValues, index: number) => PlannedCall;

export class TreePlayer implements Player {
  readonly #world: World;
  readonly #planner: Planner;

  constructor(on: string, planner: Planner) {
    this.#world = new World(on as TargetName);
    this.#planner = planner;
  }

  get reached(): number {
    return this.#world.target?.calls ?? 0;
  }

  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined {
    const world = this.#world;
    world.refresh();
    let call = this.#planner(world, world.values(randomOf(seed, index)), index);
    for (const choice of choices) {
      const next = [...simpler(call.tree)][choice];
      if (next === undefined) return undefined;
      call = { ...call, tree: next };
    }
    return {
      run(say) {
        say(callText(call));
        return runRound(world, call);
      },
    };
  }
}
