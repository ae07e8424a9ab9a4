// A hash table of 64-bit handles: every call looks up its handles, and a Map of bigints takes five times as long.
import { halves, word } from '../native/uint64.ts';

const SMALLEST = 16;
/** Handles are addresses or counters: a multiplication spreads both. */
const SPREAD = 0x9e37_79b1;

/** A hash table with open addressing. */
export class HandleTable<T extends { readonly handle: bigint }> {
  #values: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  /** 32 less the number of bits of an index. */
  #shift = 28;
  #size = 0;

  /** Undefined too for a bigint of more than 64 bits, whatever its lower bits are. */
  get(handle: bigint): T | undefined {
    // The first step of `find`, short enough for V8 to inline it everywhere: most handles are in their first slot.
    word[0] = handle;
    const first = this.#values[Math.imul(halves[0] ^ halves[1], SPREAD) >>> this.#shift];
    // Handles are mostly the same bigint object, for which Object.is takes half as long as ===.
    return first === undefined || Object.is(first.handle, handle) ? first : this.#values[this.find(handle)];
  }

  has(handle: bigint): boolean {
    return this.get(handle) !== undefined;
  }

  /** The slot where the handle is or would be put; valid until the next `put` or `free`. */
  find(handle: bigint): number {
    const values = this.#values;
    let at = this.#home(handle);
    for (let value = values[at]; value !== undefined && value.handle !== handle; value = values[at])
      at = (at + 1) & (values.length - 1);
    return at;
  }

  /** The value in a slot; undefined if it is free. */
  at(place: number): T | undefined {
    return this.#values[place];
  }

  /** Adds a value that is not in the table, in the slot that `find` returned for it. */
  put(place: number, value: T): void {
    this.#values[place] = value;
    // At most a quarter full, so that few are displaced.
    if (++this.#size * 4 > this.#values.length) this.#grow();
  }

  /** Removes the value in a slot. */
  free(place: number): void {
    const values = this.#values;
    const mask = values.length - 1;
    let free = place;
    this.#size--;
    // Values behind it that had been displaced move up, so that no search ends too early.
    for (let at = (free + 1) & mask, value = values[at]; value !== undefined; value = values[at]) {
      if (((at - this.#home(value.handle)) & mask) >= ((at - free) & mask)) {
        values[free] = value;
        free = at;
      }
      at = (at + 1) & mask;
    }
    values[free] = undefined;
  }

  /** All values, in no particular order. */
  values(): T[] {
    return this.#values.filter(value => value !== undefined);
  }

  #home(handle: bigint): number {
    word[0] = handle;
    return Math.imul(halves[0] ^ halves[1], SPREAD) >>> this.#shift;
  }

  #grow(): void {
    const all = this.values();
    this.#values = new Array(this.#values.length * 2).fill(undefined);
    this.#shift--;
    for (const value of all) this.#values[this.find(value.handle)] = value;
  }
}
