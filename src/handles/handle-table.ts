// A table of 64-bit handles that is searched in a few nanoseconds: every call looks its handles up, and a Map of
// bigints takes five times as long.
import { halves, word } from '../native/uint64.ts';

const SMALLEST = 16;
/** Handles are addresses or counters: a multiplication spreads both. */
const SPREAD = 0x9e37_79b1;

/** A hash table with open addressing; no handle is 0, so that two zero halves mean a free place. */
export class HandleTable<T extends { readonly handle: bigint }> {
  #low = new Uint32Array(SMALLEST);
  #high = new Uint32Array(SMALLEST);
  #values: (T | undefined)[] = new Array(SMALLEST).fill(undefined);
  /** 32 less the number of bits of an index. */
  #shift = 28;
  #size = 0;

  /** Undefined for a bigint of more than 64 bits too, whatever its lower ones are. */
  get(handle: bigint): T | undefined {
    if (BigInt.asUintN(64, handle) !== handle) return undefined;
    // As `find`, without a call: until V8 has compiled a frame's commands, calls are what they cost.
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

  /** Where the handle is, or where it would be put; good until the next `put` or `free`. */
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

  /** What `find` found; undefined where nothing is. */
  at(place: number): T | undefined {
    return this.#values[place];
  }

  /** Adds one that is not there, at the place that `find` gave for it. */
  put(place: number, value: T): void {
    this.#set(place, value);
    // At most half full: what is looked for lies near its place.
    if (++this.#size * 2 > this.#values.length) this.#grow();
  }

  /** Removes what is at a place. */
  free(place: number): void {
    const mask = this.#values.length - 1;
    let free = place;
    this.#size--;
    // Those behind that had to give way move up, so that no search ends too early.
    for (let at = (free + 1) & mask; this.#values[at] !== undefined; at = (at + 1) & mask) {
      const home = this.#home(this.#low[at], this.#high[at]);
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      this.#set(free, this.#values[at] as T);
      free = at;
    }
    this.#low[free] = this.#high[free] = 0;
    this.#values[free] = undefined;
  }

  /** In no order that means anything. */
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
