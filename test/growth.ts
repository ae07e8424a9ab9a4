// Measures how much memory something leaves behind each time that it is done.
import { setFlagsFromString } from 'node:v8';
import { collect } from './collect.ts';

const WINDOWS = 9;
/** Node 22 and later optimise by Maglev too, unless they are told not to. */
const HAS_MAGLEV = Number(process.versions.node.split('.')[0]) >= 22;

/** Bytes a round: medians of several windows, so that neither a single collection nor a single growth counts. */
interface Growth {
  /** Of JavaScript's heap. */
  readonly heap: number;
  /** Of the memory that the process has in RAM, which other work of the process changes by some hundred KB. */
  readonly resident: number;
}

export function growthOf(rounds: number, round: () => void): Growth {
  // The code that optimising compilers make now and then would count as growth.
  optimise(false);
  try {
    const each = Math.ceil(rounds / WINDOWS);
    const used = () => {
      for (let i = 0; i < each; i++) round();
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      return { heap: heapUsed, resident: rss };
    };
    // The first is the warm-up.
    const after = Array.from({ length: WINDOWS + 1 }, used);
    const medianOf = (of: keyof Growth) => {
      const grown = after.slice(1).map((now, i) => (now[of] - after[i][of]) / each);
      return grown.toSorted((a, b) => a - b)[WINDOWS >> 1];
    };
    return { heap: medianOf('heap'), resident: medianOf('resident') };
  } finally {
    optimise(true);
  }
}

function optimise(on: boolean): void {
  setFlagsFromString(on ? '--opt' : '--no-opt');
  if (HAS_MAGLEV) setFlagsFromString(on ? '--maglev' : '--no-maglev');
}
