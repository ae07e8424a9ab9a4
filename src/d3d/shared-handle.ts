// The shared handle of a COM object: how it is had, and how both end.
import type { Argument } from '../native/windows-dll.ts';
import { InvalidHandleError } from '../win32/errors.ts';
import { closeHandle } from '../win32/system.ts';
import type { ComObject } from './com.ts';
import type { Interface } from './interfaces.ts';

/**
 * Calls the method whose last parameter is a HANDLE that it gives.
 * @throws ComError, InvalidHandleError where it succeeds and gives none, as some do for what they cannot share
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
      0n,
      `${object.interface.name}::${method} answered S_OK and gave no handle: it cannot share such an object`,
    );
  return handle[0];
}

/** What releases an object and then closes its NT handle, if it has one; a second call does nothing. */
export function endOnce(object: ComObject, handle: bigint | undefined): () => void {
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    object[Symbol.dispose]();
    if (handle !== undefined) closeHandle(handle);
  };
}
