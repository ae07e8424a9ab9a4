// Checks a HANDLE: an error if the kernel does not know it, a warning if it looks like the other kind of handle.

import { hexOf } from '../errors/describe.ts';
import { warnOnce } from '../external/warn-once.ts';
import { InvalidHandleError } from './errors.ts';
import { type Handle, type HandleSource, readHandle } from './handle.ts';
import { duplicateHandle, kernelFlags } from './system.ts';
import { WindowsError } from './windows-error.ts';

/**
 * Checks a handle. It throws if the kernel does not know the handle; if the value only looks like the other kind of handle,
 * which is a guess, it warns.
 * @param kind the kind of handles that its type has
 * @param duplicate whether to return the value of a duplicate, which the caller closes
 */
export function checkWin32Handle(
  path: string,
  source: HandleSource,
  kind: 'NT' | 'KMT',
  typeName: () => string,
  duplicate = false,
): { value: bigint; warnings: string[] } {
  const handle = readHandle(path, source);
  const value = kind === 'NT' ? knownValue(path, handle, typeName, duplicate) : handle.value;
  const looks = { NT: 'an NT', KMT: 'a KMT', unknown: undefined }[handle.kind];
  if (looks === undefined || handle.kind === kind) return { value, warnings: [] };
  const about = `looks like ${looks} handle, but ${typeName()} is a type of ${kind} handles`;
  return { value, warnings: [warnOnce(`handle ${hexOf(handle.value)} ${about}`, about)] };
}

/** The value of a handle that the kernel knows, or of its duplicate: duplicating fails too if the handle is not open. */
function knownValue(
  path: string,
  { value, kind }: Handle,
  typeName: () => string,
  duplicate: boolean,
): bigint {
  try {
    if (duplicate) return duplicateHandle(value);
    if (process.platform === 'win32') kernelFlags(value);
    return value;
  } catch (cause) {
    if (!(cause instanceof WindowsError)) throw cause;
    const notOpen = [
      'it was closed already',
      'it belongs to another process and was not duplicated into this one',
    ];
    const causes = {
      NT: notOpen,
      KMT: [`it looks like a KMT handle, and ${typeName()} is a type of NT handles`, notOpen.join(', or ')],
      unknown: ['it does not look like a handle: NT handles are small multiples of 4', notOpen.join(', or ')],
    }[kind];
    throw new InvalidHandleError(path, value, `the kernel does not know it (${cause.message})`, {
      causes,
      cause,
    });
  }
}
