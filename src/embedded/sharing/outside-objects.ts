// Memory and fences created outside Vulkan, as Direct3D would, with handles to import them by.
import { VkExternalSemaphoreHandleTypeFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { sizeOf } from '../../errors/bytes.ts';
import { ours } from '../../errors/user-call.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import { writeUint64 } from '../../native/uint64-at.ts';
import type { DriverState } from '../driver-state.ts';
import { handleTypeFacts } from './handle-types.ts';
import { PAYLOAD_KIND, Payload, type PayloadKind } from './payload.ts';
import type { HandleKind } from './platform-handle.ts';
import { createShared, type Shared } from './shareable.ts';
import { VALUE_SIZE } from './sync-object.ts';

/** Options of an object that is created outside Vulkan. */
export interface ExternalOptions {
  /** A name that opens it (NT handles only); by default it has none. */
  readonly name?: string;
  /** Index of the physical device that it is created on; by default 0. */
  readonly physicalDevice?: number;
}

/** Objects created outside Vulkan, by their handles. */
export class OutsideObjects {
  readonly #driver: DriverState;
  readonly #created = new Map<bigint, Shared>();

  constructor(driver: DriverState) {
    this.#driver = driver;
  }

  createMemory(handleType: number, size: number, options: ExternalOptions): bigint {
    const facts = handleTypeFacts(this.#driver, handleType);
    if (facts === undefined || !facts.foreign || facts.kind === 'pointer')
      throw ours(
        new RangeError(
          `createExternalHandle: expected a handle type that is made outside Vulkan, got ${handleType}`,
        ),
      );
    if (!Number.isSafeInteger(size) || size <= 0)
      throw ours(new RangeError(`createExternalHandle: expected a size in bytes, got ${size}`));
    return this.#create(facts.kind, PAYLOAD_KIND.memory, handleType, size, options);
  }

  createFence(value: bigint, options: ExternalOptions): bigint {
    const { D3D12_FENCE } = VkExternalSemaphoreHandleTypeFlagBits;
    const handle = this.#create('nt', PAYLOAD_KIND.semaphore, D3D12_FENCE, VALUE_SIZE, options);
    writeUint64(this.#get(handle).payload.mapping.address, value);
    return handle;
  }

  #create(
    handleKind: HandleKind,
    kind: PayloadKind,
    handleType: number,
    size: number,
    { name, physicalDevice = 0 }: ExternalOptions,
  ): bigint {
    if (!(physicalDevice >= 0 && physicalDevice < this.#driver.adapters))
      throw ours(
        new RangeError(`expected a physical device below ${this.#driver.adapters}, got ${physicalDevice}`),
      );
    if (name !== undefined && handleKind !== 'nt')
      throw ours(new TypeError('only NT handles can have a name'));
    const facts = { kind, handleType, size, memoryType: -1, adapter: physicalDevice };
    const created = createShared(this.#driver, handleKind, name, facts);
    this.#created.set(created.own.handle, created);
    return created.own.handle;
  }

  #get(handle: bigint): Shared {
    const created = this.#created.get(handle);
    if (created === undefined)
      throw ours(new RangeError(`0x${handle.toString(16)} was not made here, or is closed`));
    return created;
  }

  read(handle: bigint, offset: number, length: number | undefined): Uint8Array {
    const { mapping, size } = this.#get(handle).payload;
    const wanted = length ?? size - offset;
    checkWithinSize(offset, wanted, size);
    const bytes = new Uint8Array(wanted);
    if (wanted > 0) copy(addressOf(bytes), mapping.address + offset, wanted);
    return bytes;
  }

  write(handle: bigint, bytes: Uint8Array, offset: number): void {
    const { mapping, size } = this.#get(handle).payload;
    const length = sizeOf(bytes);
    checkWithinSize(offset, length, size);
    if (length > 0) copy(mapping.address + offset, addressOf(bytes), length);
  }

  /** Closes a handle; imported memory stays valid. */
  close(handle: bigint): void {
    const created = this.#created.get(handle);
    if (created !== undefined) {
      this.#created.delete(handle);
      created.payload.mapping.release();
      created.own.close();
      return;
    }
    // Otherwise it must be one that Vulkan has exported.
    for (const handles of [this.#driver.handles.nt, this.#driver.handles.kmt]) {
      const mapping = handles.open(handle);
      const isOurs = mapping !== undefined && Payload.open(mapping) !== undefined;
      mapping?.release();
      if (!isOurs) continue;
      handles.close(handle);
      return;
    }
    throw ours(new RangeError(`0x${handle.toString(16)} is not a handle, or is closed`));
  }

  closeAll(): void {
    for (const handle of this.#created.keys()) this.close(handle);
  }
}

function checkWithinSize(offset: number, length: number, size: number): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size))
    throw ours(new RangeError(`expected a range within ${size} bytes, got ${length} bytes at ${offset}`));
}
