// Which objects and handles are in use by calls that have not returned, so that they are not destroyed too early.
import { queueMicrotask } from '../native/clock.ts';

/**
 * How many of the script's functions C can call, how many of them are running, and how many short calls are running in
 * other threads. While any is registered, every native call may run the script's code.
 */
export const callbacks = { registered: 0, running: 0, otherThreads: 0 };

/** The commands that use an object, a scope or a live handle. */
const users = new Map<object, string[]>();

/** How many things are in use: a plain field, which is faster to read than the size of a Map. */
export const inUse = { size: 0 };

/** The names of the commands that use it and have not returned. */
export const commandsUsing = (thing: object): readonly string[] => users.get(thing) ?? [];

/** The first of these names; undefined if nothing uses it. */
export const commandUsing = (thing: object): string | undefined => users.get(thing)?.[0];

const idle = new Map<object, (() => void)[]>();

/** Runs `then` when no command uses it any more; it must be in use now. */
export function whenIdle(thing: object, then: () => void): void {
  const waiting = idle.get(thing);
  if (waiting === undefined) idle.set(thing, [then]);
  else waiting.push(then);
}

/** Notes that a command uses things; `endUse` must be called once for the same things. */
export function beginUse(things: readonly object[], command: string): void {
  for (const thing of things) {
    const known = users.get(thing);
    if (known === undefined) users.set(thing, [command]);
    else known.push(command);
  }
  inUse.size = users.size;
}

/** Ends a use that `beginUse` noted. */
export function endUse(things: readonly object[], command: string): void {
  for (const thing of things) {
    const known = users.get(thing) as string[];
    known.splice(known.indexOf(command), 1);
    if (known.length > 0) continue;
    users.delete(thing);
    const waiting = idle.get(thing) ?? [];
    idle.delete(thing);
    for (const then of waiting) queueMicrotask(then);
  }
  inUse.size = users.size;
}
