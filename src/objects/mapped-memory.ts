// Bytes of host-visible memory: copied in and out everywhere, seen in place where the runtime allows external buffers.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bytes, Integer64, VkDeviceMemory } from '../../ffi/types/structs.ts';
import { ours, userCall, userMethods } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { describe, expected } from '../native/argument-error.ts';
import { isBytes, sizeOf } from '../native/bytes.ts';
import { addressOf, copy, viewOf } from '../native/koffi.ts';
import type { Device } from './device.ts';

/** VK_WHOLE_SIZE */
const WHOLE_SIZE = 0xffff_ffff_ffff_ffffn;
/** V8 of Node 20 aborts on a view that is larger. */
const MOST_VIEWED = 2 ** 32 - 1;

type Transfer = (this: ArrayBuffer, length: number) => ArrayBuffer;

let transfer: Transfer | undefined;

/** Takes a buffer's bytes away from it: Node 20 can do it, and shows it on demand. */
function detach(view: ArrayBuffer): void {
  transfer ??= (ArrayBuffer.prototype as { transfer?: Transfer }).transfer ?? transferOnDemand();
  transfer?.call(view, 0);
}

function transferOnDemand(): Transfer | undefined {
  setFlagsFromString('--harmony-rab-gsab-transfer');
  const found = runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  setFlagsFromString('--no-harmony-rab-gsab-transfer');
  return found;
}

/** What alone makes one, so that no other address is read. */
const MAKER = Symbol('mapMemory');

let isMapped: (value: unknown) => value is MappedMemory;
let checkIn: (mapped: MappedMemory, offset: number, length?: number) => number;

/** Throws a TypeError that names the path unless it is what {@link mapMemory} gave. */
export function checkMapped(path: string, value: unknown): void {
  if (!isMapped(value))
    throw ours(new TypeError(`${path}: expected what mapMemory gave, got ${describe(value)}`));
}

/** Throws unless the memory is mapped, and the range lies within. @returns its length: to the end where none is named */
export function checkRange(mapped: MappedMemory, offset: number, length?: number): number {
  checkMapped('MappedMemory', mapped);
  return checkIn(mapped, offset, length);
}

/** A mapped range of device memory; {@link mapMemory} makes it. */
export class MappedMemory {
  readonly #address: bigint;
  readonly #offset: bigint;
  readonly #size: number;
  readonly #device: Device;
  readonly #memory: VkDeviceMemory;
  #view: ArrayBuffer | undefined;
  #mapped = true;

  /** @internal */
  constructor(
    maker: symbol,
    device: Device,
    memory: VkDeviceMemory,
    address: bigint,
    offset: bigint,
    size: number,
  ) {
    if (maker !== MAKER) throw ours(new TypeError('MappedMemory: mapMemory makes it'));
    this.#device = device;
    this.#memory = memory;
    this.#address = address;
    this.#offset = offset;
    this.#size = size;
    // vkFreeMemory unmaps too, and so does vkUnmapMemory called by itself.
    device.scope.beforeDestroy(() => this.#end(), 'VkDeviceMemory', memory);
  }

  static {
    isMapped = (value): value is MappedMemory =>
      typeof value === 'object' && value !== null && #address in value;
    checkIn = (mapped, offset, length) => mapped.#check(offset, length);
  }

  /** Where the range begins in this process. */
  get address(): bigint {
    return this.#address;
  }

  /** Where it begins in the memory, in bytes. */
  get offset(): bigint {
    return this.#offset;
  }

  /** Its length in bytes. */
  get size(): number {
    return this.#size;
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
    const view = this.#view;
    if (view !== undefined) {
      if (sizeOf(view) !== this.#size)
        throw ours(
          new Error(
            'MappedMemory: view() was transferred to another buffer, which would have its bytes after their end: the memory stays mapped',
          ),
        );
      detach(view);
    }
    this.#mapped = false;
    this.#view = undefined;
  }

  /**
   * Copies bytes out.
   * @param offset first byte, from the beginning of the range
   * @param length number of bytes; to the end where it is left out
   * @returns a copy, the caller's own
   * @throws RangeError past the range, Error after unmapping
   */
  read(offset = 0, length?: number): Uint8Array {
    const bytes = new Uint8Array(checkRange(this, offset, length));
    if (bytes.length > 0) copy(addressOf(bytes), this.#address + BigInt(offset), bytes.length);
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
      throw ours(new TypeError('MappedMemory.write: expected bytes (ArrayBuffer, typed array, Buffer)'));
    const size = sizeOf(bytes);
    checkRange(this, offset, size);
    if (size > 0) copy(this.#address + BigInt(offset), addressOf(bytes), size);
  }

  /**
   * The memory itself, without a copy. `unmap` detaches it, and so does whatever else ends the memory: it has no bytes
   * any more then. Memory whose view was transferred stays mapped for good.
   * @throws Error where the runtime refuses external buffers (Electron), or ones so large: use `read` and `write` there
   */
  view(): ArrayBuffer {
    checkRange(this, 0, 0);
    // Electron's V8 has no room for memory that is not its own: koffi would abort there.
    if (process.versions.electron !== undefined)
      throw ours(new Error('this runtime refuses external buffers: use read() and write()'));
    if (this.#size > MOST_VIEWED)
      throw ours(
        new RangeError(`MappedMemory.view: expected at most ${MOST_VIEWED} bytes, got ${this.#size}`),
      );
    this.#view ??= viewOf(this.#address, this.#size);
    return this.#view;
  }

  /**
   * Unmaps the memory (vkUnmapMemory).
   * @throws Error where its view was transferred to another buffer
   */
  unmap(): void {
    checkRange(this, 0, 0);
    this.#device.unmapMemory(this.#memory);
  }

  /** Unmaps the memory if it is still mapped. */
  [Symbol.dispose](): void {
    if (this.#mapped) this.unmap();
  }

  /** Private, so that no script can put another in its place: `copy` goes by what it says. */
  #check(offset: number, length?: number): number {
    if (!this.#mapped || !this.#device.alive) throw ours(new Error('MappedMemory: the memory was unmapped'));
    const size = length === undefined && Number.isSafeInteger(offset) ? this.#size - offset : length;
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(size) ||
      offset < 0 ||
      (size as number) < 0 ||
      offset + (size as number) > this.#size
    )
      throw ours(
        new RangeError(
          `MappedMemory: expected a range within ${this.#size} bytes, got ${size === undefined ? '' : `${describe(size)} bytes `}at ${describe(offset)}`,
        ),
      );
    return size as number;
  }

  static {
    userMethods(MappedMemory);
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
export const mapMemory = userCall(function mapMemory(
  device: Device,
  memory: VkDeviceMemory,
  size: Integer64,
  offset: Integer64 = 0,
): MappedMemory {
  checkClass('mapMemory.device', device, 'VkDevice');
  const allocated = device.scope.sizeOf(memory);
  const from = integer('mapMemory.offset', offset);
  let length = integer('mapMemory.size', size);
  if (length === WHOLE_SIZE) {
    if (allocated === undefined)
      throw ours(new RangeError('mapMemory.size: the size of this memory is not known, name it'));
    length = allocated - from;
  }
  if (length <= 0n || (allocated !== undefined && from + length > allocated))
    throw ours(
      new RangeError(
        `mapMemory.size: expected a range within ${allocated ?? 'the memory, of more than 0'} bytes, got ${length} bytes at ${from}`,
      ),
    );
  const address = device.mapMemory(memory, from, length);
  if (address === null) throw ours(new Error('vkMapMemory gave no address'));
  return new MappedMemory(MAKER, device, memory, address, from, Number(length));
});

function integer(what: string, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= WHOLE_SIZE) return value;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return BigInt(value as number);
  throw expected('uint64 (a bigint or a safe integer)', value).toError(what);
}
