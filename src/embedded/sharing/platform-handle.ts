// The kinds of handles that a system shares memory by, and the operations on them.

import { describe } from '../../errors/describe.ts';
import { invalid, type Refusal } from '../refusal.ts';
import type { Mapping } from './payload.ts';

/** `nt`: a Windows NT handle. `kmt`: a number of the graphics kernel, never closed. `fd`: a file descriptor. */
export type HandleKind = 'nt' | 'kmt' | 'fd';

export interface Handles {
  /** Creates memory and a handle to it, which the caller releases and closes. */
  create(size: number, name?: string): { handle: bigint; mapping: Mapping };
  /** Maps the memory of a handle; undefined if it is not a handle to memory. */
  open(handle: bigint): Mapping | undefined;
  openNamed(name: string): Mapping | undefined;
  /** Another handle to the same memory. */
  duplicate(handle: bigint): bigint;
  close(handle: bigint): void;
}

export const nameTaken = (name: string): Refusal => invalid(`memory named ${describe(name)} exists already`);
