// The kinds of handle that a system shares memory by, and what each must be able to do.

import { invalid, type Refusal } from '../refusal.ts';
import type { Mapping } from './payload.ts';

/** `nt`: a Windows NT handle. `kmt`: a global share handle, a number that is not closed. `fd`: a file descriptor. */
export type HandleKind = 'nt' | 'kmt' | 'fd';

export interface Handles {
  /** Makes memory and a handle that refers to it; both are the caller's to release and close. */
  create(size: number, name?: string): { handle: bigint; mapping: Mapping };
  /** Maps what a handle refers to; undefined for what is no handle, or not one of memory. */
  open(handle: bigint): Mapping | undefined;
  openNamed(name: string): Mapping | undefined;
  /** A further handle to the same memory. */
  duplicate(handle: bigint): bigint;
  close(handle: bigint): void;
}

export const nameTaken = (name: string): Refusal => invalid(`there is memory named ${name} already`);
