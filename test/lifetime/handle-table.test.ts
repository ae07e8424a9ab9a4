// The table of live handles knows every handle that is alive, and no other.
import { expect } from 'chai';
import { randomFrom } from '../../scripts/fuzz/values.ts';
import { HandleTable } from '../../src/handles/handle-table.ts';

/** Handles like addresses, like counters, and like those that layers make, which use all 64 bits. */
const KINDS = [0x5581_a000_0000n, 1n, 0xcb1c_7c00_0000_0000n];

describe('the table of live handles', () => {
  it('has what was added and not removed, whatever came and went', () => {
    const table = new HandleTable<{ handle: bigint }>();
    const wanted = new Map<bigint, { handle: bigint }>();
    const random = randomFrom(20_261_123);
    const pick = (n: number) => Math.floor(random() * n);
    for (let i = 0; i < 50_000; i++) {
      const handle = KINDS[pick(KINDS.length)] + 64n * BigInt(pick(400));
      const known = wanted.get(handle);
      expect(table.get(handle)).to.equal(known);
      // The same lower 64 bits are another number.
      expect(table.has(handle + (1n << 64n))).to.equal(false);
      expect(table.has(handle - (1n << 64n))).to.equal(false);
      if (known === undefined) {
        wanted.set(handle, { handle });
        table.put(table.find(handle), wanted.get(handle)!);
      } else {
        wanted.delete(handle);
        table.free(table.find(handle));
      }
    }
    expect(wanted.size).to.be.greaterThan(100);
    const values = table.values();
    expect(values).to.have.length(wanted.size);
    for (const value of values) expect(wanted.get(value.handle)).to.equal(value);
  });
});
