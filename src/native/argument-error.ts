// The error of a value that is not what a row expects; steps are put before its path as it leaves each struct and
// array.
import { ValidUsageError } from '../errors/errors.ts';
import { type Caller, ours, withStackAbove } from '../errors/user-call.ts';
import { builtinName, isArray, isView, sizeOf, typedArrayName } from './bytes.ts';

/** Not an Error itself: the stack that matters is that of the user's call, made where the call ends. */
export class ArgumentError {
  readonly #kind: 'type' | 'range';
  /** What was thrown, be it undefined; none where it is empty. */
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

  /** Whether the path begins with a struct or a command already. */
  get hasPath(): boolean {
    return this.#path !== '';
  }

  /** Puts a step (`.extent`, `[3]`) before the path. */
  under(step: string): this {
    this.#path = step + this.#path;
    return this;
  }

  /** Adds the rule of the specification that is broken. */
  mention(vuid: string): void {
    this.#text += ` (${vuid})`;
  }

  /** The rule of the specification that is broken: it becomes a ValidUsageError. */
  withVuid(vuid: string): this {
    this.#vuid = vuid;
    return this;
  }

  /** What the call gave, which was made before this was thrown: the error's `result`. */
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

/** Adds a step to the path; what a getter or a Proxy of the user threw gets a path too, and stays the cause. */
export function under(error: unknown, step: string): ArgumentError {
  return argumentErrorOf(error).under(step);
}

const MAX_TEXT = 500;

/** The mismatch itself, or one that says what was thrown while a value was read or filled. */
export function argumentErrorOf(error: unknown, doing = 'reading it'): ArgumentError {
  if (error instanceof ArgumentError) return error;
  let said = 'an exception';
  try {
    said = typeof error === 'bigint' ? describe(error) : String(error).slice(0, MAX_TEXT);
  } catch {
    // What was thrown cannot even be told.
  }
  return new ArgumentError(error instanceof RangeError ? 'range' : 'type', `${doing} threw ${said}`, error);
}

/** `expected uint32, got "640"` */
export function expected(what: string, value: unknown): ArgumentError {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return new ArgumentError(isNumber ? 'range' : 'type', `expected ${what}, got ${describe(value)}`);
}

function describeArray(value: unknown[]): string {
  try {
    return `an array of ${lengthOf(value)}`;
  } catch {
    return 'an array';
  }
}

/** To write one of a million digits out takes minutes and more memory than there is. */
function describeBigint(value: bigint): string {
  if (BigInt.asIntN(17, value) === value) return `${value}n`;
  if (BigInt.asIntN(129, value) !== value) return 'a bigint of more than 128 bits';
  return `0x${value.toString(16)}n`.replace('0x-', '-0x');
}

/** A handle or an address, which a script may have made up. */
export const hexOf = (value: bigint): string =>
  BigInt.asUintN(64, value) === value ? `0x${value.toString(16)}` : describeBigint(value);

function describeObject(value: object): string {
  const name = builtinName(value);
  if (name === undefined) return 'an object';
  return name === 'Promise'
    ? 'a Promise (is an await missing?)'
    : `${/^[AE]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A value as an error shows it: short, and without running the user's code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    case 'bigint':
      return describeBigint(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      if (isView(value)) return `a ${typedArrayName(value) ?? 'DataView'} of ${sizeOf(value)} bytes`;
      return isArray(value) ? describeArray(value) : describeObject(value);
    default:
      return String(value);
  }
}

/** The length of an array: a Proxy may say anything, and another thing at the next question. */
export function lengthOf(list: ArrayLike<unknown>): number {
  const length: unknown = list.length;
  if (typeof length === 'number' && length >>> 0 === length) return length;
  throw new ArgumentError('range', 'expected an array with a length');
}

/** What a user catches: the stack begins at the call. */
export function publicError(error: unknown, name: string, caller: Caller): unknown {
  const isArgument = error instanceof ArgumentError;
  return withStackAbove(isArgument ? error.toError(error.hasPath ? '' : name) : error, caller);
}
