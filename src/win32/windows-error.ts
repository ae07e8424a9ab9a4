// Errors of Windows functions, with the name of GetLastError's code.
import { ours } from '../errors/user-call.ts';
import { windowsFunction } from '../native/windows-dll.ts';

const getLastError = windowsFunction('kernel32.dll', 'GetLastError', 'uint32_t', []);

/** Names of the codes that calls with handles and processes can return. */
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

/** Thrown if a Windows function fails. */
export class WindowsError extends Error {
  /** Always `'WindowsError'`. */
  override readonly name = 'WindowsError';
  /** The function that failed: `'CloseHandle'`. */
  readonly function: string;
  /** The code that GetLastError returned. */
  readonly code: number;
  /** Its name, `'ERROR_INVALID_HANDLE'`, or `'error 1234'` for a code whose name is not known here. */
  readonly codeName: string;

  /** @internal */
  constructor(fn: string, code: number, about: string) {
    const codeName = NAMES[code] ?? `error ${code}`;
    super(`${fn}(${about}): ${codeName}`);
    ours(this);
    this.function = fn;
    this.code = code;
    this.codeName = codeName;
  }
}

/** The error of the Windows function that was called last, with no other call in between. */
export const lastError = (fn: string, about: string): WindowsError =>
  new WindowsError(fn, Number(getLastError()), about);

/** Loads GetLastError before the call that may fail, because loading it later would overwrite the error code. */
export const prepareLastError = (): number => Number(getLastError());
