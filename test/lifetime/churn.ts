// Collects, and fills what was freed with other bytes: who still reads that finds them.
import { collect } from '../collect.ts';

/** Of the sizes that are passed in tests. */
export function churn(): void {
  collect();
  for (let i = 0; i < 400; i++) new Uint8Array(new ArrayBuffer(4 + (i & 28))).fill(0xad);
}
