// Closes, duplicates and inspects HANDLEs by kernel32.

import { hexOf } from '../errors/describe.ts';
import { userCall } from '../errors/user-call.ts';
import {
  CloseHandle,
  CURRENT_PROCESS,
  duplicateHandleValue as duplicateValue,
  GetHandleInformation,
  OpenProcess,
} from '../native/kernel32.ts';
import { addressOf } from '../native/koffi.ts';
import { checkCount, checkOptions } from '../native/options.ts';
import { unsigned } from '../native/uint64.ts';
import { windowsFunction } from '../native/windows-dll.ts';
import { InvalidHandleError } from './errors.ts';
import { type HandleSource, readHandle } from './handle.ts';
import { lastError, prepareLastError } from './windows-error.ts';

const PROCESS_DUP_HANDLE = 0x40;
const PROCESSES = ['fromProcess', 'toProcess'] as const;

/** The value of a handle that may be the kernel's; throws for a KMT handle. */
function kernelHandle(path: string, source: HandleSource, action: string): bigint {
  const { value, kind } = readHandle(path, source);
  if (kind === 'KMT')
    throw new InvalidHandleError(
      path,
      value,
      `it is a KMT handle, which cannot be ${action}: it lives as long as its D3D object`,
    );
  return value;
}

/**
 * Closes an NT handle (CloseHandle). Memory imported from it stays valid, since it holds a reference of its own.
 * @param handle an NT handle that the caller owns; it must not be used again, because Windows reuses its value
 * @throws InvalidHandleError for a KMT handle, which cannot be closed; WindowsError with GetLastError's code
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-closehandle
 */
export const closeHandle = userCall(function closeHandle(handle: HandleSource): void {
  const value = kernelHandle('closeHandle.handle', handle, 'closed');
  prepareLastError();
  if (CloseHandle(value) === 0) throw lastError('CloseHandle', hexOf(value));
});

/** The processes between which a handle is duplicated. */
export interface DuplicateOptions {
  /** Id of the process that has the handle; by default this one. */
  readonly fromProcess?: number;
  /** Id of the process that gets the duplicate; by default this one. */
  readonly toProcess?: number;
}

/**
 * Duplicates an NT handle (DuplicateHandle), also from or into another process; the original stays open.
 * @param handle an NT handle, by its value in the process that has it
 * @param options the processes, by default this one
 * @returns the duplicate's value in the process that gets it, which closes it
 * @throws InvalidHandleError for a KMT handle, whose value is valid in every process; WindowsError
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
  const value = kernelHandle('duplicateHandle.handle', handle, 'duplicated');
  const given = checkOptions('duplicateHandle.options', options, PROCESSES);
  for (const name of PROCESSES)
    if (given[name] !== undefined) checkCount(`duplicateHandle.options.${name}`, given[name]);
  prepareLastError();
  return withProcess(given.fromProcess, from =>
    withProcess(given.toProcess, to => {
      const duplicate = duplicateValue(value, from, to);
      if (duplicate === undefined) throw lastError('DuplicateHandle', hexOf(value));
      return duplicate;
    }),
  );
});

function withProcess<T>(pid: number | undefined, use: (process: bigint) => T): T {
  if (pid === undefined) return use(CURRENT_PROCESS);
  const opened = unsigned(OpenProcess(PROCESS_DUP_HANDLE, 0, pid));
  if (opened === 0n) throw lastError('OpenProcess', String(pid));
  try {
    return use(opened);
  } finally {
    CloseHandle(opened);
  }
}

/** Flags of an NT handle. */
export interface HandleInformation {
  /** Whether child processes inherit it. */
  readonly inherit: boolean;
  /** Whether CloseHandle refuses it. */
  readonly protectFromClose: boolean;
}

/**
 * Asks the kernel about an NT handle (GetHandleInformation).
 * @param handle an NT handle
 * @returns its flags
 * @throws WindowsError (ERROR_INVALID_HANDLE if it is not open in this process), InvalidHandleError for a KMT handle
 * @see https://learn.microsoft.com/windows/win32/api/handleapi/nf-handleapi-gethandleinformation
 */
export const getHandleInformation = userCall(function getHandleInformation(
  handle: HandleSource,
): HandleInformation {
  const flags = kernelFlags(kernelHandle('getHandleInformation.handle', handle, 'inspected'));
  return { inherit: (flags & 1) !== 0, protectFromClose: (flags & 2) !== 0 };
});

/** The flags of a HANDLE as bits, whatever its value looks like. */
export function kernelFlags(value: bigint): number {
  prepareLastError();
  const flags = new Uint32Array(1);
  if (GetHandleInformation(value, flags) === 0) throw lastError('GetHandleInformation', hexOf(value));
  return flags[0];
}

const NtQueryObject = windowsFunction('ntdll.dll', 'NtQueryObject', 'int32_t', [
  'uintptr_t',
  'uint32_t', // ObjectInformationClass
  'void *', // ObjectInformation
  'uint32_t', // ObjectInformationLength
  'void *', // ReturnLength
]);
const OBJECT_TYPE_INFORMATION = 2;

/** The kernel's name for the type of a handle's object, such as `'Section'`; undefined if it gives none. */
export function objectTypeOf(handle: bigint): string | undefined {
  // The answer begins with a UNICODE_STRING, whose text follows the struct.
  const answer = Buffer.alloc(1024);
  if (NtQueryObject(handle, OBJECT_TYPE_INFORMATION, answer, answer.length, null) !== 0) return undefined;
  const length = answer.readUInt16LE(0);
  if (length === 0) return undefined;
  const at = Number(answer.readBigUInt64LE(8) - BigInt(addressOf(answer)));
  return answer.toString('utf16le', at, at + length);
}
