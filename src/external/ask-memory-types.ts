// Asks a driver which memory types a handle or file descriptor can be imported as, and detects that it wrote no answer.
import { isTracing, traceCall } from '../commands/trace.ts';
import { VulkanError } from '../errors/errors.ts';
import { argumentStack } from '../native/argument-memory.ts';
import type { NativeFunction } from '../native/koffi.ts';
import { functionAt, layoutOf } from '../native/row-types.ts';
import type { Device } from '../objects/device.ts';
import type { PhysicalDevice } from '../objects/physical-device.ts';
import { memoize } from '../registry/memoize.ts';
import { registry } from '../registry/registry.ts';

/** Written into memoryTypeBits before the call: some AMD drivers succeed and leave it unchanged. */
const SENTINEL = 0xcdcd_cdcd;
/** For a second call, where the first sentinel came back: the two have no bit in common. */
const OTHER_SENTINEL = 0x3232_3232;

/** Memory types and heaps never change. */
export const memoryPropertiesOf = memoize(
  (physicalDevice: PhysicalDevice) => physicalDevice.getPhysicalDeviceMemoryProperties(),
  new WeakMap(),
);

/** The struct that a query command fills: its sType, its size, and where its memoryTypeBits are. */
const propertiesLayout = memoize((command: string) => {
  const row = registry.struct(registry.command(command).params.at(-1)!.base);
  const { size, members } = layoutOf(row);
  return { sType: row.sType!, size, bitsAt: members.get('memoryTypeBits')!.offset };
});

/**
 * Makes a function that calls one query command, for a device that has it, with a handle type and a handle. It returns
 * memoryTypeBits as the driver wrote them, undefined where it wrote nothing.
 */
export function askMemoryTypes(
  command: string,
): (device: Device, handleType: number, handle: bigint) => number | undefined {
  const functionOf = memoize(
    (device: Device) => functionAt(device.getDeviceProcAddr(command)!, registry.command(command)),
    new WeakMap(),
  );
  /** Calls the driver itself, because the typed method would zero the struct. */
  function callOnce(fn: NativeFunction, device: Device, type: number, handle: bigint, prefill: number) {
    const { sType, size, bitsAt } = propertiesLayout(command);
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

  const call: typeof callOnce = isTracing
    ? (fn, device, ...args) =>
        traceCall(registry.command(command), device, args.slice(0, 2), () => callOnce(fn, device, ...args))
    : callOnce;
  return (device, handleType, handle) => {
    const fn = functionOf(device);
    const bits = call(fn, device, handleType, handle, SENTINEL);
    if (bits !== SENTINEL) return bits;
    // The driver may have answered with just these bits. Another value tells: if that one stays too, it has not answered.
    const again = call(fn, device, handleType, handle, OTHER_SENTINEL);
    return again === OTHER_SENTINEL ? undefined : again;
  };
}
