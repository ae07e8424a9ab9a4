// The contestants that record commands on the system's driver: ours and nvk, each a group.
import type { Contestant } from './contest.ts';
import type { Once } from './loop.ts';
import { type OpenedNvk, openNvk } from './nvk.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import type { Tools } from './tools.ts';

export const openDrivers = ({ nvk }: Tools) => ({ recorder: openRecorder(), nvk: openNvk(nvk) });
export type Drivers = ReturnType<typeof openDrivers>;

const contestant =
  <T extends Recorder | OpenedNvk>(name: string) =>
  (opened: T | { readonly missing: string }, once: (opened: T) => Once): Contestant =>
    opened.missing === undefined
      ? { name, ...(opened as T).recording(once(opened as T)) }
      : { name, missing: opened.missing };

export const byUs = contestant<Recorder>('ours on lavapipe');
export const byNvk = contestant<OpenedNvk>('nvk on lavapipe');
