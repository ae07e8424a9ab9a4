// What is used by calls that have not returned, so that nothing ends it under them.

/**
 * The script's functions that C knows, while it knows any, each call of C's may run one; those that run; and calls that
 * other threads are in and will soon return from.
 */
export const callbacks = { known: 0, running: 0, threads: 0 };

/** By object, scope or live handle: the commands that use it. */
const users = new Map<object, string[]>();

/** How many things are in use: what ends something asks this first, and a Map's size takes a call. */
export const inUse = { size: 0 };

/** The names of the commands that use it and have not returned. */
export const usersOf = (thing: object): readonly string[] => users.get(thing) ?? [];

/** The first of them; undefined where nothing uses it. */
export const userOf = (thing: object): string | undefined => users.get(thing)?.[0];

const idle = new Map<object, (() => void)[]>();

/** Runs `then` when no command uses it any more; something must use it now. */
export function whenIdle(thing: object, then: () => void): void {
  const waiting = idle.get(thing);
  if (waiting === undefined) idle.set(thing, [then]);
  else waiting.push(then);
}

/** A call begins to use things; each is to be given to `vacate` once for it. */
export function occupy(things: readonly object[], command: string): void {
  for (const thing of things) {
    const known = users.get(thing);
    if (known === undefined) users.set(thing, [command]);
    else known.push(command);
  }
  inUse.size = users.size;
}

export function vacate(things: readonly object[], command: string): void {
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
