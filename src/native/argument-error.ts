// The error of a wrong argument: each struct and array that it passes through prepends a step to its path.
import { types } from 'node:util';
import { describe } from '../errors/describe.ts';
import { ValidUsageError } from '../errors/errors.ts';
import { type Caller, ours, withStackAbove } from '../errors/user-call.ts';

/** It is not an Error, which is created only when it leaves the call, with the stack of the user's call. */
export class ArgumentError {
  readonly #kind: 'type' | 'range';
  /** What was thrown, even undefined; empty if nothing was. */
  readonly #cause: readonly unknown[];
  #text: string;
  #path = '';
  #vuid = '';

  #result: readonly unknown[] = [];

  constructor(kind: 'type' | 'range', text: string, ...cause: readonly unknown[]) {
    this.#kind = kind;
    this.#text = text;
    this.#cause = cause;
  }

  /** Whether it already has a path. */
  get hasPath(): boolean {
    return this.#path !== '';
  }

  /** Puts a step (`.extent`, `[3]`) before the path. */
  under(step: string): this {
    this.#path = step + this.#path;
    return this;
  }

  /** Mentions a rule of the specification at the end of the text. */
  mention(vuid: string): void {
    this.#text += ` (${vuid})`;
  }

  /** Sets the rule of the specification that is broken, so that it becomes a ValidUsageError. */
  withVuid(vuid: string): this {
    this.#vuid = vuid;
    return this;
  }

  /** Sets the error's `result`: what the call had returned before this was thrown. */
  withResult(result: unknown): this {
    this.#result = [result];
    return this;
  }

  /** TypeError, RangeError or ValidUsageError. */
  toError(root: string): Error {
    const text = `${root}${this.#path}: ${this.#text}`;
    const options = this.#cause.length === 0 ? undefined : { cause: this.#cause[0] };
    const error =
      this.#vuid !== ''
        ? new ValidUsageError(this.#vuid, text)
        : new (this.#kind === 'type' ? TypeError : RangeError)(text, options);
    if (this.#result.length > 0) Object.assign(error, { result: this.#result[0] });
    return ours(error);
  }
}

/** Prepends a step to the path; what a getter or Proxy of the user threw becomes the cause of an error with a path. */
export function under(error: unknown, step: string): ArgumentError {
  return argumentErrorOf(error).under(step);
}

const MAX_TEXT = 500;

/** The error itself, or a new one that says what was thrown while a value was read or filled. */
export function argumentErrorOf(error: unknown, doing = 'reading it'): ArgumentError {
  if (error instanceof ArgumentError) return error;
  let said = 'an exception';
  let isRange = false;
  try {
    // Of another realm too.
    isRange = types.isNativeError(error) && error.name === 'RangeError';
    said = typeof error === 'bigint' ? describe(error) : String(error).slice(0, MAX_TEXT);
  } catch {
    // What was thrown cannot be converted to a string.
  }
  return new ArgumentError(isRange ? 'range' : 'type', `${doing} threw ${said}`, error);
}

/** `expected uint32, got "640"` */
export function expected(what: string, value: unknown): ArgumentError {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return new ArgumentError(isNumber ? 'range' : 'type', `expected ${what}, got ${describe(value)}`);
}

/** The length of an array, checked: a Proxy may return anything, and a different value each time. */
export function lengthOf(list: ArrayLike<unknown>): number {
  const length: unknown = list.length;
  if (typeof length === 'number' && length >>> 0 === length) return length;
  throw new ArgumentError('range', 'expected an array with a length');
}

/** The error that the user catches, whose stack begins at the user's call. */
export function publicError(error: unknown, name: string, caller: Caller): unknown {
  const isArgument = error instanceof ArgumentError;
  return withStackAbove(isArgument ? error.toError(error.hasPath ? '' : name) : error, caller);
}
