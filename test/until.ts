// Waits until a condition holds, for tests of what happens at an unknown time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds: long, for machines with other work. */
const TIMEOUT = 60_000;

/** @returns when the condition holds @throws Error that says what was waited for */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + TIMEOUT;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${TIMEOUT / 1000} s for this: ${what}`);
    await sleep(5);
  }
}
