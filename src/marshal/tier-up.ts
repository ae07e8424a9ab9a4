// Tier-up: what is interpreted at first is compiled once it is used often.
import { canCompile } from './compile.ts';

/** The number of uses after which code is compiled. Compiling takes about as long as this many interpreted uses. */
export const threshold = { uses: 16 };

let mayCompile: boolean | undefined;

/** Whether it was used often enough to compile, in a process that allows code from text. */
export function isHot(uses: number): boolean {
  if (uses <= threshold.uses) return false;
  mayCompile ??= canCompile();
  return mayCompile;
}

/** A function of up to four arguments that is interpreted at first and compiled once it is used often. */
export function tiered<F extends (...args: never[]) => unknown>(interpreted: F, compile: () => F): F {
  type Four = (a: unknown, b: unknown, c: unknown, d: unknown) => unknown;
  const first = interpreted as unknown as Four;
  let uses = 0;
  let current: Four = (a, b, c, d) => {
    if (isHot(++uses)) current = compile() as unknown as Four;
    return first(a, b, c, d);
  };
  const call: Four = (a, b, c, d) => current(a, b, c, d);
  return call as unknown as F;
}
