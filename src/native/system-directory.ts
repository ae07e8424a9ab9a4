// The folder of Windows' own DLLs, from Windows itself: the environment's SystemRoot may name a planted folder.
import { memoize } from '../registry/memoize.ts';
import { callable, openLibrary, prototype } from './koffi.ts';

const MAX_PATH = 260;

/** `C:\Windows\System32`. */
export const systemDirectory = memoize((): string => {
  // Every process has already loaded kernel32, so no folder is searched for its bare name.
  const address = openLibrary('kernel32.dll').symbol('GetSystemDirectoryW')!;
  const getDirectory = callable(address, prototype('uint32_t', ['void *', 'uint32_t']));
  const text = new Uint16Array(MAX_PATH);
  const length = (getDirectory as unknown as (text: Uint16Array, size: number) => number)(text, MAX_PATH);
  return String.fromCharCode(...text.subarray(0, length));
});
