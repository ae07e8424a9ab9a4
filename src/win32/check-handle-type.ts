// Checks the handle type that a caller passes.
import { ValidUsageError } from '../errors/errors.ts';
import { nameOrDescribe } from '../errors/explain.ts';
import {
  WIN32_IMPORT_RULES,
  type Win32HandleType,
  win32HandleTypes,
} from '../registry/win32-handle-types.ts';

/** Throws ValidUsageError for anything but one bit of a Windows handle type. */
export function checkHandleType(path: string, handleType: number): Win32HandleType {
  const facts = win32HandleTypes.get(handleType);
  if (facts !== undefined) return facts;
  throw new ValidUsageError(
    WIN32_IMPORT_RULES.handleType,
    `${path}.handleType: expected a single type of Windows handles, got ${nameOrDescribe('VkExternalMemoryHandleTypeFlagBits', handleType)}`,
  );
}
