// Ranges of mapped memory: as typed arrays, and flushed or invalidated if the memory is not coherent.
import type { VkMappedMemoryRange } from '../../ffi/types/structs.ts';
import { describe } from '../errors/describe.ts';
import { ours, userCall } from '../errors/user-call.ts';
import { checkMapped, checkMappedRange, type MappedMemory } from '../objects/mapped-memory.ts';

/** The class of a typed array: `Float32Array`, `BigUint64Array`… */
export interface TypedArrayClass<T> {
  /** Size of an element. */
  readonly BYTES_PER_ELEMENT: number;
  /** Its name, such as `'Float32Array'`. */
  readonly name: string;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

/**
 * Returns mapped memory as a typed array, without a copy. `unmap` leaves it empty (see `MappedMemory.view`).
 * @param mapped what `mapMemory` returned
 * @param Class the class of the array: `Float32Array`, `Uint16Array`, `BigUint64Array`…
 * @param offset where it begins, in bytes from the beginning of the range; a multiple of an element's size
 * @param length in elements; by default as many as fit
 * @returns an array over the memory itself
 * @throws RangeError past the range or for an offset between elements, Error if the runtime refuses such arrays (Electron)
 *
 * @example
 * const mapped = mapMemory(device, memory, 4096);
 * const floats = typedArray(mapped, Float32Array, 256, 16); // bytes 256 to 319
 * floats[0] = 0.5;
 */
export const typedArray = userCall(function typedArray<T>(
  mapped: MappedMemory,
  Class: TypedArrayClass<T>,
  offset = 0,
  length?: number,
): T {
  checkMapped('typedArray.mapped', mapped);
  const size = typeof Class === 'function' ? Class.BYTES_PER_ELEMENT : undefined;
  if (!Number.isSafeInteger(size))
    throw ours(new TypeError(`typedArray.Class: expected a typed array's class, got ${describe(Class)}`));
  const rest = checkMappedRange(mapped, offset);
  const count = length ?? Math.floor(rest / size!);
  if (!Number.isSafeInteger(count))
    throw ours(new RangeError(`typedArray.length: expected a number of elements, got ${describe(count)}`));
  checkMappedRange(mapped, offset, count * size!);
  const multiple = `expected a multiple of ${size} for a ${Class.name}`;
  if (mapped.offset % BigInt(size!) !== 0n)
    throw ours(new RangeError(`typedArray.mapped: ${multiple}, got a mapping from byte ${mapped.offset}`));
  if (offset % size! !== 0) throw ours(new RangeError(`typedArray.offset: ${multiple}, got ${offset}`));
  return new Class(mapped.view(), offset, count);
});

/**
 * Makes what the host wrote visible to the device (vkFlushMappedMemoryRanges); HOST_COHERENT memory does not need it. The
 * range is widened to multiples of nonCoherentAtomSize.
 * @param mapped what `mapMemory` returned
 * @param offset first byte, counted from the beginning of the range
 * @param length in bytes; to the end by default
 * @throws RangeError past the range, or if the mapping itself begins or ends within an atom of the range
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkFlushMappedMemoryRanges.html
 *
 * @example
 * const mapped = mapMemory(device, memory, 4096);
 * mapped.write(Float32Array.of(1, 2, 3), 256);
 * flush(mapped, 256, 12);
 */
export const flush = userCall(function flush(mapped: MappedMemory, offset = 0, length?: number): void {
  const ranges = atomsOf('flush', mapped, offset, length);
  if (ranges.length > 0) mapped.device.flushMappedMemoryRanges(ranges);
});

/**
 * Makes what the device wrote visible to the host (vkInvalidateMappedMemoryRanges), after the device has finished writing;
 * HOST_COHERENT memory does not need it. The range is widened as {@link flush} does it.
 * @param mapped what `mapMemory` returned
 * @param offset first byte, counted from the beginning of the range
 * @param length in bytes; to the end by default
 * @throws RangeError as {@link flush} does
 * @see https://registry.khronos.org/vulkan/specs/latest/man/html/vkInvalidateMappedMemoryRanges.html
 *
 * @example
 * const mapped = mapMemory(device, memory, 4096);
 * invalidate(mapped);
 * const [first] = new Float32Array(mapped.read(0, 4).buffer);
 */
export const invalidate = userCall(function invalidate(
  mapped: MappedMemory,
  offset = 0,
  length?: number,
): void {
  const ranges = atomsOf('invalidate', mapped, offset, length);
  if (ranges.length > 0) mapped.device.invalidateMappedMemoryRanges(ranges);
});

/** The whole atoms that a range of the mapping touches; the memory's end may cut off the last one. */
function atomsOf(
  path: string,
  mapped: MappedMemory,
  offset: number,
  length: number | undefined,
): VkMappedMemoryRange[] {
  checkMapped(`${path}.mapped`, mapped);
  const size = checkMappedRange(mapped, offset, length);
  if (size === 0) return [];
  const { device, memory, offset: from } = mapped;
  const { nonCoherentAtomSize: atom } = device.physicalDevice.getPhysicalDeviceProperties().limits;
  const first = from + BigInt(offset);
  const begin = first - (first % atom);
  const rounded = ((first + BigInt(size) + atom - 1n) / atom) * atom;
  const memorySize = device.scope.sizeOf(memory) ?? rounded;
  const end = rounded > memorySize ? memorySize : rounded;
  const to = from + BigInt(mapped.size);
  if (begin < from || end > to)
    throw ours(
      new RangeError(
        `${path}: expected a mapping from a multiple of nonCoherentAtomSize (${atom}) to another one or the memory's end, got bytes ${from} to ${to}`,
      ),
    );
  return [{ memory, offset: begin, size: end - begin }];
}
