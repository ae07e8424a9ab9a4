// Processes that end in every state, by process.exit, by an error or naturally, watched from outside with a time limit.
import { fileURLToPath } from 'node:url';
import { type Ground, type Plan, type Player, Random, type Round, randomOf } from '../ground.ts';
import { runChild } from '../run-child.ts';
import { Stage } from '../stage.ts';

const STATES = [
  'a messenger',
  'pending waits',
  'a call that never returns',
  'promise forms',
  'maps',
  'a worker',
  'an exit listener that calls',
] as const;

const ENDS = ['exit', 'uncaught error', 'unhandled rejection', 'natural', 'exit in a callback'] as const;

/** What a process holds, and how it ends. */
export interface Exit {
  readonly on: string;
  readonly states: readonly (typeof STATES)[number][];
  readonly end: (typeof ENDS)[number];
}

const CHILD = fileURLToPath(new URL('exit-child.ts', import.meta.url));
/** Seconds: what takes longer hangs. */
const LIMIT = 30;

class Exits implements Player {
  readonly #on: string;

  constructor(on: string) {
    this.#on = on;
  }

  plan(seed: number, index: number, choices: readonly number[]): Plan | undefined {
    const random = new Random(randomOf(seed, index));
    // Ends and states come one after the other, further states by chance.
    const end = ENDS[index % ENDS.length];
    const first = STATES[Math.floor(index / ENDS.length) % STATES.length];
    let states = STATES.filter(state => state === first || random.chance(0.3));
    // A call that never returns keeps a process alive that ends naturally.
    if (end === 'natural') states = states.filter(state => state !== 'a call that never returns');
    for (const choice of choices) {
      if (choice >= states.length) return undefined;
      states = states.toSpliced(choice, 1);
    }
    const exit: Exit = { on: this.#on, states, end };
    return {
      run: say => {
        say(JSON.stringify(exit));
        return watched(exit);
      },
    };
  }
}

async function watched(exit: Exit): Promise<Round> {
  const { text, code, end } = await runChild(CHILD, exit, LIMIT);
  const isError = exit.end === 'uncaught error' || exit.end === 'unhandled rejection';
  const right = code === (isError ? 1 : 5) && text.includes('listened');
  const heard = !isError || text.includes('my own mistake');
  return {
    ...{ text: JSON.stringify(exit), outcome: 'played', calls: 1, refused: 0 },
    failure: right && heard ? undefined : `${end} in ${JSON.stringify(exit)}: ${text.slice(-1500)}`,
  };
}

export const exits: Ground = {
  name: 'exits',
  ways: ['embedded', 'live'].map(on => ({ on, compile: true })),
  open(on) {
    // Throws UnavailableError if the driver is not there.
    void new Stage(on, true);
    return new Exits(on);
  },
};
