// Declares functions of Windows' DLLs, which are loaded on first use; on other systems they throw a clear error.

import { WindowsOnlyError } from '../errors/errors.ts';
import { ours } from '../errors/user-call.ts';
import { memoize } from '../registry/memoize.ts';
import { callable, openLibrary, prototype, type SharedLibrary } from './koffi.ts';
import { systemDirectory } from './system-directory.ts';

/** An argument; the memory of a typed array is valid during the call. */
export type Argument = number | bigint | string | null | ArrayBufferView;
/** A function of a Windows DLL. */
export type WindowsFunction = (...args: Argument[]) => number | bigint;

/** Opened by its full path: a DLL planted in the current directory must never be loaded. */
const systemLibrary = memoize((name: string): SharedLibrary => openLibrary(`${systemDirectory()}\\${name}`));

/** Address of an exported function; undefined if the DLL has none of that name. */
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
