// NT handles of section objects, Windows' shared memory.
import { VkResult } from '../../../ffi/rows/enums.ts';
import { CloseHandle, duplicateHandleValue, kernel32 } from '../../native/kernel32.ts';
import { POINTER_SIZE } from '../../native/koffi.ts';
import { unsigned } from '../../native/uint64.ts';
import { INVALID_HANDLE_VALUE } from '../../registry/win32-handle-types.ts';
import { Refusal } from '../refusal.ts';
import { type Mapping, outOfHostMemory } from './payload.ts';
import { type Handles, nameTaken } from './platform-handle.ts';

const HANDLE = 'uintptr_t';
const DWORD = 'uint32_t';
const SIZE_T = 'uintptr_t';
const CreateFileMappingW = kernel32('CreateFileMappingW', HANDLE, [
  HANDLE, // file, INVALID_HANDLE_VALUE for none
  'void *', // security attributes
  DWORD, // protection
  DWORD, // high half of the size
  DWORD, // low half
  'str16', // name
]);
const OpenFileMappingW = kernel32('OpenFileMappingW', HANDLE, [DWORD, 'int32_t', 'str16']);
const MapViewOfFile = kernel32('MapViewOfFile', 'uintptr_t', [HANDLE, DWORD, DWORD, DWORD, SIZE_T]);
const UnmapViewOfFile = kernel32('UnmapViewOfFile', 'int32_t', ['uintptr_t']);
const VirtualQuery = kernel32('VirtualQuery', SIZE_T, ['uintptr_t', 'void *', SIZE_T]);

const PAGE_READWRITE = 0x04;
const FILE_MAP_READ_WRITE = 0x06;

function open(section: bigint): Mapping | undefined {
  const address = Number(MapViewOfFile(section, FILE_MAP_READ_WRITE, 0, 0, 0));
  if (address === 0) return undefined;
  // MEMORY_BASIC_INFORMATION: the size of the view is its fourth word.
  const information = new BigUint64Array(6);
  VirtualQuery(address, information, information.byteLength);
  const size = POINTER_SIZE === 8 ? Number(information[3]) : new Uint32Array(information.buffer)[3];
  return { address, size, release: () => UnmapViewOfFile(address) };
}

function openNamed(name: string): Mapping | undefined {
  const section = unsigned(OpenFileMappingW(FILE_MAP_READ_WRITE, 0, name));
  if (section === 0n) return undefined;
  // The view keeps the section, so the handle is not needed.
  const mapping = open(section);
  CloseHandle(section);
  return mapping;
}

/** Undefined on other systems. */
export function sections(): Handles | undefined {
  if (process.platform !== 'win32') return undefined;
  return {
    create(size, name) {
      const taken = name === undefined ? undefined : openNamed(name);
      taken?.release();
      if (taken !== undefined) throw nameTaken(name as string);
      const high = Math.floor(size / 2 ** 32);
      const section = unsigned(
        CreateFileMappingW(INVALID_HANDLE_VALUE, null, PAGE_READWRITE, high, size >>> 0, name ?? null),
      );
      const mapping = section === 0n ? undefined : open(section);
      if (mapping === undefined) throw outOfHostMemory(size);
      return { handle: section, mapping };
    },
    open,
    openNamed,
    duplicate(section) {
      const duplicate = duplicateHandleValue(section);
      if (duplicate === undefined)
        throw new Refusal(VkResult.ERROR_TOO_MANY_OBJECTS, 'the handle cannot be duplicated');
      return duplicate;
    },
    close: section => void CloseHandle(section),
  };
}
