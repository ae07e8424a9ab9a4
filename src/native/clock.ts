// The clock and the timers as they were when this library was loaded: a test's fake ones stand still, and waits would never end.
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';

export const { setTimeout, setImmediate } = timers;
export const { queueMicrotask } = globalThis;

/** Milliseconds. */
export const now: () => number = performance.now.bind(performance);
