// A function of a system DLL, loaded on first use; on other systems one clear error.

import { WindowsOnlyError } from '../errors/errors.ts';
import { ours } from '../errors/user-call.ts';
import { memoize } from '../registry/memoize.ts';
import { callable, openLibrary, prototype, type SharedLibrary } from './koffi.ts';
import { systemDirectory } from './system-directory.ts';

/** What C is given: memory of JS (a typed array) lives for the call. */
export type Argument = number | bigint | string | null | ArrayBufferView;
export type WindowsFunction = (...args: Argument[]) => number | bigint;

/** 64-bit results come as a number where that holds them. */
export const wide = (value: number | bigint): bigint => BigInt.asUintN(64, BigInt(value));

/** By its full path: a DLL planted in the current directory must never be loaded. */
const systemLibrary = memoize((name: string): SharedLibrary => openLibrary(`${systemDirectory()}\\${name}`));

/** Address of an exported function, undefined where the DLL has none. */
export const exportedBy = (dll: string, name: string): bigint | undefined => systemLibrary(dll).symbol(name);

/** Declares a function; the DLL is opened at its first call. `str16` is LPCWSTR, `void *` takes a typed array or null. */
export function windowsFunction(
  dll: string,
  name: string,
  result: string,
  args: readonly string[],
): WindowsFunction {
  let fn: WindowsFunction | undefined;
  return (...values) => {
    fn ??= load(dll, name, result, args);
    return fn(...values);
  };
}

function load(dll: string, name: string, result: string, args: readonly string[]): WindowsFunction {
  if (process.platform !== 'win32') throw new WindowsOnlyError(`${name} of ${dll}`);
  const address = exportedBy(dll, name);
  if (address === undefined) throw ours(new Error(`${dll} does not export ${name}`));
  return callable(address, prototype(result, args)) as unknown as WindowsFunction;
}
