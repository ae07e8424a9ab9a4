// In: a value that is not what a row expects.
// Out: the error that names its path; steps are put before it as it leaves each struct and array.
import { NotAvailableError, ValidUsageError, VulkanError } from '../errors/errors.ts';
import { isArray, isView, sizeOf, typedArrayName } from './bytes.ts';

/** Not an Error itself: the stack that matters is that of the user's call, made where the call ends. */
export class ArgumentError {
  readonly #kind: 'type' | 'range';
  readonly #cause: unknown;
  #text: string;
  #path = '';
  #vuid = '';

  constructor(kind: 'type' | 'range', text: string, cause?: unknown) {
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
  note(vuid: string): void {
    this.#text += ` (${vuid})`;
  }

  /** The rule of the specification that is broken: it becomes a ValidUsageError. */
  breaking(vuid: string): this {
    this.#vuid = vuid;
    return this;
  }

  /** TypeError, RangeError or ValidUsageError, thrown as if by `caller`. */
  toError(root: string, caller: (...args: never[]) => unknown): Error {
    const text = `${root}${this.#path}: ${this.#text}`;
    const options = this.#cause === undefined ? undefined : { cause: this.#cause };
    const error =
      this.#vuid !== ''
        ? new ValidUsageError(this.#vuid, text)
        : new (this.#kind === 'type' ? TypeError : RangeError)(text, options);
    Error.captureStackTrace?.(error, caller);
    return error;
  }
}

/** Adds a step to the path; what a getter or a Proxy of the user threw gets a path too, and stays the cause. */
export function under(error: unknown, step: string): unknown {
  return isOurs(error) ? error : argumentErrorOf(error).under(step);
}

/** Errors that name a command or a rule already. */
export const isOurs = (error: unknown): boolean =>
  error instanceof ValidUsageError || error instanceof VulkanError || error instanceof NotAvailableError;

/** The mismatch itself, or one that says what was thrown while a value was read or filled. */
export function argumentErrorOf(error: unknown, doing = 'reading it'): ArgumentError {
  if (error instanceof ArgumentError) return error;
  let said = 'an exception';
  try {
    said = String(error);
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

/** A value as an error shows it: short, and without running the user's code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    case 'bigint':
      return `${value > -0x10000n && value < 0x10000n ? value : `0x${value.toString(16)}`}n`.replace(
        '0x-',
        '-0x',
      );
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      if (isView(value)) return `a ${typedArrayName(value) ?? 'DataView'} of ${sizeOf(value)} bytes`;
      return isArray(value) ? describeArray(value) : 'an object';
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

/** Where a call was made: its method, which stands in the stack still, or a trace that was taken when it began. */
export type Caller = ((...args: never[]) => unknown) | Trace;

/** The stack at a moment; `stack` begins with a line that is no frame. */
export interface Trace {
  readonly stack?: string;
}

/** The stack above a function, for what is thrown after an await, which forgets it. */
export function traceAbove(caller: (...args: never[]) => unknown): Trace {
  const trace = {};
  Error.captureStackTrace?.(trace, caller);
  return trace;
}

/** Errors that were made here; one may pass through two methods of ours on its way out. */
const made = new WeakSet<object>();

/** What a user catches: the stack begins at the call. */
export function publicError(error: unknown, name: string, caller: Caller): unknown {
  let thrown = error;
  if (error instanceof ArgumentError) {
    thrown = error.toError(error.hasPath ? '' : name, publicError);
    made.add(thrown as Error);
  } else if (!isOurs(error) && !made.has(error as object)) return error;
  if (typeof caller === 'function') Error.captureStackTrace?.(thrown as Error, caller);
  else beginAt(thrown as Error, caller);
  return thrown;
}

function beginAt(error: Error, { stack = '' }: Trace): void {
  const frames = stack.slice(stack.indexOf('\n    at '));
  error.stack = `${error.name}: ${error.message}${frames}`;
}
