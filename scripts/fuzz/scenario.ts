// Plays rounds of several calls, chosen at random as they go; the round itself knows which of them must be refused.
import { inUse } from '../../src/handles/busy.ts';
import { argumentStack } from '../../src/native/argument-memory.ts';
import { type Plan, type Player, Random, type Round, randomOf } from './ground.ts';
import { judgeError } from './round.ts';

/** What became of a call: `ok`, or the words of its refusal. */
type Outcome = string;

/** The calls of one round. */
export class Steps extends Random {
  readonly lines: string[] = [];
  calls = 0;
  refused = 0;
  /** The first thing that went wrong. */
  failure: string | undefined;
  readonly #say: (line: string) => void;

  constructor(random: () => number, say: (line: string) => void) {
    super(random);
    this.#say = say;
  }

  /** Some of a list, in its order. */
  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.chance(0.5));
  }

  say(text: string): void {
    this.lines.push(text);
    this.#say(text);
  }

  fail(text: string): void {
    this.failure ??= text;
  }

  /** Makes a call, which must succeed or be refused with an error of the library. */
  call(text: string, make: () => unknown): Outcome {
    this.say(text);
    try {
      make();
      return this.#ended(text);
    } catch (error) {
      return this.#ended(text, error);
    }
  }

  /** The same for a promise form. */
  async wait(text: string, promise: Promise<unknown>): Promise<Outcome> {
    this.say(text);
    try {
      await promise;
      return this.#ended(text);
    } catch (error) {
      return this.#ended(text, error);
    }
  }

  #ended(text: string, ...thrown: unknown[]): Outcome {
    this.calls++;
    if (thrown.length === 0) return 'ok';
    this.refused++;
    const { outcome, failure } = judgeError(thrown[0]);
    if (failure !== undefined) this.fail(`${text}: ${failure}`);
    return outcome;
  }

  /** Makes a call that must be refused with words like these, or that must succeed if there are none. */
  must(refusal: RegExp | undefined, text: string, make: () => unknown): void {
    const outcome = this.call(text, make);
    const wanted = refusal ?? /^ok$/;
    if (!wanted.test(outcome)) this.fail(`${text}: ${outcome}, and not ${wanted}`);
  }
}

/** Opens what a round needs, and plays it. */
type Scenario = (steps: Steps) => Promise<void> | void;

export class ScenarioPlayer implements Player {
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined {
    if (choices.length > 0) return undefined;
    return { run: say => this.#run(new Steps(randomOf(seed, index), say)) };
  }

  async #run(steps: Steps): Promise<Round> {
    try {
      await this.#scenario(steps);
    } catch (error) {
      steps.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (inUse.size > 0) steps.fail('something stayed in use');
    if (argumentStack().top !== 0) steps.fail('the argument stack was not released');
    const { lines, calls, refused, failure } = steps;
    return { text: lines.join('\n  '), outcome: 'played', calls, refused, failure };
  }
}
