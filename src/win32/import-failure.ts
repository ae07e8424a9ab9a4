// In: a call that belongs to an import, and what is known about it.
// Out: its result; or, where the driver refuses, an error that says what that means for an import.
import { VulkanError } from '../errors/errors.ts';
import { ImportFailedError, InvalidHandleError, type Luids, type MemoryTypeMasks } from './errors.ts';
import type { ImportSource } from './import-source.ts';
import { formatLuid } from './luid.ts';
import { wineVersion } from './wine.ts';

const CODES = [
  'VK_ERROR_INVALID_EXTERNAL_HANDLE',
  'VK_ERROR_OUT_OF_DEVICE_MEMORY',
  'VK_ERROR_OUT_OF_HOST_MEMORY',
];

/** Runs a call of the driver's; its refusal becomes InvalidHandleError or ImportFailedError. */
export function explained<T>(call: () => T, source: ImportSource, luids: Luids, masks?: MemoryTypeMasks): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof VulkanError) || !CODES.includes(error.code)) throw error;
    const causes = [...adapterCause(luids), ...causesOf(error)];
    if (error.code === CODES[0] && source.handle !== undefined)
      throw new InvalidHandleError(source.handle, `${error.command} answered ${error.code}`, {
        causes,
        cause: error,
      });
    const message = `${error.command}: ${error.code}; likely ${causes.join('; or ')}`;
    throw new ImportFailedError(error.code, message, { ...luids, masks, causes, cause: error });
  }
}

function causesOf({ code, causes }: VulkanError): readonly string[] {
  if (code !== 'VK_ERROR_OUT_OF_HOST_MEMORY') return causes;
  const wine = wineVersion();
  return wine === undefined
    ? ['the process is out of memory']
    : [`the handle cannot be opened (Wine ${wine} answers so for one that is closed or of another type)`];
}

/** Equal LUIDs clear the adapter of suspicion. */
function adapterCause({ deviceLuid, adapterLuid }: Luids): string[] {
  if (deviceLuid !== undefined && adapterLuid !== undefined) return [];
  return [
    `the handle was made on another adapter (LUID of the device ${formatLuid(deviceLuid)}, of the handle's adapter ${formatLuid(adapterLuid)})`,
  ];
}
