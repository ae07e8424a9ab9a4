// The error of a function of Windows, with GetLastError's code by name.
import { ours } from '../errors/user-call.ts';
import { windowsFunction } from '../native/windows-dll.ts';

const getLastError = windowsFunction('kernel32.dll', 'GetLastError', 'uint32_t', []);

/** Those that handles and processes lead to. */
const NAMES: Record<number, string> = {
  2: 'ERROR_FILE_NOT_FOUND',
  5: 'ERROR_ACCESS_DENIED',
  6: 'ERROR_INVALID_HANDLE',
  8: 'ERROR_NOT_ENOUGH_MEMORY',
  14: 'ERROR_OUTOFMEMORY',
  50: 'ERROR_NOT_SUPPORTED',
  87: 'ERROR_INVALID_PARAMETER',
  120: 'ERROR_CALL_NOT_IMPLEMENTED',
  183: 'ERROR_ALREADY_EXISTS',
  1314: 'ERROR_PRIVILEGE_NOT_HELD',
  1450: 'ERROR_NO_SYSTEM_RESOURCES',
  1816: 'ERROR_NOT_ENOUGH_QUOTA',
};

/** Thrown where a function of Windows fails. */
export class WindowsError extends Error {
  /** Always `'WindowsError'`. */
  override readonly name = 'WindowsError';
  /** The function that failed: `'CloseHandle'`. */
  readonly function: string;
  /** What GetLastError answered. */
  readonly code: number;
  /** Its name: `'ERROR_INVALID_HANDLE'`; `'error 1234'` where it is none that this project knows. */
  readonly codeName: string;

  constructor(fn: string, code: number, about: string) {
    const codeName = NAMES[code] ?? `error ${code}`;
    super(`${fn}(${about}): ${codeName}`);
    ours(this);
    this.function = fn;
    this.code = code;
    this.codeName = codeName;
  }
}

/** The error of the function that was called last; nothing else may be called in between. */
export const lastError = (fn: string, about: string): WindowsError =>
  new WindowsError(fn, Number(getLastError()), about);

/** Loads GetLastError, so that loading it cannot overwrite what it is to answer. */
export const prepareLastError = (): number => Number(getLastError());
