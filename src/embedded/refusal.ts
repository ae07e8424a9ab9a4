// The error that an implementation throws to return a VkResult, with the reason.
import { VkResult } from '../../ffi/rows/enums.ts';

/** A VkResult to return, and why. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The VkResult. */
  readonly result: number;

  constructor(result: number, why: string) {
    super(why);
    this.result = result;
  }
}

/** The refusal of a call that breaks a rule of the specification, where a real driver might crash. */
export const invalid = (why: string): Refusal => new Refusal(VkResult.ERROR_VALIDATION_FAILED, why);

/** An array member or parameter; a NULL pointer is an empty array. */
export const listOf = <T>(value: ArrayLike<T> | null | undefined): readonly T[] =>
  value == null ? [] : Array.from(value);
