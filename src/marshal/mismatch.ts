// In: a value that is not what a row expects.
// Out: the error that names its path; steps are put before it as it leaves each struct and array.

/** Not an Error itself: the stack that matters is that of the user's call, made where the call ends. */
export class Mismatch {
  readonly #kind: 'type' | 'range';
  #text: string;
  #path = '';

  constructor(kind: 'type' | 'range', text: string) {
    this.#kind = kind;
    this.#text = text;
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

  /** TypeError or RangeError, thrown as if by `caller`. */
  toError(root: string, caller: (...args: never[]) => unknown): Error {
    const text = `${root}${this.#path}: ${this.#text}`;
    const error = this.#kind === 'type' ? new TypeError(text) : new RangeError(text);
    Error.captureStackTrace?.(error, caller);
    return error;
  }
}

/** Adds a step where the error is a mismatch; what a getter of the user threw passes as it is. */
export const under = (error: unknown, step: string): unknown =>
  error instanceof Mismatch ? error.under(step) : error;

/** `expected uint32, got "640"` */
export function expected(what: string, value: unknown): Mismatch {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return new Mismatch(isNumber ? 'range' : 'type', `expected ${what}, got ${describe(value)}`);
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
      if (Array.isArray(value)) return `an array of ${value.length}`;
      return ArrayBuffer.isView(value)
        ? `a ${Object.prototype.toString.call(value).slice(8, -1)} of ${value.byteLength} bytes`
        : 'an object';
    default:
      return String(value);
  }
}
