// A HANDLE and the kind that it is said to be: its value, if the kernel knows it; a warning where it looks like the other kind.

import { warn } from '../external/warn.ts';
import { hex, InvalidHandleError } from './errors.ts';
import { type Handle, type HandleSource, handleOf } from './handle.ts';
import { duplicateHandle, kernelFlags } from './system.ts';
import { WindowsError } from './windows-error.ts';

/**
 * Checks a handle of a type of NT or KMT handles; what it looks like is a guess, what the kernel says is not.
 * @param duplicate gives the value of a duplicate, which the caller closes
 */
export function checkHandle(
  source: HandleSource,
  kind: 'NT' | 'KMT',
  typeName: () => string,
  duplicate = false,
): { value: bigint; warnings: string[] } {
  const handle = handleOf(source);
  const value = kind === 'NT' ? knownValue(handle, typeName, duplicate) : handle.value;
  const looks = { NT: 'an NT', KMT: 'a KMT', unknown: undefined }[handle.kind];
  if (looks === undefined || handle.kind === kind) return { value, warnings: [] };
  const text = `handle ${hex(handle.value)} looks like ${looks} handle, but ${typeName()} is a type of ${kind} handles`;
  return { value, warnings: [warn(text)] };
}

/** One question to the kernel: who duplicates a handle learns from that whether it is open. */
function knownValue({ value, kind }: Handle, typeName: () => string, duplicate: boolean): bigint {
  try {
    if (duplicate) return duplicateHandle(value);
    if (process.platform === 'win32') kernelFlags(value);
    return value;
  } catch (cause) {
    if (!(cause instanceof WindowsError)) throw cause;
    const gone = ['it was closed already', "it is another process's and was not duplicated into this one"];
    const causes = {
      NT: gone,
      KMT: [`it is a KMT handle, as it looks, and ${typeName()} is a type of NT handles`, gone.join(', or ')],
      unknown: ['it is no handle, as it looks: NT handles are small multiples of 4', gone.join(', or ')],
    }[kind];
    throw new InvalidHandleError(value, `the kernel does not know it (${cause.message})`, {
      causes,
      cause,
    });
  }
}
