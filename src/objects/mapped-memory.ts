// In: a VkDeviceMemory that is host visible.
// Out: its bytes: copied in and out everywhere, seen in place where the runtime allows external buffers.
import type { Bytes, Integer64, VkDeviceMemory } from '../../ffi/types/structs.ts';
import { isBytes, sizeOf } from '../native/bytes.ts';
import { addressOf, copy, viewOf } from '../native/koffi.ts';
import type { Device } from './device.ts';

/** Electron's V8 has no room for memory that is not its own: koffi would abort there. */
let externalBuffers = process.versions.electron === undefined;

/** @internal Gives this runtime the behaviour of one that refuses external buffers, or of one that does not. */
export function setExternalBuffers(allowed: boolean): void {
  externalBuffers = allowed;
}

/** VK_WHOLE_SIZE */
const WHOLE_SIZE = 0xffff_ffff_ffff_ffffn;
/** V8 of Node 20 aborts on a view that is larger. */
const MOST_VIEWED = 2 ** 32 - 1;

/** A mapped range of device memory; {@link mapMemory} makes it. */
export class MappedMemory {
  /** Where the range begins in this process. */
  readonly address: bigint;
  /** Where it begins in the memory, in bytes. */
  readonly offset: bigint;
  /** Its length in bytes. */
  readonly size: number;
  readonly #device: Device;
  readonly #memory: VkDeviceMemory;
  #view: ArrayBuffer | undefined;
  #mapped = true;
  readonly #forget: () => void;

  /** @internal */
  constructor(device: Device, memory: VkDeviceMemory, address: bigint, offset: bigint, size: number) {
    this.#device = device;
    this.#memory = memory;
    this.address = address;
    this.offset = offset;
    this.size = size;
    // vkFreeMemory unmaps too, and so does vkUnmapMemory called by itself.
    this.#forget = device.scope.whenGone(() => this.#end(), 'VkDeviceMemory', memory);
  }

  /** The device that the memory belongs to. */
  get device(): Device {
    return this.#device;
  }

  /** What is mapped. */
  get memory(): VkDeviceMemory {
    return this.#memory;
  }

  #end(): void {
    this.#mapped = false;
    (this.#view as (ArrayBuffer & { transfer?(length: number): ArrayBuffer }) | undefined)?.transfer?.(0);
    this.#view = undefined;
  }

  /**
   * Copies bytes out.
   * @param offset first byte, from the beginning of the range
   * @param length number of bytes; to the end where it is left out
   * @returns a copy, the caller's own
   * @throws RangeError past the range, Error after unmapping
   */
  read(offset = 0, length: number = this.size - offset): Uint8Array {
    this.check(offset, length);
    const bytes = new Uint8Array(length);
    if (length > 0) copy(addressOf(bytes), this.address + BigInt(offset), length);
    return bytes;
  }

  /**
   * Copies bytes in.
   * @param bytes what to write; it may be any typed array or ArrayBuffer
   * @param offset where, from the beginning of the range
   * @throws RangeError past the range, Error after unmapping
   */
  write(bytes: Bytes, offset = 0): void {
    if (!isBytes(bytes))
      throw new TypeError('MappedMemory.write: expected bytes (ArrayBuffer, typed array, Buffer)');
    const size = sizeOf(bytes);
    this.check(offset, size);
    if (size > 0) copy(this.address + BigInt(offset), addressOf(bytes), size);
  }

  /**
   * The memory itself, without a copy. It must not be touched after `unmap`; where the runtime can detach it
   * (Node 22 and later), `unmap` does, and it has no bytes any more.
   * @throws Error where the runtime refuses external buffers (Electron), or ones so large: use `read` and `write` there
   */
  view(): ArrayBuffer {
    this.check(0, 0);
    if (!externalBuffers) throw new Error('this runtime refuses external buffers: use read() and write()');
    if (this.size > MOST_VIEWED)
      throw new RangeError(`MappedMemory.view: expected at most ${MOST_VIEWED} bytes, got ${this.size}`);
    this.#view ??= viewOf(this.address, this.size);
    return this.#view;
  }

  /** Unmaps the memory (vkUnmapMemory). */
  unmap(): void {
    this.check(0, 0);
    this.#forget();
    this.#end();
    this.#device.unmapMemory(this.#memory);
  }

  /** Unmaps the memory if it is still mapped. */
  [Symbol.dispose](): void {
    if (this.#mapped) this.unmap();
  }

  /** @internal Throws unless it is mapped, and the range lies within. */
  check(offset: number, length: number): void {
    if (!this.#mapped || !this.#device.alive) throw new Error('MappedMemory: the memory was unmapped');
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      offset + length > this.size
    )
      throw new RangeError(
        `MappedMemory: expected a range within ${this.size} bytes, got ${length} bytes at ${offset}`,
      );
  }
}

/**
 * Maps host-visible memory (vkMapMemory).
 * @param device the device that the memory belongs to
 * @param memory what to map; it stays the caller's to free
 * @param size number of bytes; VK_WHOLE_SIZE is all behind `offset`
 * @param offset first byte
 * @returns the mapped range, to be unmapped by the caller
 * @throws VulkanError where the memory cannot be mapped, RangeError where it is not that large
 *
 * @example
 * const mapped = mapMemory(device, memory, 4096);
 * mapped.write(Float32Array.of(1, 2, 3));
 * mapped.unmap();
 */
export function mapMemory(
  device: Device,
  memory: VkDeviceMemory,
  size: Integer64,
  offset: Integer64 = 0,
): MappedMemory {
  const allocated = device.scope.sizeOf(memory);
  const from = BigInt(offset);
  let length = BigInt(size);
  if (length === WHOLE_SIZE) {
    if (allocated === undefined)
      throw new RangeError('mapMemory: the size of this memory is not known, name it');
    length = allocated - from;
  }
  if (allocated !== undefined && from + length > allocated)
    throw new RangeError(
      `mapMemory: expected a range within ${allocated} bytes, got ${length} bytes at ${from}`,
    );
  const address = device.mapMemory(memory, from, length);
  if (address === null) throw new Error('vkMapMemory gave no address');
  return new MappedMemory(device, memory, address, from, Number(length));
}
