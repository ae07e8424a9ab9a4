// The shared handle of a COM object: how to get it, and how both are disposed of.
import type { Argument } from '../native/windows-dll.ts';
import { InvalidHandleError } from '../win32/errors.ts';
import { closeHandle } from '../win32/system.ts';
import type { ComObject } from './com.ts';
import type { Interface } from './interfaces.ts';

/**
 * Calls a method that writes a HANDLE through its last parameter.
 * @throws ComError; InvalidHandleError if it succeeds without a handle, as some do for objects that they cannot share
 */
export function sharedHandle<I extends Interface>(
  object: ComObject<I>,
  method: keyof I['methods'] & string,
  ...args: Argument[]
): bigint {
  const handle = new BigUint64Array(1);
  object.call(method, ...args, handle);
  if (handle[0] === 0n)
    throw new InvalidHandleError(
      `${object.interface.name}::${method}`,
      0n,
      'it returned S_OK but no handle: it cannot share such an object',
    );
  return handle[0];
}

/** A function that releases an object and closes its NT handle, if it has one; only its first call does. */
export function disposeOnce(object: ComObject, handle: bigint | undefined): () => void {
  let isDisposed = false;
  return () => {
    if (isDisposed) return;
    isDisposed = true;
    object[Symbol.dispose]();
    if (handle !== undefined) closeHandle(handle);
  };
}
