// Reads a HANDLE from any form that programs have it in: its value and kind, or what is wrong with it.

import { ours, userCall } from '../errors/user-call.ts';
import { INVALID_HANDLE_VALUE } from '../registry/win32-handle-types.ts';
import { isElectronTextureInfo, type TextureInfo } from './electron.ts';
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
  const { value, known } = read(source);
  if (value === 0n) throw new InvalidHandleError(value, 'it is NULL');
  if (value === INVALID_HANDLE_VALUE) throw new InvalidHandleError(value, 'it is INVALID_HANDLE_VALUE');
  return { value, kind: known ?? kindOf(value) };
});

function read(source: HandleSource): { value: bigint; known?: 'NT' } {
  if (typeof source === 'bigint' && source >= -1n && source <= INVALID_HANDLE_VALUE)
    return { value: BigInt.asUintN(64, source) };
  if (typeof source === 'number' && Number.isSafeInteger(source) && source >= -1)
    return { value: BigInt.asUintN(64, BigInt(source)) };
  if (source instanceof Uint8Array) return { value: valueOfBytes(source) };
  if (isElectronTextureInfo(source)) {
    const bytes = source.handle?.ntHandle ?? source.sharedTextureHandle;
    if (bytes instanceof Uint8Array) return { value: valueOfBytes(bytes), known: 'NT' };
    const held = Object.keys(source.handle ?? {}).join(', ') || 'nothing';
    throw ours(
      new TypeError(`textureInfo: expected handle.ntHandle, as Electron gives on Windows, got ${held}`),
    );
  }
  throw ours(
    new TypeError(
      `handle: expected a HANDLE (bigint, safe integer, its 8 bytes, or Electron's textureInfo), got ${describeSource(source)}`,
    ),
  );
}

function valueOfBytes(bytes: Uint8Array): bigint {
  if (bytes.byteLength !== 8)
    throw ours(new TypeError(`handle: expected the 8 bytes of a HANDLE, got ${bytes.byteLength} bytes`));
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

/** With the members of an object, which show what was passed instead. */
function describeSource(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object with ${Object.keys(value).join(', ') || 'no members'}`;
}

/** NT handles are small multiples of 4; KMT handles have one of the two top bits of 32 set. */
function kindOf(value: bigint): Handle['kind'] {
  if (value > 0xffff_ffffn) return 'unknown';
  const low = Number(value);
  if (low >= 0x4000_0000) return 'KMT';
  return low % 4 === 0 ? 'NT' : 'unknown';
}
