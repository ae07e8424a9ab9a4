// Fences and semaphores: a 64-bit value in memory, so that sharing one is sharing memory.
import { readUint64, writeUint64 } from '../../native/uint64-at.ts';
import { heapMapping, type Mapping, type OwnHandle, type PayloadKind } from './payload.ts';

export const VALUE_SIZE = 8;

/** A fence or a semaphore; if it is binary, its value is 0 or 1. */
export class SyncObject {
  readonly device: bigint;
  readonly kind: PayloadKind;
  readonly isTimeline: boolean;
  readonly exported: OwnHandle | undefined;
  #own: Mapping;
  #temporary: Mapping | undefined;

  constructor(
    device: bigint,
    kind: PayloadKind,
    isTimeline: boolean,
    mapping: Mapping,
    exported?: OwnHandle,
  ) {
    this.device = device;
    this.kind = kind;
    this.isTimeline = isTimeline;
    this.exported = exported;
    this.#own = mapping;
  }

  get value(): bigint {
    return readUint64((this.#temporary ?? this.#own).address);
  }

  set value(value: bigint) {
    writeUint64((this.#temporary ?? this.#own).address, value);
  }

  /** Whether a wait for a value, or for the signal of a binary one, is over. */
  reached(value: bigint): boolean {
    return this.isTimeline ? this.value >= value : this.value === 1n;
  }

  /** Ends a wait: a binary one is unsignalled, and loses a temporary payload. */
  consume(): void {
    if (this.isTimeline) return;
    this.value = 0n;
    this.#restore();
  }

  /** Unsignals a fence, which loses a temporary payload first. */
  reset(): void {
    this.#restore();
    this.value = 0n;
  }

  #restore(): void {
    this.#temporary?.release();
    this.#temporary = undefined;
  }

  /** Takes another payload, permanently or until the next reset or wait. */
  adopt(mapping: Mapping, isTemporary: boolean): void {
    this.#restore();
    if (isTemporary) this.#temporary = mapping;
    else {
      this.#own.release();
      this.#own = mapping;
    }
  }

  release(): void {
    this.#restore();
    this.#own.release();
    // A pending batch may still signal it, which then has no effect.
    this.#own = heapMapping(VALUE_SIZE);
    this.exported?.close();
  }
}
