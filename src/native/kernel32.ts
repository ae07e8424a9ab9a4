// The functions of kernel32.dll that close, check and duplicate handles.
import { unsigned } from './uint64.ts';
import { windowsFunction } from './windows-dll.ts';

/** A function of kernel32.dll, loaded when it is first called. */
export const kernel32 = (name: string, result: string, args: readonly string[]) =>
  windowsFunction('kernel32.dll', name, result, args);

/** The pseudo handle of this process. */
export const CURRENT_PROCESS = 0xffff_ffff_ffff_ffffn;

export const CloseHandle = kernel32('CloseHandle', 'int32_t', ['uintptr_t']);
export const GetHandleInformation = kernel32('GetHandleInformation', 'int32_t', ['uintptr_t', 'void *']);
export const OpenProcess = kernel32('OpenProcess', 'uintptr_t', ['uint32_t', 'int32_t', 'uint32_t']);
const DuplicateHandle = kernel32('DuplicateHandle', 'int32_t', [
  'uintptr_t', // source process
  'uintptr_t', // source handle
  'uintptr_t', // target process
  'void *', // target handle, out
  'uint32_t', // access
  'int32_t', // inherit
  'uint32_t', // options
]);

const DUPLICATE_SAME_ACCESS = 2;

/** Duplicates a handle, within this process or between the processes with the handles `from` and `to`; undefined if it fails. */
export function duplicateHandleValue(
  handle: bigint,
  from = CURRENT_PROCESS,
  to = CURRENT_PROCESS,
): bigint | undefined {
  const duplicate = new BigUint64Array(1);
  const done = DuplicateHandle(from, handle, to, duplicate, 0, 0, DUPLICATE_SAME_ACCESS);
  return unsigned(done) === 0n ? undefined : duplicate[0];
}
