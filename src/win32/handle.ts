// Reads a HANDLE from any form that programs have it in: its value and kind, or what is wrong with it.

import { isRecord, isUint8Array } from '../errors/bytes.ts';
import { describe, memberName } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import type { TextureInfo } from '../external/texture-info.ts';
import { nameOfObject } from '../handles/object.ts';
import { readMembers } from '../native/options.ts';
import { HANDLE_FORMS, handleValueOf } from '../native/win32-handle.ts';
import { INVALID_HANDLE_VALUE } from '../registry/win32-handle-types.ts';
import { InvalidHandleError } from './errors.ts';

/**
 * A HANDLE, or what holds one:
 * - its value: bigint, or a number that is a safe integer
 * - the 8 bytes of the value, little-endian: a Buffer or Uint8Array
 * - Electron's `textureInfo` of a shared texture
 */
export type HandleSource = bigint | number | Uint8Array | TextureInfo;

/** The value and kind of a HANDLE. */
export interface Handle {
  /** The HANDLE itself, 64 bits. */
  readonly value: bigint;
  /**
   * NT: a kernel handle, which its owner closes. KMT: a number of the graphics kernel, never closed.
   * It is a guess from the value, except that Electron's are always NT.
   */
  readonly kind: 'NT' | 'KMT' | 'unknown';
}

/**
 * Reads a HANDLE from any of its forms.
 * @param source the value, its bytes, or Electron's textureInfo; the handle stays its owner's
 * @returns the value and its kind, as far as that can be known
 * @throws InvalidHandleError for NULL and INVALID_HANDLE_VALUE, TypeError for what is not a handle
 *
 * @example
 * handleOf(0x1a4); // { value: 420n, kind: 'NT' }
 * handleOf(textureInfo.handle.ntHandle);
 */
export const handleOf = userCall(function handleOf(source: HandleSource): Handle {
  return readHandle('handleOf.source', source);
});

/** {@link handleOf}, with the path of the caller's argument for errors. */
export function readHandle(path: string, source: HandleSource): Handle {
  const { value, known } = read(path, source);
  if (value === 0n) throw new InvalidHandleError(path, value, 'it is NULL');
  if (value === INVALID_HANDLE_VALUE) throw new InvalidHandleError(path, value, 'it is INVALID_HANDLE_VALUE');
  return { value, kind: known ?? kindOf(value) };
}

function read(path: string, source: HandleSource): { value: bigint; known?: 'NT' } {
  const value = handleValueOf(source);
  if (value !== undefined) return { value };
  const { handle, sharedTextureHandle } = isRecord(source)
    ? readMembers<TextureInfo>(path, source, ['handle', 'sharedTextureHandle'])
    : {};
  // An object of this library has a handle too.
  if (!isRecord(handle) && sharedTextureHandle === undefined)
    throw ours(
      new TypeError(
        `${path}: expected a HANDLE (${HANDLE_FORMS}, Electron's textureInfo), got ${describeMembers(source)}`,
      ),
    );
  const { ntHandle } = isRecord(handle) ? readMembers(`${path}.handle`, handle, ['ntHandle']) : {};
  const bytes = ntHandle ?? sharedTextureHandle;
  const known = isUint8Array(bytes) ? handleValueOf(bytes) : undefined;
  if (known !== undefined) return { value: known, known: 'NT' };
  const got = bytes === undefined ? describeMembers(handle) : describe(bytes);
  throw ours(
    new TypeError(`${path}: expected handle.ntHandle of 8 bytes, as Electron gives on Windows, got ${got}`),
  );
}

/** With the members of an object, which show what was passed instead. */
function describeMembers(value: unknown): string {
  const ours = nameOfObject(value);
  if (ours !== undefined) return ours;
  if (!isRecord(value)) return describe(value);
  try {
    return `an object with ${Object.keys(value).slice(0, 9).map(memberName).join(', ').slice(0, 99) || 'no members'}`;
  } catch {
    // A Proxy's trap.
    return describe(value);
  }
}

/** NT handles are small multiples of 4; KMT handles have one of the two top bits of 32 set. */
function kindOf(value: bigint): Handle['kind'] {
  if (value > 0xffff_ffffn) return 'unknown';
  const low = Number(value);
  if (low >= 0x4000_0000) return 'KMT';
  return low % 4 === 0 ? 'NT' : 'unknown';
}
