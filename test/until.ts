// Waits for what happens in its own time.
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds, for what never happens; on a machine with other work much takes long. */
const TIMEOUT = 60_000;

/** @returns when the condition holds @throws Error that says what was waited for */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + TIMEOUT;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${TIMEOUT / 1000} s for this: ${what}`);
    await sleep(5);
  }
}
