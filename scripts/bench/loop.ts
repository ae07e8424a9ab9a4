// Loops that make a call many times. Each loop has code of its own, since what V8 learns in one contestant's loop would slow
// another's.
import type { Run } from './contest.ts';

/** Makes a call for the i-th time. */
export type Once = (i: number) => void;

/** Results of calls are left here, so that V8 cannot remove the calls, with the sum of what was read from them. */
export const sink: { last: unknown; sum: number } = { last: undefined, sum: 0 };

/** Several copies of this file may be loaded, see checks.ts. */
const own = Math.random();
let made = 0;

/** Makes a function from text, never from the same text twice: V8 shares what it learns among functions of equal text. */
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
