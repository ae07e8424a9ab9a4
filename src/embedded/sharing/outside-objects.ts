// Memory and fences created outside Vulkan, as Direct3D would, with handles to import them by.
import { VkExternalSemaphoreHandleTypeFlagBits } from '../../../ffi/rows/bitmasks.ts';
import { sizeOf } from '../../errors/bytes.ts';
import { describe, hexOf } from '../../errors/describe.ts';
import { nameOrDescribe } from '../../errors/explain.ts';
import { ours } from '../../errors/user-call.ts';
import { addressOf, copy } from '../../native/koffi.ts';
import { uint64Of } from '../../native/options.ts';
import { writeUint64 } from '../../native/uint64-at.ts';
import type { DriverState } from '../driver-state.ts';
import { Refusal } from '../refusal.ts';
import { handleTypeFacts } from './handle-types.ts';
import { PAYLOAD_KIND, Payload, type PayloadKind } from './payload.ts';
import type { HandleKind } from './platform-handle.ts';
import { createShared, type SharedPayload } from './shareable.ts';
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
  readonly #created = new Map<bigint, SharedPayload>();

  constructor(driver: DriverState) {
    this.#driver = driver;
  }

  createMemory(
    path: string,
    handleType: number,
    options: ExternalOptions & { readonly size: number | bigint },
  ): bigint {
    const facts = handleTypeFacts(this.#driver, handleType);
    if (facts === undefined || !facts.foreign || facts.kind === 'pointer')
      throw ours(
        new RangeError(
          `${path}.handleType: expected a handle type that is made outside Vulkan, got ${nameOrDescribe('VkExternalMemoryHandleTypeFlagBits', handleType)}`,
        ),
      );
    const size = Number(uint64Of(`${path}.options.size`, options.size, 1n));
    return this.#create(`${path}.options`, facts.kind, PAYLOAD_KIND.memory, handleType, size, options);
  }

  createFence(path: string, value: bigint, options: ExternalOptions): bigint {
    const { D3D12_FENCE } = VkExternalSemaphoreHandleTypeFlagBits;
    const handle = this.#create(path, 'nt', PAYLOAD_KIND.semaphore, D3D12_FENCE, VALUE_SIZE, options);
    writeUint64(this.#get(path, handle).payload.mapping.address, value);
    return handle;
  }

  #create(
    path: string,
    handleKind: HandleKind,
    kind: PayloadKind,
    handleType: number,
    size: number,
    { name, physicalDevice = 0 }: ExternalOptions,
  ): bigint {
    if (!Number.isInteger(physicalDevice) || physicalDevice < 0 || physicalDevice >= this.#driver.adapters)
      throw ours(
        new RangeError(
          `${path}.physicalDevice: expected an index below ${this.#driver.adapters}, got ${describe(physicalDevice)}`,
        ),
      );
    if (name !== undefined && typeof name !== 'string')
      throw ours(new TypeError(`${path}.name: expected a string, got ${describe(name)}`));
    if (name !== undefined && handleKind !== 'nt')
      throw ours(new TypeError(`${path}.name: only NT handles can have a name`));
    const facts = { kind, handleType, size, memoryType: -1, adapter: physicalDevice };
    try {
      const created = createShared(this.#driver, handleKind, name, facts);
      this.#created.set(created.own.handle, created);
      return created.own.handle;
    } catch (error) {
      throw error instanceof Refusal ? ours(new RangeError(`${path}: ${error.message}`)) : error;
    }
  }

  #get(path: string, handle: bigint): SharedPayload {
    const created = this.#created.get(handle);
    if (created === undefined)
      throw ours(
        new RangeError(
          `${path}: expected a handle that this driver has created and that is open, got ${handleText(handle)}`,
        ),
      );
    return created;
  }

  read(path: string, handle: bigint, offset: number, length: number | undefined): Uint8Array {
    const { mapping, size } = this.#get(`${path}.handle`, handle).payload;
    const wanted = length ?? (Number.isSafeInteger(offset) ? size - offset : size);
    checkWithinSize(path, offset, wanted, size);
    const bytes = new Uint8Array(wanted);
    if (wanted > 0) copy(addressOf(bytes), mapping.address + offset, wanted);
    return bytes;
  }

  write(path: string, handle: bigint, bytes: Uint8Array, offset: number): void {
    const { mapping, size } = this.#get(`${path}.handle`, handle).payload;
    const length = sizeOf(bytes);
    checkWithinSize(path, offset, length, size);
    if (length > 0) copy(mapping.address + offset, addressOf(bytes), length);
  }

  /** Closes a handle; imported memory stays valid. */
  close(path: string, handle: bigint): void {
    const created = this.#created.get(handle);
    if (created !== undefined) {
      this.#created.delete(handle);
      created.payload.mapping.release();
      created.own.close();
      return;
    }
    // Otherwise it must be one that Vulkan has exported.
    const exported = typeof handle === 'bigint' ? [this.#driver.handles.nt, this.#driver.handles.kmt] : [];
    for (const handles of exported) {
      const mapping = handles.open(handle);
      const isOurs = mapping !== undefined && Payload.open(mapping) !== undefined;
      mapping?.release();
      if (!isOurs) continue;
      handles.close(handle);
      return;
    }
    throw ours(new RangeError(`${path}: expected an open handle of this driver, got ${handleText(handle)}`));
  }

  closeAll(): void {
    for (const handle of this.#created.keys()) this.close('dispose', handle);
  }
}

const handleText = (handle: unknown): string =>
  typeof handle === 'bigint' ? hexOf(handle) : describe(handle);

function checkWithinSize(path: string, offset: number, length: number, size: number): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isRange || offset + length > size)
    throw ours(
      new RangeError(
        `${path}: expected a range within ${size} bytes, got ${describe(length)} bytes at ${describe(offset)}`,
      ),
    );
}
