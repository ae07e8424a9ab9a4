// Plays rounds of one call each, whose arguments are a tree: a failing one is shrunk by taking pieces of it away.

import { type DriverName, Fixture } from './fixture.ts';
import { type Plan, type Player, randomOf } from './ground.ts';
import { callText, type PlannedCall, runRound } from './round.ts';
import { simpler } from './simpler.ts';
import type { RandomValues } from './values.ts';

/** Chooses a call and bends its arguments; `index` is the number of the round. */
export type Planner = (fixture: Fixture, values: RandomValues, index: number) => PlannedCall;

export class TreePlayer implements Player {
  readonly #fixture: Fixture;
  readonly #planner: Planner;

  constructor(on: string, planner: Planner) {
    this.#fixture = new Fixture(on as DriverName);
    this.#planner = planner;
  }

  get reached(): number {
    return this.#fixture.nullDriver?.calls ?? 0;
  }

  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined {
    const fixture = this.#fixture;
    fixture.refresh();
    let call = this.#planner(fixture, fixture.values(randomOf(seed, index)), index);
    for (const choice of choices) {
      const next = [...simpler(call.tree)][choice];
      if (next === undefined) return undefined;
      call = { ...call, tree: next };
    }
    return {
      run(say) {
        say(callText(call));
        return runRound(fixture, call);
      },
    };
  }
}
