// Mapped memory: copied in and out everywhere, viewed in place where the runtime allows external buffers.
import { WHOLE_SIZE } from '../../ffi/rows/constants.ts';
import type { Bytes, Integer64, VkDeviceMemory } from '../../ffi/types/structs.ts';
import { isBytes, sizeOf } from '../errors/bytes.ts';
import { describe } from '../errors/describe.ts';
import { notByNew, ours, userCall, userMethods } from '../errors/user-call.ts';
import { checkClass } from '../handles/object.ts';
import { expected } from '../native/argument-error.ts';
import { addressOf, copy, viewOf } from '../native/koffi.ts';
import { checkHandle } from '../native/options.ts';
import type { Device } from './device.ts';

/** V8 of Node 20 aborts the process on a larger view. */
const MAX_VIEW_SIZE = 2 ** 32 - 1;

type Transfer = (this: ArrayBuffer, length: number) => ArrayBuffer;

let transfer: Transfer | undefined;

/** Detaches a buffer from its bytes. */
function detach(view: ArrayBuffer): void {
  transfer ??= (ArrayBuffer.prototype as { transfer?: Transfer }).transfer ?? transferOnDemand();
  transfer?.call(view, 0);
}

/** Node 20 has ArrayBuffer.prototype.transfer behind a flag of V8. */
function transferOnDemand(): Transfer | undefined {
  // Not imported: to load it takes every start 0.6 ms and 0.4 MiB.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  setFlagsFromString('--harmony-rab-gsab-transfer');
  const found = runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  setFlagsFromString('--no-harmony-rab-gsab-transfer');
  return found;
}

/** Known to mapMemory alone, so that no script constructs a range of any other address. */
const CONSTRUCTOR_KEY = Symbol('mapMemory');

let isMapped: (value: unknown) => value is MappedMemory;
let checkIn: (mapped: MappedMemory, offset: number, length?: number) => number;

/** Throws a TypeError that names the path unless the value is a MappedMemory. */
export function checkMapped(path: string, value: unknown): void {
  if (!isMapped(value))
    throw ours(new TypeError(`${path}: expected what mapMemory returned, got ${describe(value)}`));
}

/** Throws unless the memory is mapped and has the range. @returns its length: to the end where none is given */
export function checkMappedRange(mapped: MappedMemory, offset: number, length?: number): number {
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
    key: symbol,
    device: Device,
    memory: VkDeviceMemory,
    address: bigint,
    offset: bigint,
    size: number,
  ) {
    if (key !== CONSTRUCTOR_KEY)
      throw notByNew(new.target, 'MappedMemory: call mapMemory, not the constructor');
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

  /** Address of its first byte in this process. */
  get address(): bigint {
    return this.#address;
  }

  /** Where it begins in the device memory, in bytes. */
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

  /** The device memory that is mapped. */
  get memory(): VkDeviceMemory {
    return this.#memory;
  }

  #end(): void {
    const view = this.#view;
    if (view !== undefined) {
      if (sizeOf(view) !== this.#size)
        throw ours(
          new Error(
            'MappedMemory: view() was transferred to another buffer, which would outlive the mapping: the memory stays mapped',
          ),
        );
      detach(view);
    }
    this.#mapped = false;
    this.#view = undefined;
  }

  /**
   * Copies bytes out of the memory.
   * @param offset first byte, counted from the beginning of the range
   * @param length number of bytes; to the end by default
   * @returns a copy, which belongs to the caller
   * @throws RangeError past the range, Error after unmapping
   */
  read(offset = 0, length?: number): Uint8Array {
    const bytes = new Uint8Array(checkMappedRange(this, offset, length));
    if (bytes.length > 0) copy(addressOf(bytes), this.#address + BigInt(offset), bytes.length);
    return bytes;
  }

  /**
   * Copies bytes into the memory.
   * @param bytes what to write: an ArrayBuffer or any view of one
   * @param offset first byte, counted from the beginning of the range
   * @throws RangeError past the range, Error after unmapping
   */
  write(bytes: Bytes, offset = 0): void {
    if (!isBytes(bytes))
      throw ours(new TypeError('MappedMemory.write: expected bytes (ArrayBuffer, typed array, Buffer)'));
    const size = sizeOf(bytes);
    checkMappedRange(this, offset, size);
    if (size > 0) copy(this.#address + BigInt(offset), addressOf(bytes), size);
  }

  /**
   * Returns the memory itself as an ArrayBuffer, without a copy. It is detached, and so empty, when the memory is
   * unmapped or freed. If a script has transferred it to another buffer, the memory can no longer be unmapped.
   * Do not give it, or an array over it, to asynchronous functions (`randomFill`, `zlib.deflate`, `crypto.subtle`): they use
   * its address in another thread, which nobody can see, and unmapping meanwhile ends the process. Give them what `read`
   * returns, or unmap when they have settled.
   * @throws Error where the runtime refuses external buffers (Electron), RangeError from 4 GiB on: use `read` and `write`
   */
  view(): ArrayBuffer {
    checkMappedRange(this, 0, 0);
    // Electron's V8 takes no buffer outside its own heap: koffi would abort the process.
    if (process.versions.electron !== undefined)
      throw ours(
        new Error('MappedMemory.view: this runtime refuses external buffers: use read() and write()'),
      );
    if (this.#size > MAX_VIEW_SIZE)
      throw ours(
        new RangeError(`MappedMemory.view: expected at most ${MAX_VIEW_SIZE} bytes, got ${this.#size}`),
      );
    this.#view ??= viewOf(this.#address, this.#size);
    return this.#view;
  }

  /**
   * Unmaps the memory (vkUnmapMemory).
   * @throws Error where its view was transferred to another buffer
   */
  unmap(): void {
    checkMappedRange(this, 0, 0);
    this.#device.unmapMemory(this.#memory);
  }

  /** Unmaps the memory if it is still mapped. */
  [Symbol.dispose](): void {
    if (this.#mapped) this.unmap();
  }

  /** Private, so that no script can replace it: `copy` relies on what it returns. */
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
          `MappedMemory: expected a range within ${this.#size} bytes, got ${length === undefined ? '' : `${describe(length)} bytes `}at ${describe(offset)}`,
        ),
      );
    return size as number;
  }

  static {
    userMethods(MappedMemory, 'MappedMemory', isMapped);
  }
}

/**
 * Maps host-visible memory (vkMapMemory).
 * @param device the device that the memory belongs to
 * @param memory the memory to map, which the caller frees
 * @param size number of bytes; WHOLE_SIZE means all from `offset` on
 * @param offset first byte
 * @returns the mapped range, which the caller unmaps
 * @throws VulkanError if the memory cannot be mapped, RangeError if it is smaller than the range
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
  checkHandle('mapMemory.memory', memory, 'VkDeviceMemory');
  const allocated = device.scope.sizeOf(memory);
  const from = integer('mapMemory.offset', offset);
  let length = integer('mapMemory.size', size);
  if (allocated !== undefined && from >= allocated)
    throw ours(
      new RangeError(
        `mapMemory.offset: expected less than the ${allocated} bytes of the memory, got ${from}`,
      ),
    );
  if (length === WHOLE_SIZE) {
    if (allocated === undefined)
      throw ours(
        new RangeError(
          'mapMemory.size: expected a number of bytes, because the size of this memory is not known here',
        ),
      );
    length = allocated - from;
  }
  if (length <= 0n || (allocated !== undefined && from + length > allocated))
    throw ours(
      new RangeError(
        `mapMemory.size: expected ${allocated === undefined ? 'more than 0 bytes' : `a range within ${allocated} bytes`}, got ${length} bytes at ${from}`,
      ),
    );
  const address = device.mapMemory(memory, from, length);
  if (address === null) throw ours(new Error('mapMemory: vkMapMemory returned no address'));
  return new MappedMemory(CONSTRUCTOR_KEY, device, memory, address, from, Number(length));
});

function integer(what: string, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n && value <= WHOLE_SIZE) return value;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return BigInt(value as number);
  throw expected('uint64 (a bigint or a safe integer)', value).toError(what);
}
