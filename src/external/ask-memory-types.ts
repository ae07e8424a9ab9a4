// Asks a driver as which memory types a handle or file descriptor can be imported, and sees where it writes no answer.
import type { VkStructureType } from '../../ffi/rows/enums.ts';
import { VulkanError } from '../errors/errors.ts';
import { argumentStack } from '../native/argument-memory.ts';
import { functionAt, layoutOf, type NativeFunction } from '../native/koffi.ts';
import type { Device } from '../objects/device.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';

/** Prefilled into memoryTypeBits: it has bits that no device has types for, but some AMD drivers leave it as it is. */
const SENTINEL = 0xcdcd_cdcd;
/** The second prefill, where the first one came back: it shares no bit with it. */
const OTHER_SENTINEL = 0x3232_3232;

/** Memory types and heaps never change. */
export const memoryPropertiesOf = memoize(
  (physicalDevice: PhysicalDevice) => physicalDevice.getPhysicalDeviceMemoryProperties(),
  new WeakMap(),
);

/**
 * Makes the question of one command: of a device that has the command, a handle type and a handle. It answers the
 * memoryTypeBits as the driver wrote them, undefined where it wrote nothing.
 */
export function askMemoryTypes(
  command: string,
  struct: string,
  sType: VkStructureType,
): (device: Device, handleType: number, handle: bigint) => number | undefined {
  const functionOf = memoize(
    (device: Device) => functionAt(device.getDeviceProcAddr(command)!, registry.command(command)),
    new WeakMap(),
  );
  let known: { readonly size: number; readonly bitsAt: number } | undefined;
  const layout = () => {
    if (known === undefined) {
      const { size, members } = layoutOf(registry.struct(struct));
      known = { size, bitsAt: members.get('memoryTypeBits')!.offset };
    }
    return known;
  };

  /** Calls the driver with the sentinel in place: the typed method hands out zeroed memory. */
  function callOnce(fn: NativeFunction, device: Device, type: number, handle: bigint, prefill: number) {
    const { size, bitsAt } = layout();
    const stack = argumentStack();
    const { chunk: below, top } = stack;
    try {
      const at = stack.reserve(size);
      const { chunk } = stack;
      chunk.i32[at >> 2] = sType;
      chunk.u32[(at + bitsAt) >> 2] = prefill;
      const result = fn(device.handle, type, handle, chunk.address + at) as number;
      if (result < 0) throw new VulkanError(command, result);
      return chunk.u32[(at + bitsAt) >> 2];
    } finally {
      stack.release(below, top);
    }
  }

  return (device, handleType, handle) => {
    const fn = functionOf(device);
    const bits = callOnce(fn, device, handleType, handle, SENTINEL);
    if (bits !== SENTINEL) return bits;
    // Exactly this number could be an answer too: nobody gives both.
    const again = callOnce(fn, device, handleType, handle, OTHER_SENTINEL);
    return again === OTHER_SENTINEL ? undefined : again;
  };
}
