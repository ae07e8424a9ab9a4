// Valid usage of structs that crashes or misleads, and that validation layers mostly miss.
import { cNameOf } from '../errors/explain.ts';
import { ArgumentError } from '../native/argument-error.ts';
import { sizeOf } from '../native/bytes.ts';
import { INVALID_HANDLE_VALUE, win32HandleTypes } from '../registry/win32-handle-types.ts';
import type { Call } from './call.ts';

const cName = (handleType: number | bigint) => cNameOf('VkExternalMemoryHandleTypeFlagBits', handleType);

/** A member breaks a rule of the specification. */
const broken = (vuid: string, member: string, text: string) =>
  new ArgumentError('range', text).breaking(vuid).under(`.${member}`);

interface Win32HandleInfo {
  handleType: number;
  handle: bigint;
  name: string | null;
}

/** By struct: checked on what was encoded, read back from its bytes. */
export const structRules: Record<string, ((info: Record<string, unknown>, call: Call) => void) | undefined> =
  {
    VkImportMemoryHostPointerInfoEXT({ pHostPointer }, call) {
      const lent = call.lent.find(({ address }) => BigInt(address) === pHostPointer);
      call.importedSize = lent && sizeOf(lent.bytes);
    },
    VkMemoryAllocateInfo({ allocationSize }, { importedSize }) {
      if (importedSize !== undefined && (allocationSize as bigint) > importedSize)
        throw broken(
          'VUID-VkImportMemoryHostPointerInfoEXT-handleType-01750',
          'allocationSize',
          `expected at most the ${importedSize} bytes of pHostPointer, got ${allocationSize}`,
        );
    },
    VkMemoryMapPlacedInfoEXT({ pPlacedAddress }, { lent }) {
      if (lent.some(({ address }) => BigInt(address) === pPlacedAddress))
        throw new ArgumentError(
          'type',
          'expected an address (bigint): bytes of JavaScript would be mapped over',
        ).under('.pPlacedAddress');
    },
    VkImportMemoryWin32HandleInfoKHR(info) {
      const { handleType, handle, name } = info as unknown as Win32HandleInfo;
      // Type 0 means that nothing is imported.
      if (handleType === 0) return;
      if (!win32HandleTypes.has(handleType))
        throw broken(
          'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00660',
          'handleType',
          `${cName(handleType)} is not the type of a Windows handle`,
        );
      if (handle !== 0n && name !== null)
        throw broken(
          'VUID-VkImportMemoryWin32HandleInfoKHR-handle-01441',
          'name',
          'expected nothing, since a handle is given too',
        );
      if (name !== null && win32HandleTypes.get(handleType)?.kind === 'KMT')
        throw broken(
          'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-01439',
          'name',
          `${cName(handleType)} has no names, it is a global share handle`,
        );
      if (handle === INVALID_HANDLE_VALUE || (handle === 0n && name === null))
        throw broken(
          'VUID-VkImportMemoryWin32HandleInfoKHR-handleType-00661',
          'handle',
          `expected a valid handle or a name, got ${handle === 0n ? 'neither' : 'INVALID_HANDLE_VALUE'}`,
        );
    },
    VkMemoryGetWin32HandleInfoKHR(info) {
      const { handleType } = info as unknown as Win32HandleInfo;
      if (!win32HandleTypes.has(handleType))
        throw broken(
          'VUID-VkMemoryGetWin32HandleInfoKHR-handleType-00664',
          'handleType',
          `${cName(handleType)} is not the type of a Windows handle`,
        );
    },
  };
