// Measures what vkGetMemoryWin32HandlePropertiesKHR costs, which returns a new object for each call.
import { VkExternalMemoryHandleTypeFlagBits, VkStructureType } from '../../../src/index.ts';
import { memoryOf } from '../bytes.ts';
import { callSubject, type RacedCall } from '../call.ts';
import { reading, sink } from '../loop.ts';
import type { TrivialDriver } from '../trivial-driver.ts';

const COMMAND = 'vkGetMemoryWin32HandlePropertiesKHR';
const TYPE = VkExternalMemoryHandleTypeFlagBits.D3D11_TEXTURE;
const STYPE = VkStructureType.MEMORY_WIN32_HANDLE_PROPERTIES_KHR;
/** Handles in variables, as programs have them. */
const HANDLES = Array.from({ length: 256 }, (_, i) => 0x1000n + 4n * BigInt(i));

const bitsOf = ({ memoryTypeBits }: { readonly memoryTypeBits: number }): number => memoryTypeBits;

export function memoryTypesQuery({ device, inC }: TrivialDriver): RacedCall {
  const { handle } = device;
  return {
    title: 'the query, a fresh object returned',
    commands: [COMMAND],
    ours: reading(i => device.getMemoryWin32HandlePropertiesKHR(TYPE, HANDLES[i & 255]), bitsOf),
    /** Checks the result, and reads the answer. */
    bare([fn], of) {
      const out = memoryOf('VkMemoryWin32HandlePropertiesKHR');
      const [gpu, at, handles, { u32 }] = [of(handle), of(out), HANDLES.map(of), out];
      return i => {
        if (fn(gpu, TYPE, handles[i & 255], at) < 0) throw new Error(COMMAND);
        sink.sum = (sink.sum + u32[4]) | 0;
      };
    },
    objects: ([fn]) =>
      reading(i => {
        const properties = { sType: STYPE, pNext: null, memoryTypeBits: 0 };
        if (fn(handle, TYPE, HANDLES[i & 255], properties) < 0) throw new Error(COMMAND);
        return properties;
      }, bitsOf),
    addon: addon =>
      reading(i => addon.getMemoryWin32HandlePropertiesKHR(handle, TYPE, HANDLES[i & 255]), bitsOf),
    c: inC('race_query', [COMMAND], [handle, TYPE]),
    targets: [
      { of: 'ours', most: 1.15, against: 'bare koffi' },
      { of: 'ours', most: 0.4, against: 'addon' },
      { of: 'ours', most: 0.1, against: 'koffi struct objects' },
    ],
  };
}

export const querySubject = callSubject('query', driver => [memoryTypesQuery(driver)]);
