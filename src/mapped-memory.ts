// In: a VkDeviceMemory that is host visible.
// Out: its bytes: copied in and out everywhere, seen in place where the runtime allows external buffers.
import type { Integer64, VkDeviceMemory } from '../ffi/types.ts';
import type { Device } from './device.ts';
import { isBytes } from './marshal/pass.ts';
import { addressOf, copy, viewOf } from './native.ts';

/** Electron's V8 has no room for memory that is not its own: koffi would abort there. */
const externalBuffers = process.versions.electron === undefined;

/** A mapped range of device memory; {@link mapMemory} makes it. */
export class MappedMemory {
  /** Where the range begins in this process. */
  readonly address: bigint;
  /** Its length in bytes. */
  readonly size: number;
  readonly #device: Device;
  readonly #memory: VkDeviceMemory;
  #view: ArrayBuffer | undefined;
  #mapped = true;

  /** @internal */
  constructor(device: Device, memory: VkDeviceMemory, address: bigint, size: number) {
    this.#device = device;
    this.#memory = memory;
    this.address = address;
    this.size = size;
  }

  /**
   * Copies bytes out.
   * @param offset first byte, from the beginning of the range
   * @param length number of bytes; to the end where it is left out
   * @returns a copy, the caller's own
   * @throws RangeError past the range, Error after unmapping
   */
  read(offset = 0, length: number = this.size - offset): Uint8Array {
    this.#check(offset, length);
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
  write(bytes: ArrayBuffer | ArrayBufferView, offset = 0): void {
    if (!isBytes(bytes))
      throw new TypeError('MappedMemory.write: expected bytes (ArrayBuffer, typed array, Buffer)');
    this.#check(offset, bytes.byteLength);
    if (bytes.byteLength > 0) copy(this.address + BigInt(offset), addressOf(bytes), bytes.byteLength);
  }

  /**
   * The memory itself, without a copy. It must not be touched after `unmap`; where the runtime can detach it
   * (Node 22 and later), `unmap` does, and it has no bytes any more.
   * @throws Error where the runtime refuses external buffers (Electron): use `read` and `write` there
   */
  view(): ArrayBuffer {
    this.#check(0, 0);
    if (!externalBuffers) throw new Error('this runtime refuses external buffers: use read() and write()');
    this.#view ??= viewOf(this.address, this.size);
    return this.#view;
  }

  /** Unmaps the memory (vkUnmapMemory). */
  unmap(): void {
    this.#check(0, 0);
    this.#mapped = false;
    const view = this.#view as (ArrayBuffer & { transfer?(length: number): ArrayBuffer }) | undefined;
    view?.transfer?.(0);
    this.#device.unmapMemory(this.#memory);
  }

  [Symbol.dispose](): void {
    if (this.#mapped) this.unmap();
  }

  #check(offset: number, length: number): void {
    if (!this.#mapped) throw new Error('MappedMemory: the memory was unmapped');
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
 * @param size number of bytes
 * @param offset first byte
 * @returns the mapped range, to be unmapped by the caller
 * @throws VulkanError where the memory cannot be mapped
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
  const address = device.mapMemory(memory, offset, size);
  if (address === null) throw new Error('vkMapMemory gave no address');
  return new MappedMemory(device, memory, address, Number(size));
}
