// In: HANDLEs.
// Out: what kernel32 does with them: close, duplicate, inspect.
import { wide, windowsFunction } from '../native/windows-dll.ts';
import { hex, InvalidHandleError } from './errors.ts';
import { type HandleSource, handleOf } from './handle.ts';
import { lastError, prepareLastError } from './windows-error.ts';

const kernel32 = (name: string, result: string, args: readonly string[]) =>
  windowsFunction('kernel32.dll', name, result, args);

const CloseHandle = kernel32('CloseHandle', 'int32_t', ['uintptr_t']);
const DuplicateHandle = kernel32('DuplicateHandle', 'int32_t', [
  'uintptr_t', // source process
  'uintptr_t', // source handle
  'uintptr_t', // target process
  'void *', // target handle, out
  'uint32_t', // access
  'int32_t', // inherit
  'uint32_t', // options
]);
const GetCurrentProcess = kernel32('GetCurrentProcess', 'uintptr_t', []);
const GetHandleInformation = kernel32('GetHandleInformation', 'int32_t', ['uintptr_t', 'void *']);
const OpenProcess = kernel32('OpenProcess', 'uintptr_t', ['uint32_t', 'int32_t', 'uint32_t']);

const DUPLICATE_SAME_ACCESS = 2;
const PROCESS_DUP_HANDLE = 0x40;

/** The value of a handle that the kernel may know. */
function kernelHandle(source: HandleSource, action: string): bigint {
  const { value, kind } = handleOf(source);
  if (kind === 'KMT')
    throw new InvalidHandleError(
      value,
      `it is a KMT handle, which cannot be ${action}: it lives as long as the D3D object it was got from`,
    );
  return value;
}

/**
 * Closes an NT handle (CloseHandle). What was imported from it stays: the memory holds its own reference.
 * @param handle an NT handle that the caller owns; its value must be forgotten, Windows gives it out again
 * @throws InvalidHandleError for a KMT handle, which nobody may close; WindowsError with GetLastError's code
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle
 */
export function closeHandle(handle: HandleSource): void {
  const value = kernelHandle(handle, 'closed');
  prepareLastError();
  if (CloseHandle(value) === 0) throw lastError('CloseHandle', hex(value));
}

/** Between which processes a handle is duplicated; within this one if nothing is said. */
export interface DuplicateOptions {
  /** Process id of the handle's owner; this process where it is left out. */
  readonly fromProcess?: number;
  /** Process id of who is to have the duplicate; this process where it is left out. */
  readonly toProcess?: number;
}

/**
 * Duplicates an NT handle (DuplicateHandle), from or into another process if so asked; the original stays.
 * @param handle an NT handle, as its owner knows it
 * @returns the duplicate's value in the process that has it, which must close it
 * @throws InvalidHandleError for a KMT handle (its number is good in every process as it is); WindowsError
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-duplicatehandle
 *
 * @example
 * // The other process sent its process.pid and the handle's value.
 * const mine = duplicateHandle(theirs, { fromProcess: pid });
 */
export function duplicateHandle(handle: HandleSource, options: DuplicateOptions = {}): bigint {
  const value = kernelHandle(handle, 'duplicated');
  prepareLastError();
  return withProcess(options.fromProcess, from =>
    withProcess(options.toProcess, to => {
      const duplicate = new BigUint64Array(1);
      if (DuplicateHandle(from, value, to, duplicate, 0, 0, DUPLICATE_SAME_ACCESS) === 0)
        throw lastError('DuplicateHandle', hex(value));
      return duplicate[0];
    }),
  );
}

function withProcess<T>(pid: number | undefined, use: (process: bigint) => T): T {
  if (pid === undefined) return use(wide(GetCurrentProcess()));
  const opened = wide(OpenProcess(PROCESS_DUP_HANDLE, 0, pid));
  if (opened === 0n) throw lastError('OpenProcess', String(pid));
  try {
    return use(opened);
  } finally {
    CloseHandle(opened);
  }
}

/** Flags of an NT handle. */
export interface HandleInformation {
  /** Child processes may inherit it. */
  readonly inherit: boolean;
  /** CloseHandle refuses it. */
  readonly protectFromClose: boolean;
}

/**
 * Asks the kernel about an NT handle (GetHandleInformation).
 * @param handle an NT handle; it stays the caller's
 * @returns its flags
 * @throws WindowsError, ERROR_INVALID_HANDLE for what this process does not have open; InvalidHandleError for KMT
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-gethandleinformation
 */
export function getHandleInformation(handle: HandleSource): HandleInformation {
  const flags = kernelFlags(kernelHandle(handle, 'inspected'));
  return { inherit: (flags & 1) !== 0, protectFromClose: (flags & 2) !== 0 };
}

/** The same of any value, whatever it looks like. */
export function kernelFlags(value: bigint): number {
  prepareLastError();
  const flags = new Uint32Array(1);
  if (GetHandleInformation(value, flags) === 0) throw lastError('GetHandleInformation', hex(value));
  return flags[0];
}
