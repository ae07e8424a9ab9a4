// What a ground of the fuzzing is: a kind of calls by a name, where it is walked, and its rounds.
import { Random, randomFrom } from './values.ts';

/** What is called, and whether compiled methods or the interpreter take it. */
export interface Way {
  /** A driver, or what stands for one. */
  readonly on: string;
  readonly compile: boolean;
}

export interface Ground {
  /** As the report has it. */
  readonly name: string;
  readonly ways: readonly Way[];
  /** Runs in a process of its own. @throws Missing where it cannot be walked here */
  open(on: string, compile: boolean): Player | Promise<Player>;
}

/** Why a ground cannot be walked on this machine. */
export class Missing extends Error {}

export interface Player {
  /**
   * The round of a number, always the same by a seed.
   * @param choices which simpler round is wanted in its place
   * @returns undefined where there is none so simple
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
  /** What was said; the same compiled and interpreted. */
  readonly outcome: string;
  readonly calls: number;
  readonly refused: number;
  /** What must not be. */
  readonly failure?: string;
}

/** Both the ways of a driver. */
export const bothWays = (on: string): Way[] => [
  { on, compile: true },
  { on, compile: false },
];

export const randomOf = (seed: number, index: number): (() => number) =>
  randomFrom(seed * 0x9e37_79b1 + index * 0x85eb_ca6b);

export { Random };
