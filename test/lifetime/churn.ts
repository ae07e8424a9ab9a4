// Collects garbage and overwrites freed memory with other bytes, so that code which still reads it is noticed.
import { collect } from '../collect.ts';

/** Allocates buffers of the sizes that tests pass. */
export function churn(): void {
  collect();
  for (let i = 0; i < 400; i++) new Uint8Array(new ArrayBuffer(4 + (i & 28))).fill(0xad);
}
