// What kernel32 does with HANDLEs: close, duplicate, inspect.

import { userCall } from '../errors/user-call.ts';
import {
  CloseHandle,
  CURRENT_PROCESS,
  duplicateHandle as duplicateValue,
  GetHandleInformation,
  OpenProcess,
} from '../native/kernel32.ts';
import { addressOf } from '../native/koffi.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import { wide, windowsFunction } from '../native/windows-dll.ts';
import { hex, InvalidHandleError } from './errors.ts';
import { type HandleSource, handleOf } from './handle.ts';
import { lastError, prepareLastError } from './windows-error.ts';

const PROCESS_DUP_HANDLE = 0x40;
const PROCESSES = ['fromProcess', 'toProcess'] as const;

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
export const closeHandle = userCall(function closeHandle(handle: HandleSource): void {
  const value = kernelHandle(handle, 'closed');
  prepareLastError();
  if (CloseHandle(value) === 0) throw lastError('CloseHandle', hex(value));
});

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
export const duplicateHandle = userCall(function duplicateHandle(
  handle: HandleSource,
  options: DuplicateOptions = {},
): bigint {
  const value = kernelHandle(handle, 'duplicated');
  checkOptions('duplicateHandle.options', options, PROCESSES);
  for (const name of PROCESSES)
    if (options[name] !== undefined) checkCount(`duplicateHandle.options.${name}`, options[name]);
  prepareLastError();
  return withProcess(options.fromProcess, from =>
    withProcess(options.toProcess, to => {
      const duplicate = duplicateValue(value, from, to);
      if (duplicate === undefined) throw lastError('DuplicateHandle', hex(value));
      return duplicate;
    }),
  );
});

function withProcess<T>(pid: number | undefined, use: (process: bigint) => T): T {
  if (pid === undefined) return use(CURRENT_PROCESS);
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
export const getHandleInformation = userCall(function getHandleInformation(
  handle: HandleSource,
): HandleInformation {
  const flags = kernelFlags(kernelHandle(handle, 'inspected'));
  return { inherit: (flags & 1) !== 0, protectFromClose: (flags & 2) !== 0 };
});

/** The same of any value, whatever it looks like. */
export function kernelFlags(value: bigint): number {
  prepareLastError();
  const flags = new Uint32Array(1);
  if (GetHandleInformation(value, flags) === 0) throw lastError('GetHandleInformation', hex(value));
  return flags[0];
}

const NtQueryObject = windowsFunction('ntdll.dll', 'NtQueryObject', 'int32_t', [
  'uintptr_t',
  'uint32_t', // what about it
  'void *', // answer, out
  'uint32_t', // its size
  'void *',
]);
const OBJECT_TYPE_INFORMATION = 2;

/** What the kernel calls the object of a handle: `'Section'`, `'DxgkSharedResource'`; undefined where it does not say. */
export function objectTypeOf(handle: bigint): string | undefined {
  // A UNICODE_STRING first, whose text lies behind the struct.
  const answer = Buffer.alloc(1024);
  if (NtQueryObject(handle, OBJECT_TYPE_INFORMATION, answer, answer.length, null) !== 0) return undefined;
  const length = answer.readUInt16LE(0);
  if (length === 0) return undefined;
  const at = Number(answer.readBigUInt64LE(8) - BigInt(addressOf(answer)));
  return answer.toString('utf16le', at, at + length);
}
