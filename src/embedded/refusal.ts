// What an implementation throws to answer a VkResult, with the reason.
import { VkResult } from '../../ffi/rows/enums.ts';

/** A VkResult to be answered, and why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The VkResult. */
  readonly result: number;

  constructor(result: number, why: string) {
    super(why);
    this.result = result;
  }
}

/** The caller broke a rule of the specification. A real driver might crash: this one says no. */
export const invalid = (why: string): Refusal => new Refusal(VkResult.ERROR_VALIDATION_FAILED, why);

/** An array member or parameter; a NULL pointer is an empty one. */
export const listOf = <T>(value: ArrayLike<T> | null | undefined): readonly T[] =>
  value == null ? [] : Array.from(value);
