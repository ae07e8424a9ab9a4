// A hash table of 64-bit handles: every call looks up its handles, and a Map of bigints takes five times as long.
import { halves, word } from '../native/uint64.ts';

const SMALLEST = 16;
/** Handles are addresses or counters: a multiplication spreads both. */
const SPREAD = 0x9e37_79b1;

/** A hash table with open addressing; no handle is 0, so two zero halves mean a free slot. */
export class HandleTable<T extends { readonly handle: bigint }> {
  #low = new Uint32Array(SMALLEST);
  #high = new Uint32Array(SMALLEST);
  #values: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  /** 32 less the number of bits of an index. */
  #shift = 28;
  #size = 0;

  /** Undefined too for a bigint of more than 64 bits, whatever its lower bits are. */
  get(handle: bigint): T | undefined {
    if (BigInt.asUintN(64, handle) !== handle) return undefined;
    // The same as `find`, inlined: before V8 optimizes, the calls are the cost.
    word[0] = handle;
    const low = halves[0];
    const high = halves[1];
    const lows = this.#low;
    const highs = this.#high;
    const mask = lows.length - 1;
    let at = Math.imul(low ^ high, SPREAD) >>> this.#shift;
    while ((lows[at] !== low || highs[at] !== high) && (lows[at] | highs[at]) !== 0) at = (at + 1) & mask;
    return this.#values[at];
  }

  has(handle: bigint): boolean {
    return this.get(handle) !== undefined;
  }

  /** The slot where the handle is or would be put; valid until the next `put` or `free`. */
  find(handle: bigint): number {
    word[0] = handle;
    const low = halves[0];
    const high = halves[1];
    const mask = this.#low.length - 1;
    let at = this.#home(low, high);
    while ((this.#low[at] !== low || this.#high[at] !== high) && (this.#low[at] | this.#high[at]) !== 0)
      at = (at + 1) & mask;
    return at;
  }

  /** The value in a slot; undefined if it is free. */
  at(place: number): T | undefined {
    return this.#values[place];
  }

  /** Adds a value that is not in the table, in the slot that `find` returned for it. */
  put(place: number, value: T): void {
    this.#set(place, value);
    // At most half full, so that searches stay short.
    if (++this.#size * 2 > this.#values.length) this.#grow();
  }

  /** Removes the value in a slot. */
  free(place: number): void {
    const mask = this.#values.length - 1;
    let free = place;
    this.#size--;
    // Values behind it that had been displaced move up, so that no search ends too early.
    for (let at = (free + 1) & mask; this.#values[at] !== undefined; at = (at + 1) & mask) {
      const home = this.#home(this.#low[at], this.#high[at]);
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      this.#set(free, this.#values[at] as T);
      free = at;
    }
    this.#low[free] = this.#high[free] = 0;
    this.#values[free] = undefined;
  }

  /** All values, in no particular order. */
  values(): T[] {
    return this.#values.filter(value => value !== undefined);
  }

  #home(low: number, high: number): number {
    return Math.imul(low ^ high, SPREAD) >>> this.#shift;
  }

  #set(at: number, value: T): void {
    word[0] = value.handle;
    this.#low[at] = halves[0];
    this.#high[at] = halves[1];
    this.#values[at] = value;
  }

  #grow(): void {
    const all = this.values();
    const length = this.#values.length * 2;
    this.#low = new Uint32Array(length);
    this.#high = new Uint32Array(length);
    this.#values = new Array(length).fill(undefined);
    this.#shift--;
    for (const value of all) this.#set(this.find(value.handle), value);
  }
}
