// The contestants that record on the system's driver, lavapipe where it has that: ours and nvk, each a group.
import type { Contestant } from './contest.ts';
import type { Once } from './loop.ts';
import type { OpenedNvk } from './nvk.ts';
import type { Recorder } from './recorder.ts';

const contestant =
  <T extends Recorder | OpenedNvk>(name: string) =>
  (opened: T | { readonly missing: string }, once: (opened: T) => Once): Contestant =>
    opened.missing === undefined
      ? { name, ...(opened as T).recording(once(opened as T)) }
      : { name, missing: opened.missing };

export const byUs = contestant<Recorder>('ours on lavapipe');
export const byNvk = contestant<OpenedNvk>('nvk on lavapipe');
