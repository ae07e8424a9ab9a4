// A ground of the fuzzing: one kind of calls, the drivers that it runs on, and its rounds.
import { Random, randomFrom } from './values.ts';

/** Which driver is called, and whether by compiled methods or by the interpreter. */
export interface Way {
  /** Name of the driver; `structs` where none is called. */
  readonly on: string;
  readonly compile: boolean;
}

export interface Ground {
  /** As the report and `--ground` name it. */
  readonly name: string;
  readonly ways: readonly Way[];
  /** Runs in a process of its own. @throws Missing where it cannot run here */
  open(on: string, compile: boolean): Player | Promise<Player>;
}

/** Why a ground cannot run on this machine. */
export class UnavailableError extends Error {}

export interface Player {
  /**
   * The round with a number; the same seed and number give the same round.
   * @param choices how to simplify the round, step by step: each number chooses one of the simpler rounds
   * @returns undefined if there is no such simpler round
   */
  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined;
  /** How many calls came through to C, where that can be told. */
  readonly reached?: number;
}

export interface Plan {
  /** @param say tells what is called next, before it is */
  run(say: (line: string) => void): Promise<Round>;
}

/** How a round ended. */
export interface Round {
  /** What was called, as a script would write it. */
  readonly text: string;
  /** How the calls ended, which must be the same compiled and interpreted. */
  readonly outcome: string;
  readonly calls: number;
  readonly refused: number;
  /** What is wrong with how it ended. */
  readonly failure?: string;
}

/** On the embedded driver, and on a real one by compiled and by interpreted methods. */
export const onDrivers: readonly Way[] = [
  { on: 'embedded', compile: true },
  { on: 'live', compile: true },
  { on: 'live', compile: false },
];

/** A driver with compiled methods, and the same with interpreted ones. */
export const bothWays = (on: string): Way[] => [
  { on, compile: true },
  { on, compile: false },
];

export const randomOf = (seed: number, index: number): (() => number) =>
  randomFrom(seed * 0x9e37_79b1 + index * 0x85eb_ca6b);

export { Random };
