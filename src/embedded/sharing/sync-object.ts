// A fence or a semaphore: a 64-bit value in memory, so that sharing one is sharing memory.
import { heapMapping, type Mapping, type OwnHandle, readWord, type Sort, writeWord } from './payload.ts';

export const VALUE_SIZE = 8;

/** A semaphore or a fence: of a binary one, the value is 0 or 1. */
export class SyncObject {
  readonly device: bigint;
  readonly sort: Sort;
  readonly isTimeline: boolean;
  readonly exported: OwnHandle | undefined;
  #own: Mapping;
  #temporary: Mapping | undefined;

  constructor(device: bigint, sort: Sort, isTimeline: boolean, mapping: Mapping, exported?: OwnHandle) {
    this.device = device;
    this.sort = sort;
    this.isTimeline = isTimeline;
    this.exported = exported;
    this.#own = mapping;
  }

  get value(): bigint {
    return readWord((this.#temporary ?? this.#own).address);
  }

  set value(value: bigint) {
    writeWord((this.#temporary ?? this.#own).address, value);
  }

  /** Whether a wait for a value, or of a binary one for its signal, is over. */
  reached(value: bigint): boolean {
    return this.isTimeline ? this.value >= value : this.value === 1n;
  }

  /** A wait for it is over: a binary one is unsignalled, and a payload for this once is given up then. */
  consume(): void {
    if (this.isTimeline) return;
    this.value = 0n;
    this.#restore();
  }

  /** Unsignals a fence: its own payload, not one that it has for once. */
  reset(): void {
    this.#restore();
    this.value = 0n;
  }

  #restore(): void {
    this.#temporary?.release();
    this.#temporary = undefined;
  }

  /** Takes another payload, for good or until the next reset. */
  adopt(mapping: Mapping, temporarily: boolean): void {
    this.#restore();
    if (temporarily) this.#temporary = mapping;
    else {
      this.#own.release();
      this.#own = mapping;
    }
  }

  release(): void {
    this.#restore();
    this.#own.release();
    // What is pending still may signal it: nobody sees it, and nothing crashes.
    this.#own = heapMapping(VALUE_SIZE);
    this.exported?.close();
  }
}
