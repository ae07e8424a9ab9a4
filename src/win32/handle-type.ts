// The type of a Windows handle, as a caller names it.
import { ValidUsageError } from '../errors/errors.ts';
import { type Win32HandleType, win32HandleTypes } from '../registry/win32-handle-types.ts';
import { handleTypeName } from './errors.ts';

/** Throws ValidUsageError for anything but one bit of a Windows handle type. */
export function factsOf(handleType: number, path: string): Win32HandleType {
  const facts = win32HandleTypes.get(handleType);
  if (facts !== undefined) return facts;
  throw new ValidUsageError(
    'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660',
    `${path}.handleType: expected one type of a Windows handle, got ${
      Number.isInteger(handleType) ? handleTypeName(handleType) : String(handleType)
    }`,
  );
}
