// Loops that do one thing so many times, each with code of its own: what the engine learns in one contestant's loop
// would make another's slower.
import type { Run } from './contest.ts';

/** Does the thing for the i-th time. */
export type Once = (i: number) => void;

/** What is timed leaves here what it was given, so that nothing can be optimised away, and the sum of what it read there. */
export const sink: { last: unknown; sum: number } = { last: undefined, sum: 0 };

/** This file may be there several times, see checks.ts. */
const own = Math.random();
let made = 0;

/** A function from text, never the same text twice: the engine shares what it learns among equal texts. */
const ownCode = <F>(names: readonly string[], text: string): ((...values: unknown[]) => F) =>
  new Function(...names, `return ${text}; // ${own} ${made++}`) as (...values: unknown[]) => F;

/** Gives the sum of what was read, modulo 2^32. */
export function repeat(once: Once): Run {
  const loop = ownCode<Run>(['once'], 'times => { for (let i = 0; i < times; i++) once(i); }')(once);
  return times => {
    sink.sum = 0;
    loop(times);
    return sink.sum >>> 0;
  };
}

/** Makes an object each time, and adds what `read` finds in it. */
export const reading = <T>(make: (i: number) => T, read: (made: T) => number): Once =>
  ownCode<Once>(
    ['make', 'read', 'sink'],
    'i => { const made = make(i); sink.last = made; sink.sum = (sink.sum + read(made)) | 0; }',
  )(make, read, sink);

/** Adds `of(i)` for i below `times`, modulo 2^32. */
export function total(times: number, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < times; i++) sum = (sum + (of(i) % 2 ** 32)) >>> 0;
  return sum;
}
