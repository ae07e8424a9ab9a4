// Describes a value for an error: short, and without running the script's code.
import { builtinName, isArray, isView, sizeOf, typedArrayName } from './bytes.ts';

function describeArray(value: readonly unknown[]): string {
  try {
    // A Proxy may return anything.
    const length: unknown = value.length;
    return typeof length === 'number' && length >>> 0 === length ? `an array of ${length}` : 'an array';
  } catch {
    return 'an array';
  }
}

/** Printing a bigint of a million digits would take minutes. */
function describeBigint(value: bigint): string {
  if (BigInt.asIntN(17, value) === value) return `${value}n`;
  if (BigInt.asIntN(129, value) !== value) return 'a bigint of more than 128 bits';
  return `0x${value.toString(16)}n`.replace('0x-', '-0x');
}

/** A handle or an address in hexadecimal; it may be any bigint of the script. */
export const hexOf = (value: bigint): string =>
  BigInt.asUintN(64, value) === value ? `0x${value.toString(16)}` : describeBigint(value);

function describeObject(value: object): string {
  const name = builtinName(value);
  if (name === undefined) return 'an object';
  return name === 'Promise'
    ? 'a Promise (is an await missing?)'
    : `${/^[AE]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A name of the script, which may be very long. */
export const shorten = (name: string): string => (name.length > 60 ? `${name.slice(0, 57)}...` : name);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The name of a member that the script gave: quoted where it is no identifier, so that a message stays one line. */
export const memberName = (name: string): string => (IDENTIFIER.test(name) ? shorten(name) : describe(name));

/** The end of a path to such a member: `.size`, or `["a name"]`. */
export const memberPath = (name: string): string =>
  IDENTIFIER.test(name) ? `.${shorten(name)}` : `[${describe(name)}]`;

/** Describes a value for an error: short, and without running the user's code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(shorten(value));
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
