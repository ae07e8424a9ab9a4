// Memory and fences made outside Vulkan, as Direct3D would make them, with handles to import them by.
import { VkExternalSemaphoreHandleTypeFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { ours } from '../../errors/user-call.ts';
import { sizeOf } from '../../native/bytes.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import type { DriverState } from '../driver-state.ts';
import { handleTypeFacts } from './handle-types.ts';
import { Payload, SORT, writeWord } from './payload.ts';
import type { HandleKind } from './platform-handle.ts';
import { createShared, type Shared } from './shareable.ts';
import { VALUE_SIZE } from './sync-object.ts';

/** What an object made outside Vulkan is to be like. */
export interface ExternalOptions {
  /** Opens it by name, where its handles can have one (NT handles); unnamed without. */
  readonly name?: string;
  /** Which of the driver's physical devices it is made on; the first, 0, without. */
  readonly physicalDevice?: number;
}

/** Objects made outside Vulkan, by the handle that their maker got. */
export class OutsideObjects {
  readonly #driver: DriverState;
  readonly #made = new Map<bigint, Shared>();

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
    return this.#make(facts.kind, SORT.memory, handleType, size, options);
  }

  createFence(value: bigint, options: ExternalOptions): bigint {
    const { D3D12_FENCE } = VkExternalSemaphoreHandleTypeFlagBits;
    const handle = this.#make('nt', SORT.semaphore, D3D12_FENCE, VALUE_SIZE, options);
    writeWord(this.#get(handle).payload.mapping.address, value);
    return handle;
  }

  #make(
    kind: HandleKind,
    sort: Payload['sort'],
    handleType: number,
    size: number,
    { name, physicalDevice = 0 }: ExternalOptions,
  ): bigint {
    if (!(physicalDevice >= 0 && physicalDevice < this.#driver.adapters))
      throw ours(
        new RangeError(`expected a physical device below ${this.#driver.adapters}, got ${physicalDevice}`),
      );
    if (name !== undefined && kind !== 'nt') throw ours(new TypeError('only NT handles can have a name'));
    const facts = { sort, handleType, size, memoryType: -1, adapter: physicalDevice };
    const made = createShared(this.#driver, kind, name, facts);
    this.#made.set(made.own.handle, made);
    return made.own.handle;
  }

  #get(handle: bigint): Shared {
    const made = this.#made.get(handle);
    if (made === undefined)
      throw ours(new RangeError(`0x${handle.toString(16)} was not made here, or is closed`));
    return made;
  }

  read(handle: bigint, offset: number, length: number | undefined): Uint8Array {
    const { mapping, size } = this.#get(handle).payload;
    const wanted = length ?? size - offset;
    checkRange(offset, wanted, size);
    const bytes = new Uint8Array(wanted);
    if (wanted > 0) copy(addressOf(bytes), mapping.address + offset, wanted);
    return bytes;
  }

  write(handle: bigint, bytes: Uint8Array, offset: number): void {
    const { mapping, size } = this.#get(handle).payload;
    const length = sizeOf(bytes);
    checkRange(offset, length, size);
    if (length > 0) copy(mapping.address + offset, addressOf(bytes), length);
  }

  /** Imported memory keeps what it refers to; the handle, and what its maker held, are gone. */
  close(handle: bigint): void {
    const made = this.#made.get(handle);
    if (made !== undefined) {
      this.#made.delete(handle);
      made.payload.mapping.release();
      made.own.close();
      return;
    }
    // One that Vulkan exported.
    for (const handles of [this.#driver.handles.nt, this.#driver.handles.kmt]) {
      const mapping = handles.open(handle);
      const isOurs = mapping !== undefined && Payload.open(mapping) !== undefined;
      mapping?.release();
      if (!isOurs) continue;
      handles.close(handle);
      return;
    }
    throw ours(new RangeError(`0x${handle.toString(16)} is no handle, or is closed`));
  }

  closeAll(): void {
    for (const handle of this.#made.keys()) this.close(handle);
  }
}

function checkRange(offset: number, length: number, size: number): void {
  if (!(Number.isSafeInteger(offset) && offset >= 0 && offset + length <= size))
    throw ours(new RangeError(`expected a range within ${size} bytes, got ${length} bytes at ${offset}`));
}
