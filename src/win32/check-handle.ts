// In: a HANDLE and the kind that it is said to be.
// Out: its value, if the kernel knows it; a warning where it looks like the other kind.
import { hex, InvalidHandleError } from './errors.ts';
import { type HandleSource, handleOf } from './handle.ts';
import { kernelFlags } from './system.ts';
import { warn } from './warn.ts';

/** Checks a handle of a type of NT or KMT handles; what it looks like is a guess, what the kernel says is not. */
export function checkHandle(
  source: HandleSource,
  kind: 'NT' | 'KMT',
  typeName: string,
): { value: bigint; warnings: string[] } {
  const handle = handleOf(source);
  const { value } = handle;
  const warnings: string[] = [];
  if (handle.kind !== 'unknown' && handle.kind !== kind) {
    const looks = handle.kind === 'NT' ? 'an NT' : 'a KMT';
    warnings.push(
      warn(`handle ${hex(value)} looks like ${looks} handle, but ${typeName} is a type of ${kind} handles`),
    );
  }
  if (process.platform === 'win32' && kind === 'NT') requireKnown(value);
  return { value, warnings };
}

function requireKnown(value: bigint): void {
  try {
    kernelFlags(value);
  } catch (cause) {
    throw new InvalidHandleError(value, `the kernel does not know it (${(cause as Error).message})`, {
      causes: ['it was closed already', "it is another process's and was not duplicated into this one"],
      cause,
    });
  }
}
